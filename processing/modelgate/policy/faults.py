"""What pydantic finds wrong in a policy file, as sentences with file, line, column and fix."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from modelgate.errors import PolicyError
from modelgate.policy.file_model import PlacedError
from modelgate.policy.known_keys import known_keys, model_of_key
from modelgate.policy.wanted import shown, wanted
from modelgate.policy.yaml_file import Path_, YamlFile

M = TypeVar("M", bound=BaseModel)

MAX_FAULTS = 50  # of one file; nobody reads more at once
_HINTS = {"min": "; leave min out for no lower end", "max": "; leave max out for no upper end"}
_NAMED_BY = {"checks": ("check", "id"), "waivers": ("waiver", "id"), "cases": ("case", "name")}
_OF_ANOTHER_TYPE = ("_type", "literal_error", "enum")


def parsed(file: YamlFile, model: type[M]) -> M:
    """*file* as a *model*.

    Raises:
        PolicyError: it is none; the message holds every fault, one a line, in the order of the file.
    """
    if file.data is None:
        raise PolicyError(f"{file.place(())}: the file is empty; write its keys, or remove it")
    empty = {path: f"{_name(path)} has no value; write one, or remove it" for path in _empty(file.data)}
    try:
        found = model.model_validate(file.data)
    except ValidationError as error:
        others = {fault for fault in _faults(file, model, error) if fault[0] not in empty}
        raise PolicyError("\n".join(_lines(file, others | set(empty.items())))) from error
    if empty:
        raise PolicyError("\n".join(_lines(file, set(empty.items()))))
    return found


def _empty(data: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Places without a value: what was meant to be there would be silently left out."""
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _empty(value, (*path, key))
    elif data is None:
        yield path


def _lines(file: YamlFile, faults: set[tuple[Path_, str]]) -> list[str]:
    ordered = sorted(faults, key=lambda fault: (file.mark(fault[0]), fault[1]))
    lines = [f"{file.place(path)}: {_whose(file.data, path)}{sentence}" for path, sentence in ordered[:MAX_FAULTS]]
    more = len(ordered) - len(lines)
    return [*lines, f"{file.name}: and {more} more faults"] if more else lines


def _faults(file: YamlFile, model: type[BaseModel], error: ValidationError) -> list[tuple[Path_, str]]:
    found: list[tuple[Path_, str]] = []
    types: dict[Path_, list[Any]] = {}
    for fault in error.errors(include_url=False):
        path = _path(file, fault["loc"])
        match fault["type"]:
            case "missing":
                found.append((path, _missing(file, model, path, str(fault["loc"][-1]))))
            case "extra_forbidden":
                found.append((path, _unknown(file, model, path)))
            case "value_error":
                found.append(_value_error(path, fault["ctx"]["error"]))
            case "union_tag_invalid":
                kinds = ", ".join(sorted(str(fault["ctx"]["expected_tags"]).replace("'", "").split(", ")))
                sentence = f"'kind' is {shown(fault['input'].get('kind'))}; one of: {kinds}"
                found.append(((*path, "kind"), sentence))
            case "union_tag_not_found":
                sentence = "the key 'kind' is missing; add it (what sort of check it is, such as model_quality)"
                found.append((path, sentence))
            case _:
                types.setdefault(path, []).append(fault)
    around = {path[:end] for path in types for end in range(len(path))}
    around.update(path[:end] for path, _ in found for end in range(len(path) + 1))
    for path, faults in types.items():
        # Where a key may hold one of several forms, pydantic finds a fault with each: those inside the right one tell.
        if path not in around or not all(fault["type"].endswith(_OF_ANOTHER_TYPE) for fault in faults):
            found.append((path, _of_type(path, faults)))
    return found


def _path(file: YamlFile, loc: tuple[str | int, ...]) -> Path_:
    """The place in the file: pydantic also names the kind of a check and the form of a value on the way."""
    path: Path_ = ()
    here: Any = file.data
    for before, part in zip((None, *loc), loc, strict=False):
        kind_of_entry = isinstance(before, int) and isinstance(here, dict) and part == here.get("kind")
        if kind_of_entry or (*path, part) not in file.marks:
            continue
        path, here = (*path, part), here[part]
    return path


def _missing(file: YamlFile, model: type[BaseModel], path: Path_, key: str) -> str:
    owner = model_of_key(model, file.data, path)
    field = owner.model_fields.get(key) if owner else None
    about = (field.description or "").rstrip(".") if field else ""
    return f"the key {key!r} is missing; add it{f' ({about[0].lower()}{about[1:]})' if about else ''}"


def _unknown(file: YamlFile, model: type[BaseModel], path: Path_) -> str:
    key, known = str(path[-1]), known_keys(model, file.data, path[:-1])
    close = get_close_matches(key[:100], known, n=1)
    fix = f"did you mean {close[0]!r}?" if close else f"remove it, or write one of: {', '.join(known)}"
    return f"the key {shown(key)} is not known here; {fix}"


def _value_error(path: Path_, error: Exception) -> tuple[Path_, str]:
    if isinstance(error, PlacedError):
        path = (*path, *error.path)
        named = next((part for part in reversed(path) if isinstance(part, str)), "")
        return path, f"{named!r} {error}"
    key = path[-1] if path else None
    return path, f"{f'{key!r}: ' if isinstance(key, str) else ''}{error}"


def _of_type(path: Path_, faults: list[Any]) -> str:
    inside = [fault for fault in faults if not fault["type"].endswith(_OF_ANOTHER_TYPE)]
    wants = list(dict.fromkeys(wanted(fault) for fault in inside or faults))
    given = faults[0]["input"]
    hint = _HINTS.get(str(path[-1]) if path else "", "") if given == "open" else ""
    others = "".join(f"{want.replace(' or ', ', ')}, " for want in wants[:-1]).removesuffix(", ")
    return f"{_name(path)} is {shown(given)}; write {f'{others} or ' if others else ''}{wants[-1]}{hint}"


def _name(path: Path_) -> str:
    key = next((part for part in reversed(path) if isinstance(part, str)), None)
    if key is None:
        return "the entry" if path else "the file"
    return f"an entry of {shown(key)}" if isinstance(path[-1], int) else shown(key)


def _whose(data: Any, path: Path_) -> str:
    """Which check, waiver or case it is about, where it says so itself."""
    if len(path) < 2 or path[0] not in _NAMED_BY:
        return ""
    what, key = _NAMED_BY[str(path[0])]
    entry = data[path[0]][path[1]]
    name = entry.get(key) if isinstance(entry, dict) else None
    return f"{what} {shown(name)}: " if isinstance(name, str) else ""
