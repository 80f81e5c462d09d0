"""Settings from the environment, read once and named in full when one is missing."""

from collections.abc import Mapping


class SettingError(Exception):
    """A variable of the function's environment is missing or wrong."""


def text(environment: Mapping[str, str], name: str) -> str:
    """The value of *name*, which must not be empty."""
    value = environment.get(name, "")
    if not value:
        raise SettingError(f"environment variable {name} is missing; apply the governance root, which sets it")
    return value


def optional_text(environment: Mapping[str, str], name: str) -> str | None:
    """The value of *name*, None where the platform has nothing of the kind and leaves it out."""
    return environment.get(name) or None


def whole_number(environment: Mapping[str, str], name: str, *, at_least: int) -> int:
    """The value of *name* as a number not below *at_least*."""
    value = text(environment, name)
    if not (value.isascii() and value.isdigit()) or int(value) < at_least:
        raise SettingError(
            f"environment variable {name} is {value!r}, not a whole number from {at_least}; correct the values"
        )
    return int(value)
