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

MAX_DEPTH = 16
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]{0,18})(\.[0-9]{1,18})?([eE][-+]?[0-9]{1,3})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlFile:
    """A parsed file. *marks* gives line and column, from 1, of every key and entry by its path."""

    name: str
    data: Any
    marks: dict[Path_, Mark]

    def place(self, path: Path_) -> str:
        """``file:line:column`` of *path*, or of the nearest thing around it that is in the file."""
        while path and path not in self.marks:
            path = path[:-1]
        line, column = self.marks.get(path, (1, 1))
        return f"{self.name}:{line}:{column}"


def read_yaml(path: Path) -> YamlFile:
    """Read one document.

    Raises:
        PolicyError: the file cannot be read, is not YAML, or holds what is refused; the message names the line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path}: cannot be read ({error})") from error
    loader = _Loader(text)
    loader.name = str(path)
    try:
        node = loader.get_single_node()
        marks: dict[Path_, Mark] = {}
        data = _build(loader, node, (), marks, str(path)) if node is not None else None
    except yaml.YAMLError as error:
        raise PolicyError(f"{_where(path, error)}: not YAML: {getattr(error, 'problem', None) or error}") from error
    finally:
        loader.dispose()
    return YamlFile(name=str(path), data=data, marks=marks)


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
        raise PolicyError(f"{place}: {shown!r} is not a plain decimal number; write it as 0.8, 12 or 1.0e-3")
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
                raise PolicyError(f"{place}: the key {key!r} is not a text; put it in quotes")
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


def _where(path: Path, error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return str(path) if mark is None else _place(str(path), mark)
