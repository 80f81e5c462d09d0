"""How far a number is from the ends of its bound: in its own units, and in percent of the end's magnitude."""

from dataclasses import dataclass

from modelgate.contracts.results import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """The way from an observed number to one end of its bound.

    *room* is positive inside the bound and negative beyond it. *percent* is the room by the end's magnitude; None
    where the end is 0, of which nothing is a percentage.
    """

    end: str
    at: float
    room: float
    percent: float | None

    def __str__(self) -> str:
        return f"{self.end} {self.room:+.4g}{self._percent()}"

    def _percent(self) -> str:
        if self.percent is None:
            return ""
        return f" ({self.percent:+.0f} %)" if abs(self.percent) >= 100 else f" ({self.percent:+.3g} %)"


def distances(result: Result) -> tuple[Distance, ...]:
    """The distance to each end of the bound; none where there is no bound or no finite number."""
    if result.bound is None or result.observed is None or result.observed.number is None:
        return ()
    number = result.observed.number
    ends = (("min", result.bound.min, 1), ("max", result.bound.max, -1))
    return tuple(_distance(end, at, sign * (number - at)) for end, at, sign in ends if at is not None)


def nearest(result: Result) -> Distance | None:
    """The end with the least room, which is the one that decides."""
    return min(distances(result), key=lambda distance: distance.room, default=None)


def _distance(end: str, at: float, room: float) -> Distance:
    return Distance(end=end, at=at, room=room, percent=100 * room / abs(at) if at else None)
