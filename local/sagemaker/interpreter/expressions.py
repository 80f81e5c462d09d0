"""Values in a definition: ``Get``, ``Std:Join``, ``Std:JsonGet``."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from local.sagemaker.interpreter.failures import StepFailedError

PATH_TOKEN = re.compile(r"\[['\"]([^'\"]+)['\"]\]|\[(\d+)\]|([^.\[\]]+)")
NAMES = ("OutputName", "InputName", "Name")
Context = Mapping[str, Any]


def evaluate(value: Any, context: Context) -> Any:
    """The value with every expression in it replaced by what it stands for."""
    if isinstance(value, list):
        return [evaluate(v, context) for v in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"Get"}:
        return look_up(context, value["Get"])
    if set(value) == {"Std:Join"}:
        join = value["Std:Join"]
        return str(join.get("On", "")).join(text(evaluate(v, context)) for v in join["Values"])
    if set(value) == {"Std:JsonGet"}:
        get = value["Std:JsonGet"]
        return look_up(evaluate(get["PropertyFile"], context), evaluate(get["Path"], context))
    return {k: evaluate(v, context) for k, v in value.items()}


def look_up(root: Any, path: str) -> Any:
    """
    Walk a path such as ``Steps.A.ProcessingOutputConfig.Outputs['checks'].S3Output.S3Uri``.

    Raises:
        StepFailedError: the path leads nowhere.
    """
    current = root
    for quoted, index, name in PATH_TOKEN.findall(path):
        try:
            if isinstance(current, list):
                current = current[int(index)] if index else _named(current, quoted or name)
            else:
                current = current[quoted or name or index]
        except (LookupError, TypeError) as error:
            raise StepFailedError(f"ClientError: {path!r} leads nowhere at {quoted or index or name!r}") from error
    return current


def _named(entries: list[Any], name: str) -> Any:
    for entry in entries:
        if name in (entry.get(field) for field in NAMES):
            return entry
    raise LookupError(name)


def text(value: Any) -> str:
    """A value inside a joined text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def references(value: Any) -> Iterator[str]:
    """Every path that a ``Get`` in the value reads."""
    if isinstance(value, dict):
        if isinstance(value.get("Get"), str):
            yield value["Get"]
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)
