"""Custom checks: a function of an installed package measures, the policy's bounds judge.

A package registers a function under the entry point group ``modelgate.checks``; a policy names it in a check of kind
``custom``. The function is given every fact of the package and the check's parameters, and yields measurements. It must
be pure: the update step calls it again and expects the same.

    [project.entry-points."modelgate.checks"]
    calibration = "acme_checks.calibration:expected_calibration_error"
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import entry_points
from operator import index
from typing import Any, cast

from modelgate.checks.slots import Absence, Choice, Reading, Slot
from modelgate.contracts.facts import Fact, Interval, Value
from modelgate.errors import PolicyError
from modelgate.policy.model import Check

ENTRY_POINTS = "modelgate.checks"
MOST_ROWS = 10**15


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What a custom check found: *what* names the number for a person, *source* is the fact it mostly rests on.

    *n*, *deviation* and *interval* are as in a fact. A measurement of a slice gives its *facet* and *facet_value*.
    """

    what: str
    value: Value
    source: Fact | None = None
    facet: str | None = None
    facet_value: str | None = None
    label: str | None = None
    n: int | None = None
    deviation: Value | None = None
    interval: Interval | None = None


CustomCheck = Callable[[Sequence[Fact], Mapping[str, Any]], Iterable[Measurement]]


def select_custom(check: Check, facts: Sequence[Fact]) -> Iterator[Choice]:
    """Run the function of *check*.

    Raises:
        PolicyError: it is not installed, failed, or gave something else than measurements; nobody is judged by it.
    """
    function = _function(check.function or "")
    try:
        measurements = list(function(facts, check.parameters))
        choices = [_slot(check, measurement, facts) for measurement in measurements]
    except Exception as error:  # code that is not ours: whatever it raises, nobody is judged
        raise PolicyError(f"the custom check {check.function!r} of check {check.id!r} failed: {error!r}") from error
    if not choices:
        yield Absence(sentence=f"the custom check {check.function!r} found nothing to measure")
    yield from choices


def _slot(check: Check, found: Measurement, facts: Sequence[Fact]) -> Choice:
    if not isinstance(found, Measurement):
        raise TypeError(f"it yields {type(found).__name__}, not Measurement")
    names = (found.facet, found.facet_value, found.label, found.value.unknown)
    if not all(type(name) is str for name in (found.what, *(name for name in names if name is not None))):
        raise TypeError(f"it names {found.what!r} or a slice of it by something that is no text")
    reading = _reading(found)
    return Slot(
        what=found.what,
        at=None if found.source is None else facts.index(found.source),
        measure=lambda _: reading,
        facet=found.facet,
        facet_value=found.facet_value,
        label=found.label,
    )


def _reading(found: Measurement) -> Reading:
    """The numbers in plain types: whole ones, and those of other libraries, would be judged and kept in another way."""
    value = _plain(found.value)
    n = None if found.n is None else index(found.n)
    if n is not None and not 0 <= n <= MOST_ROWS:
        raise ValueError(f"{found.what} has n {n}; give the number of rows, from 0 to {MOST_ROWS}")
    interval = found.interval
    if interval is not None:
        low, high, confidence = map(float, (interval.low, interval.high, interval.confidence))
        interval = Interval(low=low, high=high, confidence=confidence)
        if value.number is None or not low <= value.number <= high:
            raise ValueError(f"the interval of {found.what} does not hold its value")
    return Reading(
        number=value if value.number is None else value.number,
        n=n,
        deviation=None if found.deviation is None else _plain(found.deviation),
        interval=interval,
    )


def _plain(value: Value) -> Value:
    return value if value.number is None else Value(number=float(value.number))


@lru_cache(maxsize=64)
def _function(name: str) -> CustomCheck:
    found = [point for point in entry_points(group=ENTRY_POINTS) if point.name == name]
    if len(found) != 1:
        how_many = "no installed package registers" if not found else "several installed packages register"
        raise PolicyError(f"{how_many} the custom check {name!r}; see the entry point group {ENTRY_POINTS!r}")
    try:
        return cast("CustomCheck", found[0].load())
    except Exception as error:  # an import may fail with anything
        raise PolicyError(f"the custom check {name!r} cannot be loaded: {error!r}") from error
