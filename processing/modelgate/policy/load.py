"""A folder of policy files, linted; every fault found is one sentence with file, line and fix."""

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from modelgate.errors import PolicyError
from modelgate.policy import schema
from modelgate.policy.model import Bundle
from modelgate.policy.schema import BundleFile, PolicyFile
from modelgate.policy.yaml_file import Path_, YamlFile, read_yaml

BUNDLE_FILE = "bundle.yaml"

M = TypeVar("M", bound=BaseModel)

_KEYS = sorted(
    {
        name
        for model in vars(schema).values()
        if isinstance(model, type) and issubclass(model, BaseModel)
        for name in model.model_fields
    }
)
_KINDS = {"model_quality", "bias", "explainability"}  # pydantic puts the kind into the path of an error
_LISTED_KINDS = ", ".join(sorted(_KINDS))
_ENDS = "a number, or `open` to leave that side open"


def load_folder(folder: Path) -> Bundle:
    """Load ``bundle.yaml`` and every other ``*.yaml`` of *folder*.

    Raises:
        PolicyError: a file is wrong; the message holds every fault, one a line.
    """
    if not (folder / BUNDLE_FILE).is_file():
        raise PolicyError(f"{folder / BUNDLE_FILE}: is missing; write a file that says `version: 1`")
    faults: list[str] = []
    version = _load(folder / BUNDLE_FILE, BundleFile, faults)
    paths = sorted(path for path in folder.glob("*.yaml") if path.name != BUNDLE_FILE)
    files = [(path, _load(path, PolicyFile, faults)) for path in paths]
    owners: dict[str, Path] = {}
    for path, file in files:
        if file is not None and (other := owners.setdefault(file.policy, path)) != path:
            faults.append(f"{path}:1: the policy {file.policy!r} is in {other} already; rename one")
    if not paths:
        faults.append(f"{folder}: holds no policy; without one, every package is held")
    if faults or version is None:
        raise PolicyError("\n".join(faults))
    policies = sorted((file.to_policy() for _, file in files if file is not None), key=lambda policy: policy.name)
    return Bundle(version=version.version, policies=tuple(policies))


def _load(path: Path, model: type[M], faults: list[str]) -> M | None:
    try:
        file = read_yaml(path)
        return model.model_validate(file.data)
    except PolicyError as error:
        faults.append(str(error))
    except ValidationError as error:
        faults.extend(dict.fromkeys(_sentences(file, error)))
    return None


def _sentences(file: YamlFile, error: ValidationError) -> Iterator[str]:
    wrong: dict[Path_, list[str]] = {}
    for fault in error.errors(include_url=False):
        path = tuple(part for part in fault["loc"] if part not in _KINDS)
        if fault["type"] == "missing":
            yield f"{file.place(path)}: {_missing(str(path[-1]))}"
            continue
        # Where a key may hold one of several types, pydantic gives a fault for each, with its name at the end.
        while path and path not in file.lines:
            path = path[:-1]
        wrong.setdefault(path, []).append(_sentence(path, fault))
    for path, sentences in wrong.items():
        yield f"{file.place(path)}: {' or '.join(dict.fromkeys([sentences[0], *map(_tail, sentences[1:])]))}"


def _missing(key: str) -> str:
    return f"the key {key!r} is missing; add {_ENDS if key in ('min', 'max') else 'it'}"


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
