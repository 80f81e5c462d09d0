"""One number against what its check asks: bound, certainty, rows. Only a finite number inside the bound passes."""

import math
from typing import NamedTuple

from modelgate.checks.certainty import interval_of, is_share, more_rows
from modelgate.checks.slots import Limit, Number, Reading, Readings, Slot
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
        bound = _limited(slot.limit, readings)
        if bound is None:
            return Assessment(Status.FAIL, Value(unknown="the team's own limit is no finite number"), None)
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
    if isinstance(number, Value):
        return unmeasured(check, number, bound)
    if bound is None:
        return Assessment(Status.FAIL, number, None, note="there is no bound to judge it by")
    return Assessment(Status.PASS if bound.holds(number) else Status.FAIL, number, bound)


def unmeasured(check: Check, value: Value, bound: Bound | None) -> Assessment:
    """Judge what is no finite number: an unknown one fails, of an infinite one the check says what follows."""
    return Assessment(_INFINITE[check.on_infinite] if value.infinite else Status.FAIL, value, bound)


def too_few(check: Check, reading: Reading, bound: Bound | None) -> Assessment | None:
    """What follows when a *reading* rests on fewer rows than *check* asks for; None when it does not."""
    if check.minimum_n is None:
        return None
    if reading.n is None:
        note = f"the report does not say how many rows it rests on, and at least {check.minimum_n} are asked; add n"
        return Assessment(Status.MISSING, reading.number, bound, note=note)
    if reading.n >= check.minimum_n:
        return None
    note = f"it rests on {reading.n} rows, and at least {check.minimum_n} are asked; "
    note += f"about {check.minimum_n - reading.n} more rows would decide it"
    return Assessment(Status.INCONCLUSIVE, reading.number, bound, note=note)


def _limited(limit: Limit, readings: Readings) -> Bound | None:
    number = readings.number(limit.at)
    if isinstance(number, Value):
        return None
    match limit.side:
        case "min":
            return Bound(min=number, max=None)
        case "max":
            return Bound(min=None, max=number)
    # Equal is a violation: the bound ends at the next number, if there is one.
    end = math.nextafter(number, math.inf if limit.side == "above" else -math.inf)
    if not math.isfinite(end):
        return None
    return Bound(min=end, max=None) if limit.side == "above" else Bound(min=None, max=end)


def _by_reading(check: Check, reading: Reading, bound: Bound | None) -> Assessment:
    bare = by_bound(check, reading.number, bound)
    measured = isinstance(reading.number, float)
    if bound is None or not (measured or bare.status is not Status.FAIL):
        return bare
    # Before an infinite value may pass: a group of two rows has nothing to divide by.
    few = too_few(check, reading, bound)
    if few is not None:
        return few
    return _by_interval(reading, bound, check.confidence) if measured and check.confidence is not None else bare


def _by_interval(reading: Reading, bound: Bound, confidence: float) -> Assessment:
    number = reading.number
    interval = interval_of(reading, confidence)
    if interval is None:
        return _without_interval(reading, bound)
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


def _without_interval(reading: Reading, bound: Bound) -> Assessment:
    if reading.interval is not None:
        why: str | None = "the report's own cannot be widened to the confidence asked for"
    elif reading.deviation is not None:
        why = reading.deviation.unknown or f"its standard deviation is {reading.deviation}"
    else:
        why = None
    if why is not None:
        note = f"its interval cannot be computed ({why}); more rows would decide it"
        return Assessment(Status.INCONCLUSIVE, reading.number, bound, note=note)
    add = "n, a standard deviation or an interval" if is_share(reading) else "a standard deviation or an interval"
    note = f"the report does not say how certain it is, which the check asks for; add {add}"
    return Assessment(Status.MISSING, reading.number, bound, note=note)
