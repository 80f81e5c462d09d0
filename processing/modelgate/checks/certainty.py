"""Confidence intervals of a reading, and how many more rows would settle a question."""

import math
from functools import lru_cache
from statistics import NormalDist

from modelgate.checks.slots import Reading
from modelgate.contracts.facts import Interval
from modelgate.contracts.results import Bound

MAX_ROWS = 1_000_000_000  # beyond this, "about N more rows" is no advice


@lru_cache(maxsize=64)
def quantile(confidence: float) -> float:
    """The normal quantile z of a two-sided interval: 1.96 for 0.95."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def interval_of(reading: Reading, confidence: float) -> Interval | None:
    """The interval of a finite *reading* at *confidence*; None where the report carries nothing to compute it from.

    The report's own interval comes first: as it is when it was made at this confidence or a higher one, otherwise
    widened as a normal one would be. Then the standard deviation (normal), then a share with its number of rows.
    """
    number = reading.number
    if not isinstance(number, float):
        return None
    if reading.interval is not None:
        return _widened(reading.interval, number, confidence)
    if reading.deviation is not None:
        if reading.deviation.number is None or reading.deviation.number < 0:
            return None
        half = quantile(confidence) * reading.deviation.number
        return _interval(number - half, number + half, confidence)
    if reading.n and 0 <= number <= 1:
        return wilson(number, reading.n, confidence)
    return None


def wilson(share: float, n: int, confidence: float) -> Interval:
    """The Wilson score interval of a *share* (0 to 1) of *n* rows.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
    """
    z = quantile(confidence)
    scale = 1 + z * z / n
    middle = (share + z * z / (2 * n)) / scale
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / scale
    # At the ends rounding would leave the share itself outside.
    return Interval(
        low=min(max(0.0, middle - half), share), high=max(min(1.0, middle + half), share), confidence=confidence
    )


def more_rows(reading: Reading, interval: Interval, bound: Bound) -> int | None:
    """About how many more rows would move the whole *interval* to one side of every end of *bound*.

    The width shrinks with the square root of the rows. None where the number of rows is not known, or the value lies
    so near an end that no reasonable number would do.
    """
    number = reading.number
    if not reading.n or not isinstance(number, float):
        return None
    needed = 1.0
    for end in (bound.min, bound.max):
        if end is not None and interval.low <= end <= interval.high:
            half = number - interval.low if end <= number else interval.high - number
            distance = abs(number - end)
            if distance == 0 or half == 0:
                return None
            needed = max(needed, (half / distance) ** 2)
    rows = math.ceil(reading.n * needed) - reading.n
    return rows if 0 < rows <= MAX_ROWS else None


def _widened(given: Interval, number: float, confidence: float) -> Interval | None:
    if given.confidence >= confidence:
        return given
    factor = quantile(confidence) / quantile(given.confidence)
    return _interval(number - (number - given.low) * factor, number + (given.high - number) * factor, confidence)


def _interval(low: float, high: float, confidence: float) -> Interval | None:
    if not (math.isfinite(low) and math.isfinite(high)):
        return None
    return Interval(low=low, high=high, confidence=confidence)
