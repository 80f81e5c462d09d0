"""Frozen dataclasses to JSON and back: every field is asked for, every unknown key refused, no type is bent.

A field that may be None is left out of the JSON when it is None; every other field must be there.
"""

import dataclasses
import json
import types
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from modelgate.errors import ContentError

T = TypeVar("T")

_PLAIN = (str, float, int, bool, type(None))


def canonical(document: object) -> bytes:
    """The one way this project writes JSON that is hashed or compared: sorted, compact, ASCII, one line."""
    return (json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False) + "\n").encode()


def encode(value: Any) -> Any:
    """*value* (a dataclass, or what one may hold) as JSON data."""
    if type(value) in _PLAIN:  # most of a record; the questions below are slow ones
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((name, getattr(value, name)) for name in _hints(type(value)))
        return {name: encode(part) for name, part in pairs if part is not None}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: encode(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return [encode(part) for part in value]
    return value


def decode(kind: type[T], data: object, where: str = "") -> T:
    """Build a *kind* from JSON data.

    Raises:
        ContentError: a field is missing, unknown or of another type; the message says at which place.
    """
    built: T = _decode(kind, data, where)
    return built


def _decode(kind: Any, data: Any, where: str) -> Any:
    if dataclasses.is_dataclass(kind):
        return _dataclass(kind, data, where)
    if kind is Any:
        return data
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return None if data is None else _decode(next(k for k in inner if k is not type(None)), data, where)
    if origin is tuple:
        return tuple(_decode(inner[0], part, f"{where}/{i}") for i, part in enumerate(_expect(list, data, where)))
    if origin is Mapping:
        return {key: _decode(inner[1], part, f"{where}/{key}") for key, part in _expect(dict, data, where).items()}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _member(kind, data, where)
    if kind is float and type(data) is int:
        return float(data)
    return _expect(kind, data, where)


def _dataclass(kind: Any, data: Any, where: str) -> Any:
    fields = _hints(kind)
    given = _expect(dict, data, where)
    if unknown := sorted(given.keys() - fields.keys()):
        raise ContentError(f"{where or '/'} holds the unknown field {unknown[0]!a}")
    for name, hint in fields.items():
        if name not in given and type(None) not in get_args(hint):
            raise ContentError(f"{where or '/'} lacks the field {name!r}")
    parts = {name: _decode(hint, given.get(name), f"{where}/{name}") for name, hint in fields.items()}
    try:
        return kind(**parts)
    except ValueError as error:  # what a class refuses about its own fields together
        raise ContentError(f"{where or '/'} is impossible: {error}") from error


def _member(kind: type[Enum], data: Any, where: str) -> Enum:
    try:
        return kind(data)
    except ValueError as error:
        raise ContentError(f"{where} is {ascii(data)[:100]}; known: {', '.join(m.value for m in kind)}") from error


def _expect(kind: Any, data: Any, where: str) -> Any:
    if type(data) is not kind:
        raise ContentError(f"{where or '/'} is {ascii(data)[:100]}; expected {kind.__name__}")
    return data


@lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}
