"""How far a number may move from that of an earlier version: a change rule becomes a bound on the number itself."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from modelgate.contracts.results import Bound
from modelgate.errors import PolicyError
from modelgate.policy.bias_metrics import BAND, BIAS_METRICS, BiasMetric
from modelgate.policy.model import Better, Change, Check

_MOST = 700.0  # of a ratio's logarithm: beyond it the ratio itself is no finite number


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What a change is measured from: *name* for a person (``approved version 3``)."""

    name: str
    number: float


def chosen(check: Check, change: Change, candidates: Iterable[Reference]) -> Reference | None:
    """The best of *candidates*, the first of equals; None where there is none."""
    return min(candidates, key=lambda reference: _badness(check, change, reference.number), default=None)


def allowed(check: Check, change: Change, reference: Reference) -> Bound | None:
    """The bound that *change* puts on the number: no worse than *reference* by more than it allows.

    None when the change rule only guards against gains.
    """
    slack = _slack(check, change, reference.number)
    if slack is None:
        return None
    return _up_to(check, change, _badness(check, change, reference.number) + slack)


def plausible(check: Check, change: Change, reference: Reference) -> Bound | None:
    """The bound beyond which an improvement is suspicious; None when the rule has no such guard."""
    if change.suspicious_gain is None:
        return None
    number, gain = reference.number, change.suspicious_gain
    match change.better:
        case Better.HIGHER:
            return _bound(None, number + gain)
        case Better.LOWER:
            return _bound(number - gain, None)
        case Better.FAIR:
            return None  # refused by the policy file: fair is as good as it gets


def _badness(check: Check, change: Change, number: float) -> float:
    match change.better:
        case Better.HIGHER:
            return -number
        case Better.LOWER:
            return number
        case Better.FAIR:
            return _unfairness(check, number)


def _unfairness(check: Check, number: float) -> float:
    metric = _bias_metric(check)
    if metric.rule == BAND:  # its distance from 1 is the logarithm, the same for a ratio and its inverse
        return abs(math.log(number)) if number > 0 else math.inf
    return abs(number - metric.fair)


def _bias_metric(check: Check) -> BiasMetric:
    metric = BIAS_METRICS.get(check.metric or "") if check.kind == "bias" else None
    if metric is None:
        raise PolicyError(f"check {check.id!r} has a change with better: fair, and is of no bias metric")
    return metric


def _slack(check: Check, change: Change, reference: float) -> float | None:
    """The tighter of the absolute and the relative allowance, in units of badness."""
    slacks: list[float] = []
    if change.worse_by is not None:
        slacks.append(change.worse_by)
    if change.worse_by_percent is not None:
        slacks.append(abs(reference) * change.worse_by_percent / 100)
    return min(slacks, default=None)


def _up_to(check: Check, change: Change, badness: float) -> Bound | None:
    match change.better:
        case Better.HIGHER:
            return _bound(-badness, None)
        case Better.LOWER:
            return _bound(None, badness)
        case Better.FAIR:
            metric = _bias_metric(check)
            if metric.rule == BAND:
                return _bound(math.exp(-badness), math.exp(badness)) if badness <= _MOST else None
            return _bound(metric.fair - badness, metric.fair + badness)


def _bound(low: float | None, high: float | None) -> Bound | None:
    """A bound; None where an end is beyond all numbers, which nothing could be judged by."""
    ends: Sequence[float] = [end for end in (low, high) if end is not None]
    return Bound(min=low, max=high) if all(map(math.isfinite, ends)) else None
