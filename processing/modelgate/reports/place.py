"""A walk through a parsed report that always knows where it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from modelgate.contracts.facts import Value
from modelgate.errors import UnreadableReportError

MAX_NAME = 512  # characters; a longer key would be repeated in the place of everything below it
_INFINITE = {"Infinity": "+", "-Infinity": "-"}  # Clarify writes infinities as text


@dataclass(frozen=True, slots=True)
class Place:
    """A JSON value and its RFC 6901 pointer."""

    data: Any
    pointer: str = ""

    def at(self, key: str) -> "Place":
        """The member *key*, which must exist."""
        if key not in self.object():
            raise UnreadableReportError(f"{self.pointer or '/'} lacks {key!r}")
        return Place(self.data[key], f"{self.pointer}/{key.replace('~', '~0').replace('/', '~1')}")

    def find(self, key: str) -> "Place | None":
        """The member *key*, or None."""
        return self.at(key) if key in self.object() else None

    def object(self) -> dict[str, Any]:
        """The value, which must be an object."""
        if not isinstance(self.data, dict):
            raise UnreadableReportError(f"{self.pointer or '/'} is not an object")
        return self.data

    def members(self) -> Iterator[tuple[str, "Place"]]:
        """The members of an object."""
        for key in self.object():
            self._refuse_long(key)
            yield key, self.at(key)

    def entries(self) -> Iterator["Place"]:
        """The entries of a list."""
        for index, entry in enumerate(self.list()):
            yield Place(entry, f"{self.pointer}/{index}")

    def list(self) -> list[Any]:
        """The value, which must be a list."""
        if not isinstance(self.data, list):
            raise UnreadableReportError(f"{self.pointer} is not a list")
        return self.data

    def name(self) -> str:
        """The value, which must be a text, and short enough for a name."""
        if not isinstance(self.data, str):
            raise UnreadableReportError(f"{self.pointer} is not a text")
        self._refuse_long(self.data)
        return self.data

    def _refuse_long(self, name: str) -> None:
        if len(name) > MAX_NAME:
            raise UnreadableReportError(f"a name at {self.pointer or '/'} is longer than {MAX_NAME} characters")

    def number(self) -> float:
        """The value, which must be a number: no text that looks like one, no boolean."""
        if isinstance(self.data, bool) or not isinstance(self.data, int | float):
            raise UnreadableReportError(f"{self.pointer} is not a number")
        return float(self.data)

    def count(self) -> int:
        """The value, which must be a whole number of at least 0: rows, prompts (``100.0`` is one)."""
        count = whole(self.data)
        if count is None:
            raise UnreadableReportError(f"{self.pointer} is no whole number of at least 0; leave out what is unknown")
        return count

    def value(self) -> Value:
        """The value as a measurement: never NaN, never a boolean or a text taken for a number."""
        data = self.data
        if isinstance(data, bool) or not isinstance(data, int | float | str):
            shown = "null" if data is None else str(data).lower() if isinstance(data, bool) else "not a number"
            return Value(unknown=f"the value is {shown}")
        if isinstance(data, str):
            if data in _INFINITE:
                return Value(infinite=_INFINITE[data])
            return Value(unknown="the value is NaN" if data == "NaN" else f"the value is the text {data[:40]!a}")
        return Value(number=float(data))


def whole(data: object) -> int | None:
    """*data* as a whole number of at least 0, or None when it is nothing of the kind."""
    if isinstance(data, float) and data.is_integer():
        data = int(data)
    return data if isinstance(data, int) and not isinstance(data, bool) and data >= 0 else None
