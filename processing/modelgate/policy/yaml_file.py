"""YAML with line numbers, without surprises: duplicate keys and aliases are refused."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from modelgate.errors import PolicyError

Path_ = tuple[str | int, ...]


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
        PolicyError: the file cannot be read, is not YAML, or says one key twice; the message names the line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path}: cannot be read ({error})") from error
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        lines: dict[Path_, int] = {}
        data = _build(loader, node, (), lines, str(path)) if node is not None else None
    except yaml.YAMLError as error:
        raise PolicyError(f"{path}{_mark(error)}: not YAML: {getattr(error, 'problem', None) or error}") from error
    finally:
        loader.dispose()
    return YamlFile(name=str(path), data=data, lines=lines)


def _build(loader: yaml.SafeLoader, node: yaml.Node, path: Path_, lines: dict[Path_, int], name: str) -> Any:
    if path not in lines:
        lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            place = f"{name}:{key_node.start_mark.line + 1}"
            key = loader.construct_object(key_node)
            if not isinstance(key, str):
                raise PolicyError(f"{place}: the key {key!r} is not a text; put it in quotes")
            if key in found:
                raise PolicyError(f"{place}: the key {key!r} appears twice; keep one of them")
            lines[(*path, key)] = key_node.start_mark.line + 1
            found[key] = _build(loader, value_node, (*path, key), lines, name)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_build(loader, entry, (*path, index), lines, name) for index, entry in enumerate(node.value)]
    return loader.construct_object(node)


def _mark(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f":{mark.line + 1}" if mark is not None else ""
