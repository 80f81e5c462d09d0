"""Numbers computed from several facts. One that is not finite makes the result unknown, with its reason."""

import math
from collections.abc import Callable, Sequence

from modelgate.checks.certainty import deviation_of
from modelgate.checks.slots import Number, Reading
from modelgate.contracts.facts import Value

Measure = Callable[[Sequence[Reading]], Reading]

_NOTHING = Value(unknown="all global SHAP values are zero: the explanation explains nothing")


def margin(readings: Sequence[Reading]) -> Reading:
    """The first number less the second; its deviation as if both were measured independently, which is the wider."""
    numbers = _numbers(readings)
    if isinstance(numbers, Value):
        return Reading(numbers)
    return _certain(numbers[0] - numbers[1], readings, [_deviation(readings[:1]), _deviation(readings[1:])])


def difference(readings: Sequence[Reading]) -> Reading:
    """The largest number less the smallest."""
    numbers = _numbers(readings)
    if isinstance(numbers, Value):
        return Reading(numbers)
    deviations = [_deviation(_equal(readings, number)) for number in (max(numbers), min(numbers))]
    return _certain(max(numbers) - min(numbers), readings, deviations)


def ratio(readings: Sequence[Reading]) -> Reading:
    """The smallest number by the largest, from 0 to 1; unknown where one is negative or all are zero.

    Its deviation is that of the delta method: of the smallest, and of the largest times the ratio.
    """
    numbers = _numbers(readings)
    if isinstance(numbers, Value):
        return Reading(numbers)
    least, most = min(numbers), max(numbers)
    if least < 0 or most == 0:
        return Reading(Value(unknown="a ratio needs numbers of at least 0, one of them above it"))
    found = least / most
    of_least, of_most = (_deviation(_equal(readings, number)) for number in (least, most))
    return _certain(found, readings, [_scaled(of_least, 1 / most), _scaled(of_most, found / most)])


def share(readings: Sequence[Reading]) -> Reading:
    """The sum of all but the first, which is their total and must be positive for them to mean anything.

    The shares are those of a report: each is a feature's part of the label's total.
    """
    numbers = _explained(readings)
    return Reading(numbers if isinstance(numbers, Value) else _sum(numbers))


def rank_of_first(protected: int) -> Measure:
    """A measure: the best rank, from 1, of the first *protected* numbers after the total among all that follow it.

    Ties count as the better rank. Of none at all the rank is behind the last: a feature that a model does not have
    leads nothing.
    """

    def rank(readings: Sequence[Reading]) -> Reading:
        numbers = _explained(readings)
        if isinstance(numbers, Value):
            return Reading(numbers)
        best = max(numbers[:protected], default=-1.0)  # global SHAP values are magnitudes
        return Reading(1.0 + sum(number > best for number in numbers[protected:]))

    return rank


def count(readings: Sequence[Reading]) -> Reading:
    """The sum; of no number at all it is 0."""
    numbers = _numbers(readings)
    return Reading(numbers if isinstance(numbers, Value) else _sum(numbers))


def _explained(readings: Sequence[Reading]) -> list[float] | Value:
    """The numbers after the total, which says whether they mean anything."""
    total = readings[0].number
    if isinstance(total, Value):
        return Value(unknown=total.unknown or "the total of global SHAP values is not finite")
    return _numbers(readings[1:]) if total > 0 else _NOTHING


def _numbers(readings: Sequence[Reading]) -> list[float] | Value:
    numbers: list[float] = []
    for reading in readings:
        if isinstance(reading.number, Value):
            return Value(unknown=reading.number.unknown or f"a number it is computed from is {reading.number}")
        numbers.append(reading.number)
    return numbers


def _equal(readings: Sequence[Reading], number: float) -> list[Reading]:
    return [reading for reading in readings if reading.number == number]


def _deviation(readings: Sequence[Reading]) -> Value | None:
    """The deviation of the least certain of *readings*: among equal numbers, which comes first must not matter."""
    known = [deviation_of(reading) for reading in readings]
    return max(known, key=_doubt)


def _doubt(deviation: Value | None) -> tuple[int, float, str]:
    if deviation is None:
        return (2, 0.0, "")
    return (1, 0.0, str(deviation.unknown)) if deviation.number is None else (0, deviation.number, "")


def _scaled(deviation: Value | None, by: float) -> Value | None:
    if deviation is None or deviation.number is None:
        return deviation
    return _finite(deviation.number * by)


def _certain(number: float, parts: Sequence[Reading], deviations: Sequence[Value | None]) -> Reading:
    """*number* with a deviation from independent *deviations*, and the smallest row count of all *parts*."""
    sizes = [part.n for part in parts if part.n is not None]
    n = min(sizes) if len(sizes) == len(parts) else None
    result = Reading(_number(number), n=n, derived=True)
    worst = max(deviations, key=_doubt)
    if worst is None or worst.number is None:
        return result._replace(deviation=worst)
    return result._replace(deviation=_finite(math.hypot(*(d.number for d in deviations if d and d.number))))


def _sum(numbers: Sequence[float]) -> Number:
    """The sum, whatever their order."""
    return _number(sum(sorted(numbers), 0.0))


def _number(number: float) -> Number:
    found = _finite(number)
    return found if found.number is None else found.number


def _finite(number: float) -> Value:
    if math.isfinite(number):
        return Value(number=number)
    return Value(unknown="what is computed from the numbers is too large for a number")
