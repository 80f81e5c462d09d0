"""YAML with line numbers, without surprises.

Refused are duplicate keys, anchors, aliases, merge keys and tags, numbers that YAML reads otherwise than people do
(``010`` is eight, ``1:30`` is ninety), and deep nesting. Dates stay texts.
"""

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from modelgate.errors import PolicyError

Path_ = tuple[str | int, ...]
Mark = tuple[int, int]

MAX_BYTES = 400_000
MAX_DEPTH = 16
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]{0,18})(\.[0-9]{1,18})?([eE][-+]?[0-9]{1,3})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlFile:
    """A parsed file. *marks* gives line and column, from 1, of every key and entry by its path."""

    name: str
    data: Any
    marks: dict[Path_, Mark]

    def mark(self, path: Path_) -> Mark:
        """Line and column of *path*, or of the nearest thing around it that is in the file."""
        while path and path not in self.marks:
            path = path[:-1]
        return self.marks.get(path, (1, 1))

    def place(self, path: Path_) -> str:
        """``file:line:column`` of *path*."""
        line, column = self.mark(path)
        return f"{self.name}:{line}:{column}"


def read_yaml(path: Path) -> YamlFile:
    """Read one document.

    Raises:
        PolicyError: the file cannot be read, is not YAML, or holds what is refused; the message names the line.
    """
    try:
        size = path.stat().st_size
        text = path.read_text(encoding="utf-8") if size <= MAX_BYTES else ""
    except (OSError, ValueError) as error:
        raise PolicyError(f"{path}: cannot be read ({error}); write UTF-8 text") from error
    if size > MAX_BYTES:
        raise PolicyError(f"{path}: has {size} bytes, at most {MAX_BYTES} are read; divide it into several files")
    return parse_yaml(str(path), text)


def parse_yaml(name: str, text: str) -> YamlFile:
    """Parse one document.

    Raises:
        PolicyError: it is not YAML, or holds what is refused; the message names the line.
    """
    marks: dict[Path_, Mark] = {}
    try:
        loader = _Loader(text)
        loader.name = name
        node = loader.get_single_node()
        data = _build(loader, node, (), marks, name) if node is not None else None
    except yaml.YAMLError as error:
        raise PolicyError(f"{_where(name, text, error)}: is not YAML: {_problem(error)}") from error
    except (ValueError, OverflowError) as error:  # an escape such as "\U00110000" that is no character
        raise PolicyError(f"{name}:1:1: is not YAML: {error}") from error
    return YamlFile(name=name, data=data, marks=marks)


class _Loader(yaml.SafeLoader):
    """The safe loader without what makes one line of a file mean another."""

    depth = 0
    # A day of the calendar stays the text it is: policies compare it as one.
    yaml_implicit_resolvers = {  # noqa: RUF012 - as the base class has it
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        place = _place(self.name, event.start_mark)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise PolicyError(f"{place}: anchors and aliases are refused; write the value out")
        if event.tag is not None:
            raise PolicyError(f"{place}: the tag {event.tag!r} is refused; write the value plainly")
        if self.depth > MAX_DEPTH:
            raise PolicyError(f"{place}: it nests deeper than {MAX_DEPTH}, which no policy needs; flatten it")
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


def _scalar(loader: yaml.SafeLoader, node: yaml.Node, place: str) -> Any:
    shown = str(node.value)[:40]
    try:
        value = loader.construct_object(node)
    except ValueError as error:
        raise PolicyError(f"{place}: {shown!r} cannot be read ({error}); put a text in quotes") from error
    is_number = type(value) is int or (isinstance(value, float) and math.isfinite(value))
    if is_number and _DECIMAL.fullmatch(node.value) is None:
        raise PolicyError(f"{place}: {shown!r} is no plain decimal number; write it as 0.8, 12, 1.0e-3, or in quotes")
    return value


def _build(loader: yaml.SafeLoader, node: yaml.Node, path: Path_, marks: dict[Path_, Mark], name: str) -> Any:
    marks.setdefault(path, _mark(node.start_mark))
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            place = _place(name, key_node.start_mark)
            if key_node.tag == "tag:yaml.org,2002:merge":
                raise PolicyError(f"{place}: merge keys are refused; write the keys out")
            key = _scalar(loader, key_node, place)
            if not isinstance(key, str):
                raise PolicyError(f"{place}: the key {str(key_node.value)[:40]!r} is no text to YAML; put it in quotes")
            if key in found:
                raise PolicyError(f"{place}: the key {key!r} appears twice; keep one of them")
            marks[(*path, key)] = _mark(key_node.start_mark)
            found[key] = _build(loader, value_node, (*path, key), marks, name)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_build(loader, entry, (*path, index), marks, name) for index, entry in enumerate(node.value)]
    return _scalar(loader, node, _place(name, node.start_mark))


def _mark(mark: yaml.Mark) -> Mark:
    return (mark.line + 1, mark.column + 1)


def _place(name: str, mark: yaml.Mark) -> str:
    return f"{name}:{mark.line + 1}:{mark.column + 1}"


def _where(name: str, text: str, error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return _place(name, mark)
    before = text[: getattr(error, "position", 0) or 0]
    return f"{name}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def _problem(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.reader.ReaderError):
        return f"the character #x{int(error.character):04x} is refused; remove it"
    return str(getattr(error, "problem", None) or error)
