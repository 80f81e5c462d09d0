"""Requests and answers against the service's own model, as botocore carries it.

The wording follows the service: ``2 validation errors detected: Value … failed to satisfy constraint: …; Value …``.
"""

import functools
import re
from collections.abc import Iterator
from typing import Any

import botocore.session
from botocore.model import ServiceModel, Shape, StructureShape

from local.sagemaker.errors import ServiceError, invalid

SPACES = " \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
# Java's classes, in Python's: `\w` is letters, digits and the underscore, which all these patterns allow anyway.
CLASSES = {r"\p{L}": r"\w", r"\p{N}": "", r"\p{Z}": SPACES, r"\p{Alnum}": "a-zA-Z0-9"}
PYTHON_TYPES: dict[str, type | tuple[type, ...]] = {
    "structure": dict,
    "map": dict,
    "list": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float, str),
    "blob": str,
}


class Shapes:
    """The service model: which operations there are, and what their requests and answers look like."""

    def __init__(self) -> None:
        self._model = _model()
        self.operations = frozenset(self._model.operation_names)

    def check(self, operation: str, request: dict[str, Any]) -> None:
        """Refuse a request as the service does.

        Raises:
            ServiceError: every broken constraint, in one message.
        """
        shape = self._model.operation_model(operation).input_shape
        if shape is None:
            return
        if broken := list(_broken(shape, request, "")):
            errors = "error" if len(broken) == 1 else "errors"
            raise invalid(f"{len(broken)} validation {errors} detected: {'; '.join(broken)}")

    def answer(self, operation: str, document: dict[str, Any]) -> dict[str, Any]:
        """What of *document* the answer of *operation* has room for."""
        shape = self._model.operation_model(operation).output_shape
        members = shape.members if shape is not None else {}
        return {name: document[name] for name in members if document.get(name) is not None}

    def members(self, shape: str) -> tuple[str, ...]:
        """The member names of a structure."""
        found = self._model.shape_for(shape)
        return tuple(found.members) if isinstance(found, StructureShape) else ()


@functools.cache
def _model() -> ServiceModel:
    return botocore.session.get_session().get_service_model("sagemaker")


def _broken(shape: Any, value: Any, path: str) -> Iterator[str]:
    _check_type(shape, value, path)
    if shape.type_name == "structure":
        yield from _broken_structure(shape, value, path)
    elif shape.type_name == "list":
        yield from _sized(shape, value, path, len(value))
        for position, item in enumerate(value, start=1):
            yield from _broken(shape.member, item, f"{path}.{position}.member")
    elif shape.type_name == "map":
        yield from _sized(shape, value, path, len(value))
        for key, item in value.items():
            yield from _broken(shape.key, key, path)
            yield from _broken(shape.value, item, f"{path}.{key}.member")
    elif shape.type_name == "string":
        yield from _broken_text(shape, value, path)
    elif shape.type_name in ("integer", "long", "float", "double"):
        yield from _bounded(shape, value, path, "value", value)


def _check_type(shape: Any, value: Any, path: str) -> None:
    expected = PYTHON_TYPES[shape.type_name]
    if not isinstance(value, expected) or (isinstance(value, bool) and shape.type_name != "boolean"):
        raise ServiceError("SerializationException", f"{path or 'request'}: expected a {shape.type_name}")


def _broken_structure(shape: Any, value: dict[str, Any], path: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield f"Value null at '{_member(path, name)}' failed to satisfy constraint: Member must not be null"
    for name, item in value.items():
        if name not in shape.members:
            yield f"Value at '{_member(path, name)}' failed to satisfy constraint: Member is not known"
        elif item is not None:
            yield from _broken(shape.members[name], item, _member(path, name))


def _member(path: str, name: str) -> str:
    name = name[:1].lower() + name[1:]
    return f"{path}.{name}" if path else name


def _broken_text(shape: Any, value: str, path: str) -> Iterator[str]:
    yield from _sized(shape, value, path, len(value))
    if shape.enum and value not in shape.enum:
        yield _sentence(value, path, f"Member must satisfy enum value set: [{', '.join(shape.enum)}]")
    pattern = shape.metadata.get("pattern")
    if pattern and (compiled := _compiled(pattern)) and not compiled.fullmatch(value):
        yield _sentence(value, path, f"Member must satisfy regular expression pattern: {pattern}")


def _sized(shape: Shape, value: Any, path: str, size: int) -> Iterator[str]:
    yield from _bounded(shape, value, path, "length", size)


def _bounded(shape: Shape, value: Any, path: str, word: str, number: float) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and number < float(low):
        yield _sentence(value, path, f"Member must have {word} greater than or equal to {low}")
    if high is not None and number > float(high):
        yield _sentence(value, path, f"Member must have {word} less than or equal to {high}")


def _sentence(value: Any, path: str, constraint: str) -> str:
    return f"Value '{value}' at '{path}' failed to satisfy constraint: {constraint}"


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """A Java pattern as Python's; None for the few that Python cannot say, which are then not checked."""
    for java, python in CLASSES.items():
        pattern = pattern.replace(java, python)
    pattern = re.sub(r"\$\{\d+,\d+\}$", "$", pattern)  # a slip in the service's model: it repeats the end of text
    try:
        return re.compile(pattern)
    except re.error:
        return None
