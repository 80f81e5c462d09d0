"""One difference between two versions of the policies, in words, and what it does to what is approved."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Direction(StrEnum):
    """What a difference does to approvals.

    *stricter*: what was approved may no longer be, and nothing else is instead. *looser*: the other way round.
    *changed*: some packages may fare better and others worse. *neutral*: no verdict changes.
    """

    STRICTER = "stricter"
    LOOSER = "looser"
    CHANGED = "changed"
    NEUTRAL = "neutral"

    @property
    def opposite(self) -> "Direction":
        """What undoing it does."""
        return {self.STRICTER: Direction.LOOSER, self.LOOSER: Direction.STRICTER}.get(self, self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """*what* differs, in words. *policy* and *item* (a check, a waiver, ``match`` …) say where; either may be None."""

    policy: str | None
    item: str | None
    what: str
    direction: Direction

    @property
    def sentence(self) -> str:
        """``credit: auc: min rose from 0.7 to 0.75: stricter``."""
        return ": ".join(part for part in (self.policy, self.item, self.what, self.direction.value) if part is not None)


@dataclass(frozen=True, slots=True)
class Where:
    """What the differences found below are about."""

    policy: str | None
    item: str | None

    def __call__(self, what: str, direction: Direction) -> Difference:
        """A difference here."""
        return Difference(policy=self.policy, item=self.item, what=what, direction=direction)

    def number(self, name: str, old: float | None, new: float | None, *, rising: Direction) -> Iterator[Difference]:
        """A number that may be absent, where *rising* says what a rise does; one that is new asks for something."""
        if old == new:
            return
        if old is None or new is None:
            given, gone = (new, False) if old is None else (old, True)
            direction = Direction.LOOSER if gone else Direction.STRICTER
            yield self(f"{name} {shown(given)} is {'gone' if gone else 'new'}", direction)
            return
        moved = "rose" if new > old else "fell"
        yield self(f"{name} {moved} from {shown(old)} to {shown(new)}", rising if new > old else rising.opposite)

    def grade(self, name: str, old: str, new: str, lenient_first: Sequence[str]) -> Iterator[Difference]:
        """One of a few words, listed from the lenient to the strict one."""
        if old != new:
            stricter = lenient_first.index(new) > lenient_first.index(old)
            direction = Direction.STRICTER if stricter else Direction.LOOSER
            yield self(f"{name} changed from {old} to {new}", direction)

    def other(self, name: str, old: object, new: object, direction: Direction) -> Iterator[Difference]:
        """Anything else, whose difference does *direction*."""
        if old != new:
            yield self(f"{name} changed from {said(old)} to {said(new)}", direction)

    def entries(self, name: str, old: Iterable[str], new: Iterable[str], *, more: Direction) -> Iterator[Difference]:
        """A list, where *more* says what an entry more does."""
        before, after = set(old), set(new)
        for entry in sorted(after - before):
            yield self(f"{name} {entry!r} is new", more)
        for entry in sorted(before - after):
            yield self(f"{name} {entry!r} is gone", more.opposite)


def shown(number: float | None) -> str:
    """A number with as many digits as it needs."""
    return "none" if number is None else f"{number:.12g}"


def said(value: object) -> str:
    """A value inside a sentence."""
    if isinstance(value, str):
        return repr(str(value))
    return "nothing" if value is None else str(value)
