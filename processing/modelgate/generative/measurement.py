"""What an evaluation of a model that writes text comes to, and the section of a report that says it.

The section is read by `modelgate.reports.model_quality`, which names the members a policy judges; the others tell a
person what the number is made of.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from modelgate.contracts.facts import Interval

SECTION = "generative_metrics"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The number of one part of the records: of those whose *facet* (``domain``) is *facet_value* (``gender``).

    *n* counts the answers it rests on. Either it has a *value* or a *reason* why it has none.
    """

    facet: str
    facet_value: str
    value: float | None
    reason: str | None = None
    n: int
    interval: Interval | None = None

    def __post_init__(self) -> None:
        _require_reason(f"{self.facet}={self.facet_value}", self.value, self.reason, self.interval)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One number about a model under the formula that *definition_id* names (``bias/bbq_paper@1``).

    It has a *value*, or a *reason* why it has none: what was not measured is never 0. *n* counts the answers (or
    prompts) it rests on; those that could not be read, were empty or never came are not among them, and are counted
    apart. *scorer_id* names scorer or judge with its version where there is one, *dataset_id* the records with theirs.

    Raises:
        ValueError: value and reason are both there or both not, a number is not finite, the interval does not hold
            the value, or a slice comes twice.
    """

    definition_id: str
    value: float | None
    reason: str | None = None
    n: int
    n_unparsed: int = 0
    n_empty: int = 0
    n_failed: int = 0
    interval: Interval | None = None
    scorer_id: str | None = None
    dataset_id: str
    slices: tuple[Slice, ...] = ()

    def __post_init__(self) -> None:
        _require_reason(self.definition_id, self.value, self.reason, self.interval)
        places = [(one.facet, one.facet_value) for one in self.slices]
        if len(set(places)) != len(places):
            raise ValueError(f"{self.definition_id} gives a slice twice")


def report(
    measurements: Iterable[Measurement], *, item_count: int, evaluation: Mapping[str, Any] | None = None
) -> bytes:
    """Write the model quality report of *measurements* over *item_count* prompts; equal numbers give equal bytes.

    *evaluation* says for a person how they came about. It stands beside the count, where no reader of reports looks
    for numbers.
    """
    dataset = {"item_count": item_count} | ({} if evaluation is None else {"evaluation": evaluation})
    document = {"dataset": dataset, SECTION: section(measurements)}
    return json.dumps(document, indent=2, sort_keys=True, allow_nan=False).encode("ascii") + b"\n"


def section(measurements: Iterable[Measurement]) -> dict[str, Any]:
    """The metrics by definition.

    Raises:
        ValueError: two measurements have the same definition.
    """
    written: dict[str, Any] = {}
    for measurement in measurements:
        if measurement.definition_id in written:
            raise ValueError(f"{measurement.definition_id} is measured twice; a report has room for one")
        written[measurement.definition_id] = _metric(measurement)
    return written


def _metric(measurement: Measurement) -> dict[str, Any]:
    slices: dict[str, dict[str, Any]] = {}
    for one in measurement.slices:
        slices.setdefault(one.facet, {})[one.facet_value] = _number(one)
    return _number(measurement) | {
        "n_unparsed": measurement.n_unparsed,
        "n_empty": measurement.n_empty,
        "n_failed": measurement.n_failed,
        "scorer_id": measurement.scorer_id,
        "dataset_id": measurement.dataset_id,
        "slices": slices or None,
    }


def _number(of: Measurement | Slice) -> dict[str, Any]:
    return {"value": of.value, "reason": of.reason, "n": of.n, "interval": _ends(of.interval)}


def _ends(interval: Interval | None) -> Mapping[str, float] | None:
    if interval is None:
        return None
    return {"low": interval.low, "high": interval.high, "confidence": interval.confidence}


def _require_reason(name: str, value: float | None, reason: str | None, interval: Interval | None) -> None:
    if (value is None) != bool(reason):
        raise ValueError(f"{name} needs either a value or the reason why it has none")
    if value is not None and not math.isfinite(value):
        raise ValueError(f"{name} has the value {value}; give a reason instead")
    if interval is not None and (value is None or not interval.low <= value <= interval.high):
        raise ValueError(f"the interval of {name} does not hold its value")
