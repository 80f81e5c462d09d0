"""Pipeline parameters: declared in the definition, given at the start."""

from collections.abc import Callable, Mapping
from typing import Any

from local.sagemaker.interpreter.failures import DefinitionError

BOOLEANS = {"true": True, "false": False}
READ: dict[str, Callable[[str], Any]] = {
    "String": str,
    "Integer": int,
    "Float": float,
    "Boolean": BOOLEANS.__getitem__,
}


def bind(declared: list[dict[str, Any]], given: Mapping[str, str]) -> dict[str, Any]:
    """
    The value of every declared parameter.

    Raises:
        DefinitionError: a parameter is unknown, missing, of the wrong type, or not one of its allowed values.
    """
    names = {p["Name"] for p in declared}
    if unknown := sorted(set(given) - names):
        raise DefinitionError(f"Unknown parameters: {', '.join(unknown)}; the pipeline declares {sorted(names)}.")
    return {p["Name"]: _value(p, given) for p in declared}


def _value(parameter: dict[str, Any], given: Mapping[str, str]) -> Any:
    name = parameter["Name"]
    if name in given:
        value = _read(parameter, given[name])
    elif parameter.get("DefaultValue") is not None:
        value = parameter["DefaultValue"]
    else:
        raise DefinitionError(f"Parameter {name!r} has no default value and none was given.")
    allowed = parameter.get("EnumValues")
    if allowed and value not in allowed:
        raise DefinitionError(f"Parameter {name!r}: {value!r} is not one of {allowed}.")
    return value


def _read(parameter: dict[str, Any], given: str) -> Any:
    kind = parameter["Type"]
    try:
        return READ[kind](given.lower() if kind == "Boolean" else given)
    except (ValueError, KeyError) as error:
        raise DefinitionError(f"Parameter {parameter['Name']!r}: {given!r} is not of type {kind}.") from error


def check(declared: list[dict[str, Any]]) -> None:
    """Refuse declarations that cannot be used."""
    names = [p.get("Name") for p in declared]
    if len(set(names)) != len(names):
        raise DefinitionError("Parameter names must be unique.")
    for parameter in declared:
        if parameter.get("Type") not in READ:
            raise DefinitionError(
                f"Parameter {parameter.get('Name')!r} has type {parameter.get('Type')!r}; use one of {sorted(READ)}."
            )
