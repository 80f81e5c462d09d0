"""Confidence intervals of a reading, and how many more rows would settle a question."""

import math
from functools import lru_cache
from statistics import NormalDist

from modelgate.checks.slots import Reading
from modelgate.contracts.facts import Interval, Value
from modelgate.contracts.results import Bound

MAX_ROWS = 1_000_000_000  # beyond this, "about N more rows" is no advice

_BELOW_ONE = math.nextafter(1.0, 0.0)


@lru_cache(maxsize=64)
def quantile(confidence: float) -> float:
    """The normal quantile z of a two-sided interval: 1.96 for 0.95; 0 where the confidence is next to none."""
    return NormalDist().inv_cdf(min(0.5 + confidence / 2, _BELOW_ONE))


def interval_of(reading: Reading, confidence: float) -> Interval | None:
    """The interval of a finite *reading* at *confidence*; None where there is nothing to compute it from.

    The report's own interval comes first: as it is when it was made at this confidence or a higher one, otherwise
    widened as a normal one would be. Then the standard deviation (normal) unless it is 0, then a share with its number
    of rows.
    """
    number = reading.number
    if not isinstance(number, float):
        return None
    if reading.interval is not None:
        return _widened(reading.interval, number, confidence)
    if reading.deviation is not None:
        if reading.deviation.number is None or reading.deviation.number < 0:
            return None
        if reading.deviation.number == 0:
            # Draws that all agree, as of 60 rows without a mistake, say how few they were; not that nothing is open.
            return _of_rows(reading, number, confidence)
        half = quantile(confidence) * reading.deviation.number
        return _interval(number - half, number + half, confidence)
    return _of_rows(reading, number, confidence)


def _of_rows(reading: Reading, number: float, confidence: float) -> Interval | None:
    return wilson(number, reading.n, confidence) if is_share(reading) and reading.n else None


def wilson(share: float, n: int, confidence: float) -> Interval:
    """The Wilson score interval of a *share* (0 to 1) of *n* rows.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
    """
    z, rows = quantile(confidence), float(n)
    half_square = z / rows * z / 2
    scale = 1 + z / rows * z
    middle = (share + half_square) / scale
    half = z * math.sqrt(share * (1 - share) / rows + (z / rows / 2) ** 2) / scale
    # At the ends rounding would leave the share itself outside.
    return Interval(
        low=min(max(0.0, middle - half), share), high=max(min(1.0, middle + half), share), confidence=confidence
    )


def deviation_of(reading: Reading) -> Value | None:
    """The standard deviation of a finite *reading*, for a difference of several; None where nothing tells it.

    Of a share it is that of one more success and one more failure, so that 5 of 5 rows do not look certain.

    Source: A. Agresti and B. Caffo, "Simple and effective confidence intervals for proportions and differences of
    proportions result from adding two successes and two failures", The American Statistician 54 (2000).
    """
    number = reading.number
    if isinstance(number, Value):
        return None
    if reading.interval is not None:
        z = quantile(reading.interval.confidence)
        half = max(number - reading.interval.low, reading.interval.high - number)
        return _value(half / z if z > 0 else math.inf)
    if reading.deviation is not None:
        return reading.deviation
    if not is_share(reading) or not reading.n:
        return None
    rows = float(reading.n) + 2
    likely = (number * (rows - 2) + 1) / rows
    return _value(math.sqrt(likely * (1 - likely) / rows))


def more_rows(reading: Reading, interval: Interval, bound: Bound) -> int | None:
    """About how many more rows would move the whole *interval* to one side of every end of *bound*.

    The width shrinks with the square root of the rows. None where the number of rows is not known, or the value lies
    so near an end that no reasonable number would do.
    """
    if not reading.n or not isinstance(reading.number, float):
        return None
    ends = [end for end in (bound.min, bound.max) if end is not None and interval.low <= end <= interval.high]
    rows = max((_rows_to_clear(reading, reading.number, interval, end) for end in ends), default=0.0) - reading.n
    return math.ceil(rows) if 0 < rows <= MAX_ROWS else None


def _rows_to_clear(reading: Reading, number: float, interval: Interval, end: float) -> float:
    """The number of rows at which the interval ends at *end*; infinite where none is enough."""
    distance = abs(number - end)
    if distance == 0:
        return math.inf
    if reading.interval is None and reading.deviation is None:
        # Wilson's interval holds exactly those shares whose own deviation reaches to the number.
        deviations = quantile(interval.confidence) / distance
        return deviations * deviations * end * (1 - end)
    half = number - interval.low if end <= number else interval.high - number
    return float(reading.n or 0) * (half / distance) * (half / distance)


def is_share(reading: Reading) -> bool:
    """Whether rows alone tell how certain it is: they do for a share of them, not for what is computed from several."""
    return not reading.derived and isinstance(reading.number, float) and 0 <= reading.number <= 1


def _widened(given: Interval, number: float, confidence: float) -> Interval | None:
    if given.confidence >= confidence:
        return given
    known = quantile(given.confidence)
    if known == 0:
        return None
    factor = quantile(confidence) / known
    return _interval(number - (number - given.low) * factor, number + (given.high - number) * factor, confidence)


def _interval(low: float, high: float, confidence: float) -> Interval | None:
    if not (math.isfinite(low) and math.isfinite(high)):
        return None
    return Interval(low=low, high=high, confidence=confidence)


def _value(deviation: float) -> Value:
    if math.isfinite(deviation):
        return Value(number=deviation)
    return Value(unknown="the deviation is too large for a number")
