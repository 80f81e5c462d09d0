"""Of how many more rows a sentence speaks: with them the interval clears the bound, with a few fewer it does not."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from modelgate.checks.certainty import interval_of, more_rows, wilson
from modelgate.checks.slots import Reading
from modelgate.contracts.facts import Interval, Value
from modelgate.contracts.results import Bound

ROWS = st.integers(2, 10**6)
WITHIN = st.floats(0.02, 0.98)  # how far into an interval the end of a bound lies


def decided(interval: Interval | None, bound: Bound) -> bool:
    """Whether an interval lies on one side of every end."""
    assert interval is not None
    return all(not interval.low < end < interval.high for end in (bound.min, bound.max) if end is not None)


def ends(interval: Interval, one: float, other: float | None) -> Bound:
    """A bound with one or two ends inside *interval*."""
    low, *high = sorted(
        interval.low + part * (interval.high - interval.low) for part in (one, other) if part is not None
    )
    return Bound(min=low, max=high[0] if high else None)


@settings(deadline=None)
@given(st.floats(0, 1), ROWS, WITHIN, st.none() | WITHIN, st.floats(0.5, 0.999))
def test_that_many_more_rows_decide_a_share(share: float, n: int, one: float, other: float | None, sure: float) -> None:
    """Wilson's interval of the same share clears the bound with them, and does not with two fewer."""
    interval = wilson(share, n, sure)
    bound = ends(interval, one, other)
    more = more_rows(Reading(share, n=n), interval, bound)
    assume(more is not None)
    assert more is not None

    assert decided(wilson(share, n + more + 1, sure), bound)
    assert more < 3 or not decided(wilson(share, n + more - 2, sure), bound)


@settings(deadline=None)
@given(st.floats(-100, 100), ROWS, st.floats(0.001, 50), WITHIN, st.booleans())
def test_that_many_more_rows_decide_a_number(number: float, n: int, spread: float, one: float, own: bool) -> None:
    """A deviation, or half an interval of the report, shrinks with the root of the rows."""

    def reading(rows: int) -> Reading:
        by = spread * (n / rows) ** 0.5
        if not own:
            return Reading(number, n=rows, deviation=Value(number=by))
        return Reading(number, n=rows, interval=Interval(low=number - by, high=number + 2 * by, confidence=0.95))

    interval = interval_of(reading(n), 0.95)
    assert interval is not None
    bound = ends(interval, one, None)
    more = more_rows(reading(n), interval, bound)
    assume(more is not None)
    assert more is not None

    assert decided(interval_of(reading(n + more + 1), 0.95), bound)
    assert more < 3 or not decided(interval_of(reading(n + more - 2), 0.95), bound)
