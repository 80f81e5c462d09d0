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
    for fault in error.errors(include_url=False):
        path = tuple(part for part in fault["loc"] if part not in _KINDS)
        yield f"{file.place(_known(file, path))}: {_sentence(path, fault)}"


def _known(file: YamlFile, path: Path_) -> Path_:
    """The part of *path* that is in the file: pydantic adds the names of alternatives at its end."""
    while path and path not in file.lines:
        path = path[:-1]
    return path


def _sentence(path: Path_, fault: Any) -> str:
    name = next((part for part in reversed(path) if isinstance(part, str)), "the file")
    match fault["type"]:
        case "extra_forbidden":
            close = get_close_matches(str(path[-1]), _KEYS, n=1)
            fix = f"did you mean {close[0]!r}?" if close else "remove it"
            return f"the key {path[-1]!r} is not known here; {fix}"
        case "missing":
            ends = "a number, or `open` to leave that side open" if path[-1] in ("min", "max") else "it"
            return f"the key {path[-1]!r} is missing; add {ends}"
        case "value_error":
            return f"{_where(path)}{fault['ctx']['error']}"
        case "union_tag_invalid":
            return f"'kind' is {fault['ctx']['tag']!r}; one of: {', '.join(sorted(_KINDS))}"
        case "union_tag_not_found":
            return f"the key 'kind' is missing; one of: {', '.join(sorted(_KINDS))}"
        case _:
            return f"{name!r} is {fault['input']!r}; {fault['msg'][0].lower()}{fault['msg'][1:]}"


def _where(path: Path_) -> str:
    return f"{path[-1]!r} " if path and isinstance(path[-1], str) else ""
