"""One number against what its check asks: bound, certainty, rows. Only a finite number inside the bound passes."""

from typing import NamedTuple

from modelgate.checks.certainty import interval_of, more_rows
from modelgate.checks.slots import Number, Reading, Readings, Slot
from modelgate.contracts.facts import Interval, Value
from modelgate.contracts.results import Bound, Status
from modelgate.policy.model import Check, OnInfinite

_INFINITE = {
    OnInfinite.FAIL: Status.FAIL,
    OnInfinite.HOLD: Status.INCONCLUSIVE,
    OnInfinite.PASS: Status.PASS,
}


class Assessment(NamedTuple):
    """How one number did. *note* says what the bound alone does not; see `modelgate.contracts.results.Result`."""

    status: Status
    number: Number
    bound: Bound | None
    interval: Interval | None = None
    note: str = ""


def assess(check: Check, slot: Slot, readings: Readings, bound: Bound | None) -> Assessment:
    """Judge what *slot* reads by *bound*, or by the bound that the team itself set for it."""
    if slot.limit is not None:
        limit = readings.number(slot.limit[0])
        if isinstance(limit, Value):
            return Assessment(Status.FAIL, Value(unknown=f"its own limit is {limit.unknown or limit}"), None)
        bound = Bound(min=limit, max=None) if slot.limit[1] == "min" else Bound(min=None, max=limit)
    if slot.measure is None and slot.at is not None and check.minimum_n is None and check.confidence is None:
        return by_bound(check, readings.number(slot.at), bound)
    return _by_reading(check, reading_of(slot, readings), bound)


def reading_of(slot: Slot, readings: Readings) -> Reading:
    """What *slot* reads."""
    if slot.measure is not None:
        return slot.measure([readings.reading(at) for at in slot.parts])
    if slot.at is None:
        return Reading(Value(unknown="nothing was measured"))
    return readings.reading(slot.at)


def by_bound(check: Check, number: Number, bound: Bound | None) -> Assessment:
    """Judge a bare number."""
    if bound is None:
        return Assessment(Status.FAIL, number, None, note="there is no bound to judge it by")
    if isinstance(number, Value):
        return Assessment(_INFINITE[check.on_infinite] if number.infinite else Status.FAIL, number, bound)
    return Assessment(Status.PASS if bound.holds(number) else Status.FAIL, number, bound)


def _by_reading(check: Check, reading: Reading, bound: Bound | None) -> Assessment:
    bare = by_bound(check, reading.number, bound)
    if bound is None or not isinstance(reading.number, float):
        return bare
    few = _too_few(check, reading)
    if few is not None:
        return few._replace(number=reading.number, bound=bound)
    return bare if check.confidence is None else _by_interval(reading, bound, check.confidence)


def _too_few(check: Check, reading: Reading) -> Assessment | None:
    if check.minimum_n is None:
        return None
    if reading.n is None:
        note = f"the report does not say how many rows it rests on, and at least {check.minimum_n} are asked; add n"
        return Assessment(Status.MISSING, 0.0, None, note=note)
    if reading.n >= check.minimum_n:
        return None
    note = f"it rests on {reading.n} rows, and at least {check.minimum_n} are asked; "
    note += f"about {check.minimum_n - reading.n} more rows would decide it"
    return Assessment(Status.INCONCLUSIVE, 0.0, None, note=note)


def _by_interval(reading: Reading, bound: Bound, confidence: float) -> Assessment:
    number = reading.number
    interval = interval_of(reading, confidence)
    if interval is None:
        if reading.deviation is not None:
            why = reading.deviation.unknown or f"its standard deviation is {reading.deviation}"
            note = f"its interval cannot be computed ({why}); more rows would decide it"
            return Assessment(Status.INCONCLUSIVE, number, bound, note=note)
        note = "the report carries neither a deviation, an interval nor a number of rows, which the check asks for"
        return Assessment(Status.MISSING, number, bound, note=note)
    if bound.holds(interval.low) and bound.holds(interval.high):
        return Assessment(Status.PASS, number, bound, interval)
    outside = (bound.max is not None and interval.low > bound.max) or (
        bound.min is not None and interval.high < bound.min
    )
    if outside:
        return Assessment(Status.FAIL, number, bound, interval)
    rows = more_rows(reading, interval, bound)
    note = "more rows would decide it" if rows is None else f"about {rows} more rows would decide it"
    return Assessment(Status.INCONCLUSIVE, number, bound, interval, note)
