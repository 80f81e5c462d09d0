"""One metric of a model quality report: Model Monitor's form, and what modelgate reads beyond it.

    {"value": 0.91, "standard_deviation": 0.01, "n": 4000,
     "interval": {"low": 0.89, "high": 0.93, "confidence": 0.95},
     "slices": {"region": {"north": {"value": 0.88, "n": 1900}, "south": {"value": 0.93, "n": 2100}}}}

Model Monitor writes ``value`` and ``standard_deviation``; the rest is ours, for evaluations that know more: all of it
is optional, ``null`` says the same as leaving it out, and other members are left alone. A value of ``null`` may come
with a ``reason``, which the verdict then tells.

``standard_deviation`` is that of the value itself over repeated evaluations; other tools call it ``standard_error``.
Model Monitor takes it from five draws of 80 % of the rows, and writes "NaN" below 200 rows (developer guide, "Model
quality metrics"). If those are draws without replacement, they vary half as much as fresh samples of all rows would:
sqrt(0.2 / 0.8) = 0.5. ``n`` (or ``count``) is the number of rows or prompts behind the value.
"""

from collections.abc import Iterator
from dataclasses import replace

from modelgate.contracts.facts import MODEL_QUALITY, Fact, Interval, Value
from modelgate.errors import UnreadableReportError
from modelgate.reports.place import Place

DEVIATIONS = ("standard_deviation", "standard_error")
COUNTS = ("n", "count")

_REASON = 500  # characters of a reason that are told
_ROUNDING = 1e-9  # how far outside its own interval the rounding of an exact 0 or 1 may put a value


def is_metric(place: Place) -> bool:
    """Whether *place* is an object with a value, or a bare one."""
    if isinstance(place.data, dict):
        return "value" in place.data
    return not isinstance(place.data, list)


def read_metric(artifact: str, name: str, place: Place) -> Iterator[Fact]:
    """Read the metric, its deviation as a fact of its own (``auc.standard_deviation``), and both of every slice."""
    yield from _measured(artifact, name, place)
    slices = _given(place, "slices") if isinstance(place.data, dict) else None
    if slices is None:
        return
    for facet, values in slices.members():
        for facet_value, entry in values.members():
            if isinstance(entry.data, dict) and _given(entry, "slices") is not None:
                raise UnreadableReportError(f"{entry.pointer} has slices of its own; give them as another facet")
            yield from _measured(artifact, name, entry, facet, facet_value)


def _measured(
    artifact: str, name: str, place: Place, facet: str | None = None, facet_value: str | None = None
) -> Iterator[Fact]:
    bare = not isinstance(place.data, dict | list)
    measured = place if bare else place.at("value")
    value = measured.value() if bare else _with_reason(place, measured.value())
    deviation = None if bare else _one_of(place, DEVIATIONS)
    rows = None if bare else _one_of(place, COUNTS)
    yield Fact(
        artifact=artifact,
        section=MODEL_QUALITY,
        metric=name,
        facet=facet,
        facet_value=facet_value,
        value=value,
        n=None if rows is None or rows.data is None else rows.count(),
        deviation=None if deviation is None else _magnitude(deviation.value()),
        interval=None if bare else _interval(place, value),
        pointer=measured.pointer,
    )
    if deviation is not None:
        yield Fact(
            artifact=artifact,
            section=MODEL_QUALITY,
            metric=f"{name}.{deviation.pointer.rpartition('/')[2]}",
            facet=facet,
            facet_value=facet_value,
            value=deviation.value(),
            pointer=deviation.pointer,
        )


def _with_reason(place: Place, value: Value) -> Value:
    """*value*, which is unknown where it is null, with the report's own word for why."""
    reason = _given(place, "reason")
    if value.unknown is None or reason is None or not isinstance(reason.data, str):
        return value
    return Value(unknown=f"{value.unknown}: {reason.data[:_REASON]!a}")


def _one_of(place: Place, names: tuple[str, str]) -> Place | None:
    """Whichever of two names is used. Both could differ, and nobody can say which one counts."""
    found = [member for name in names if (member := place.find(name)) is not None]
    if len(found) > 1:
        raise UnreadableReportError(f"{place.pointer} gives both {names[0]!r} and {names[1]!r}; leave one out")
    return found[0] if found else None


def _given(place: Place, name: str) -> Place | None:
    found = place.find(name)
    return None if found is None or found.data is None else found


def _magnitude(deviation: Value) -> Value:
    if deviation.infinite == "-" or (deviation.number is not None and deviation.number < 0):
        return Value(unknown=f"the deviation {deviation} is negative")
    return deviation


def _interval(place: Place, value: Value) -> Interval | None:
    given = _given(place, "interval")
    if given is None:
        return None
    low, high, confidence = (given.at(name).number() for name in ("low", "high", "confidence"))
    try:
        interval = Interval(low=low, high=high, confidence=confidence)
    except ValueError as error:
        raise UnreadableReportError(f"{given.pointer} cannot be read: {error}") from error
    if value.number is None or not low - _ROUNDING <= value.number <= high + _ROUNDING:
        raise UnreadableReportError(f"{given.pointer} does not hold the value it is given for; report both again")
    return replace(interval, low=min(low, value.number), high=max(high, value.number))
