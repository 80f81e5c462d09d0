"""Frozen dataclasses to JSON and back: every field is asked for, every unknown key refused, no type is bent.

A field that may be None is left out of the JSON when it is None; every other field must be there.
"""

import dataclasses
import json
import types
from collections.abc import Callable, Mapping
from enum import Enum
from functools import lru_cache, partial
from typing import Any, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

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
    asked: Any = kind
    built: T = _reader(asked)(data, where)
    return built


_Read = Callable[[Any, str], Any]  # from data, and the place it was found at, to what it stands for


@lru_cache(maxsize=512)
def _reader(kind: Any) -> _Read:
    """What reads a *kind*; found once for each, because asking what it is takes longer than reading a value."""
    if dataclasses.is_dataclass(kind):
        return partial(_dataclass, kind)
    if kind is Any:
        return lambda data, where: data
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        given = _reader(next(k for k in inner if k is not type(None)))
        return lambda data, where: None if data is None else given(data, where)
    if origin is tuple:
        return partial(_tuple, inner[0], _reader(inner[0]))
    if origin is Mapping:
        return _any_mapping if inner[1] is Any else partial(_mapping, _reader(inner[1]))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return partial(_member, kind)
    return _float if kind is float else partial(_expect, kind)


def _dataclass(kind: Any, data: Any, where: str) -> Any:
    fields = _fields(kind)
    given = _expect(dict, data, where)
    if unknown := given.keys() - fields.keys():
        raise ContentError(f"{where or '/'} holds the unknown field {min(unknown)!a}")
    if len(given) < len(fields):
        for name, field in fields.items():
            if name not in given and not field.may_lack:
                raise ContentError(f"{where or '/'} lacks the field {name!r}")
    parts = {name: field.read(given.get(name), f"{where}/{name}") for name, field in fields.items()}
    try:
        return kind(**parts)
    except ValueError as error:  # what a class refuses about its own fields together
        raise ContentError(f"{where or '/'} is impossible: {error}") from error


def _tuple(kind: Any, read: _Read, data: Any, where: str) -> tuple[Any, ...]:
    given = _expect(list, data, where)
    if kind in _PLAIN and all(type(part) is kind for part in given):  # most are, and then no place has to be named
        return tuple(given)
    return tuple(read(part, f"{where}/{i}") for i, part in enumerate(given))


def _mapping(read: _Read, data: Any, where: str) -> dict[str, Any]:
    return {key: read(part, f"{where}/{key}") for key, part in _expect(dict, data, where).items()}


def _any_mapping(data: Any, where: str) -> dict[str, Any]:
    return dict(_expect(dict, data, where))


def _member(kind: type[Enum], data: Any, where: str) -> Enum:
    try:
        return kind(data)
    except ValueError as error:
        raise ContentError(f"{where} is {ascii(data)[:100]}; known: {', '.join(m.value for m in kind)}") from error


def _float(data: Any, where: str) -> Any:
    return float(data) if type(data) is int else _expect(float, data, where)


def _expect(kind: Any, data: Any, where: str) -> Any:
    if type(data) is not kind:
        raise ContentError(f"{where or '/'} is {ascii(data)[:100]}; expected {kind.__name__}")
    return data


class _Field(NamedTuple):
    read: _Read
    may_lack: bool


@lru_cache(maxsize=256)
def _fields(kind: type) -> dict[str, _Field]:
    return {name: _Field(_reader(hint), type(None) in get_args(hint)) for name, hint in _hints(kind).items()}


@lru_cache(maxsize=256)
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}
