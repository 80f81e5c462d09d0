"""What pydantic finds wrong in a policy file, as sentences with file, line, column and fix."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from modelgate.errors import PolicyError
from modelgate.policy import bounds, check_files, schema, waiver_files
from modelgate.policy.yaml_file import Path_, YamlFile

M = TypeVar("M", bound=BaseModel)

_KEYS = sorted(
    {
        name
        for module in (bounds, check_files, schema, waiver_files)
        for model in vars(module).values()
        if isinstance(model, type) and issubclass(model, BaseModel)
        for name in model.model_fields
    }
)
_KINDS = (
    "bias",
    "constraints",
    "custom",
    "data_quality",
    "explainability",
    "gap",
    "metric",
    "model_quality",
    "violations",
)
_LISTED_KINDS = ", ".join(_KINDS)


def parsed(file: YamlFile, model: type[M]) -> M:
    """*file* as a *model*.

    Raises:
        PolicyError: it is none; the message holds every fault, one a line.
    """
    try:
        return model.model_validate(file.data)
    except ValidationError as error:
        raise PolicyError("\n".join(dict.fromkeys(_sentences(file, error)))) from error


def _sentences(file: YamlFile, error: ValidationError) -> Iterator[str]:
    wrong: dict[Path_, list[str]] = {}
    for fault in error.errors(include_url=False):
        path = _path(file, fault["loc"])
        if fault["type"] == "missing":
            yield f"{file.place(path[:-1])}: the key {str(path[-1])!r} is missing; add it"
            continue
        # Where a key may hold one of several types, pydantic gives a fault for each, with its name at the end.
        while path and path not in file.marks:
            path = path[:-1]
        wrong.setdefault(path, []).append(_sentence(path, fault))
    for path, sentences in wrong.items():
        yield f"{file.place(path)}: {' or '.join(dict.fromkeys([sentences[0], *map(_tail, sentences[1:])]))}"


def _path(file: YamlFile, loc: tuple[str | int, ...]) -> Path_:
    """The place in the file: pydantic puts the kind of a check into the path of its faults."""
    path: Path_ = ()
    for at, part in enumerate(loc):
        after_index = at > 0 and isinstance(loc[at - 1], int)
        if after_index and part in _KINDS and (*path, part) not in file.marks:
            continue
        path = (*path, part)
    return path


def _sentence(path: Path_, fault: Any) -> str:
    key = path[-1] if path and isinstance(path[-1], str) else None
    match fault["type"]:
        case "extra_forbidden":
            close = get_close_matches(str(key), _KEYS, n=1)
            return f"the key {key!r} is not known here; {f'did you mean {close[0]!r}?' if close else 'remove it'}"
        case "value_error":
            return f"{f'{key!r} ' if key else ''}{fault['ctx']['error']}"
        case "union_tag_invalid":
            return f"'kind' is {fault['ctx']['tag']!r}; one of: {_LISTED_KINDS}"
        case "union_tag_not_found":
            return f"the key 'kind' is missing; one of: {_LISTED_KINDS}"
        case _:
            shown = repr(key) if key else "this entry" if path else "the file"
            return f"{shown} is {fault['input']!r}; {fault['msg'][0].lower()}{fault['msg'][1:]}"


def _tail(sentence: str) -> str:
    return sentence.rpartition("input should be ")[2]
