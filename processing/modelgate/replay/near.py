"""Near misses: numbers that passed, and that a slightly tighter bound would have refused."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from modelgate.checks.plan import Part
from modelgate.contracts.results import Bound
from modelgate.replay.frame import Frame


@dataclass(frozen=True, slots=True)
class Close:
    """A number that passed, within a small part of its bound."""

    check: str
    what: str
    number: float
    bound: str


def near_misses(frame: Frame, parts: Iterable[Part], near: float) -> Mapping[int, Sequence[Close]]:
    """By decision, the numbers of *parts* that lie within *near* (a part of the bound, from 0 up to 1) of an end."""
    close: dict[int, list[Close]] = {}
    for part in parts:
        bound = part.check.bound
        tight = None if bound is None else tighter(bound, near)
        if bound is None or tight is None:
            continue
        for slot in part.slots:
            column = frame.column(slot)
            for row in tight.outside(column):
                if bound.holds(column[row]):
                    close.setdefault(row, []).append(Close(part.check.id, slot.what, column[row], str(bound)))
    return close


def tighter(bound: Bound, part: float) -> Bound | None:
    """*bound* less a *part* of its width, or of the magnitude of its one end.

    None where nothing would be left of it, or nothing would move.
    """
    low, high = bound.min, bound.max
    if low is not None and high is not None:
        by = (high - low) * part
        return Bound(min=low + by, max=high - by) if by > 0 and low + by <= high - by else None
    if low:
        return Bound(min=low + abs(low) * part, max=None)
    if high:
        return Bound(min=None, max=high - abs(high) * part)
    return None
