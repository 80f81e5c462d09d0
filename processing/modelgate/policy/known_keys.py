"""Which part of the file format a place in a policy file belongs to, and the keys that it may have."""

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from modelgate.policy.yaml_file import Path_


def known_keys(model: type[BaseModel], data: Any, path: Path_) -> list[str]:
    """The keys that the part at *path* of a *model*'s file may have, sorted."""
    owner = model_of_key(model, data, path)
    return sorted(owner.model_fields.keys() - refused_keys(owner)) if owner else []


def model_of_key(model: type[BaseModel], data: Any, path: Path_) -> type[BaseModel] | None:
    """The part of the format that *path* names; None where keys are free."""
    arms: list[Any] = [model]
    for part in path:
        arms = [inner for arm in arms for inner in _inside(arm, part, data)]
        data = data[part]
    return next((arm for arm in arms if _is_model(arm) and _is_kind(arm, data)), None)


def refused_keys(model: type[BaseModel]) -> set[str]:
    """The inherited keys that make no sense in *model*."""
    return set(getattr(model, "refused", ()))


def _inside(arm: Any, part: str | int, data: Any) -> Iterator[Any]:
    if _is_model(arm):
        field = arm.model_fields.get(part) if _is_kind(arm, data) else None
        if field is not None:
            yield from _arms(field.annotation)
    elif get_origin(arm) is (list if isinstance(part, int) else dict):
        yield from _arms(get_args(arm)[-1])


def _arms(annotation: Any) -> Iterator[Any]:
    """What *annotation* may be, its alternatives one by one."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _arms(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for arm in get_args(annotation):
            yield from _arms(arm)
    else:
        yield annotation


def _is_model(arm: Any) -> bool:
    return isinstance(arm, type) and issubclass(arm, BaseModel)


def _is_kind(arm: type[BaseModel], data: Any) -> bool:
    """Whether *data* is of the kind that *arm* describes, where there are several."""
    kind = arm.model_fields.get("kind")
    return kind is None or (isinstance(data, dict) and data.get("kind") in get_args(kind.annotation))
