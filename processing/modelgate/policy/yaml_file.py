"""YAML with line numbers, without surprises.

Refused are duplicate keys, anchors, aliases, merge keys and tags, numbers that YAML reads otherwise than people do
(``010`` is eight, ``1:30`` is ninety), and deep nesting.
"""

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from modelgate.errors import PolicyError

Path_ = tuple[str | int, ...]

MAX_DEPTH = 16
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]{0,18})(\.[0-9]{1,18})?([eE][-+]?[0-9]{1,3})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlFile:
    """A parsed file. *lines* gives the line of every key and entry by its path."""

    name: str
    data: Any
    lines: dict[Path_, int]

    def place(self, path: Path_) -> str:
        """``file:line`` of *path*, or of the nearest thing around it that is in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.name}:{self.lines.get(path, 1)}"


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
        lines: dict[Path_, int] = {}
        data = _build(loader, node, (), lines, str(path)) if node is not None else None
    except yaml.YAMLError as error:
        raise PolicyError(f"{path}{_mark(error)}: not YAML: {getattr(error, 'problem', None) or error}") from error
    finally:
        loader.dispose()
    return YamlFile(name=str(path), data=data, lines=lines)


class _Loader(yaml.SafeLoader):
    """The safe loader without what makes one line of a file mean another."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        place = f"{self.name}:{event.start_mark.line + 1}"
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


def _build(loader: yaml.SafeLoader, node: yaml.Node, path: Path_, lines: dict[Path_, int], name: str) -> Any:
    if path not in lines:
        lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            place = f"{name}:{key_node.start_mark.line + 1}"
            if key_node.tag == "tag:yaml.org,2002:merge":
                raise PolicyError(f"{place}: merge keys are refused; write the keys out")
            key = _scalar(loader, key_node, place)
            if not isinstance(key, str):
                raise PolicyError(f"{place}: the key {key!r} is not a text; put it in quotes")
            if key in found:
                raise PolicyError(f"{place}: the key {key!r} appears twice; keep one of them")
            lines[(*path, key)] = key_node.start_mark.line + 1
            found[key] = _build(loader, value_node, (*path, key), lines, name)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_build(loader, entry, (*path, index), lines, name) for index, entry in enumerate(node.value)]
    return _scalar(loader, node, f"{name}:{node.start_mark.line + 1}")


def _mark(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f":{mark.line + 1}" if mark is not None else ""
