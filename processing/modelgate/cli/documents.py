"""Dataclasses as JSON for scripts: unlike the records' own form, every key is always there, null where nothing is."""

import dataclasses
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any


def document_of(value: Any) -> Any:
    """*value* as JSON data."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: document_of(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): document_of(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [document_of(part) for part in value]
    return str(value) if isinstance(value, Path) else value
