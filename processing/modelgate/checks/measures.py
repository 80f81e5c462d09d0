"""Numbers computed from several facts. One that is not finite makes the result unknown, with its reason."""

import math
from collections.abc import Callable, Sequence

from modelgate.checks.slots import Reading
from modelgate.contracts.facts import Value

Measure = Callable[[Sequence[Reading]], Reading]


def margin(readings: Sequence[Reading]) -> Reading:
    """The first number less the second; its deviation as if both were measured independently, which is the wider."""
    numbers = _numbers(readings)
    if isinstance(numbers, Value):
        return Reading(numbers)
    return _certain(Reading(_finite(numbers[0] - numbers[1])), readings)


def difference(readings: Sequence[Reading]) -> Reading:
    """The largest number less the smallest."""
    numbers = _numbers(readings)
    if isinstance(numbers, Value):
        return Reading(numbers)
    high, low = numbers.index(max(numbers)), numbers.index(min(numbers))
    return _certain(Reading(_finite(numbers[high] - numbers[low])), [readings[high], readings[low]])


def ratio(readings: Sequence[Reading]) -> Reading:
    """The smallest number by the largest, from 0 to 1; unknown where one is negative or all are zero."""
    numbers = _numbers(readings)
    if isinstance(numbers, Value):
        return Reading(numbers)
    if min(numbers) < 0 or max(numbers) == 0:
        return Reading(Value(unknown="a ratio needs numbers of at least 0, one of them above it"))
    return Reading(min(numbers) / max(numbers))


def share(readings: Sequence[Reading]) -> Reading:
    """The sum of all but the first, which is their total and must be positive for them to mean anything.

    The shares are those of a report: each is a feature's part of the label's total.
    """
    total = readings[0].number
    if isinstance(total, Value):
        return Reading(Value(unknown=total.unknown or "the total of global SHAP values is not finite"))
    if total <= 0:
        return Reading(Value(unknown="all global SHAP values are zero: the explanation explains nothing"))
    numbers = _numbers(readings[1:])
    return Reading(numbers if isinstance(numbers, Value) else sum(sorted(numbers)))


def rank_of_first(protected: int) -> Measure:
    """A measure: the best rank, from 1, of the first *protected* numbers among all; ties count as the better rank.

    Of none at all the rank is behind the last: a feature that a model does not have leads nothing.
    """

    def rank(readings: Sequence[Reading]) -> Reading:
        numbers = _numbers(readings)
        if isinstance(numbers, Value):
            return Reading(numbers)
        if max(numbers) <= 0:
            return Reading(Value(unknown="all global SHAP values are zero: the explanation explains nothing"))
        best = max(numbers[:protected], default=-1.0)  # global SHAP values are magnitudes
        return Reading(1.0 + sum(number > best for number in numbers[protected:]))

    return rank


def count(readings: Sequence[Reading]) -> Reading:
    """The sum; of no number at all it is 0."""
    numbers = _numbers(readings)
    return Reading(numbers if isinstance(numbers, Value) else float(sum(numbers)))


def _numbers(readings: Sequence[Reading]) -> list[float] | Value:
    numbers: list[float] = []
    for reading in readings:
        if isinstance(reading.number, Value):
            return Value(unknown=reading.number.unknown or f"a number it is computed from is {reading.number}")
        numbers.append(reading.number)
    return numbers


def _finite(number: float) -> float | Value:
    return number if math.isfinite(number) else Value(unknown="the difference is too large for a number")


def _certain(result: Reading, parts: Sequence[Reading]) -> Reading:
    """*result* with the deviation of a difference of independent numbers, and the smaller of their row counts."""
    sizes = [part.n for part in parts if part.n is not None]
    n = min(sizes) if len(sizes) == len(parts) else None
    known = [part.deviation for part in parts if part.deviation is not None]
    if len(known) < len(parts):
        return result._replace(n=n)
    numbers = [deviation.number for deviation in known if deviation.number is not None]
    if len(numbers) < len(parts):
        return result._replace(n=n, deviation=next(deviation for deviation in known if deviation.number is None))
    return result._replace(n=n, deviation=Value(number=math.hypot(*numbers)))
