"""A walk through a parsed report that always knows where it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from modelgate.contracts.facts import Value
from modelgate.errors import UnreadableReportError

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
            yield key, self.at(key)

    def entries(self) -> Iterator["Place"]:
        """The entries of a list."""
        if not isinstance(self.data, list):
            raise UnreadableReportError(f"{self.pointer} is not a list")
        for index, entry in enumerate(self.data):
            yield Place(entry, f"{self.pointer}/{index}")

    def text(self) -> str:
        """The value, which must be a text."""
        if not isinstance(self.data, str):
            raise UnreadableReportError(f"{self.pointer} is not a text")
        return self.data

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
