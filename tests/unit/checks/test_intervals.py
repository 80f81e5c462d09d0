"""Confidence intervals: Wilson's, a deviation's, the report's own; against other implementations and textbooks."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from modelgate.checks.certainty import deviation_of, interval_of, quantile, wilson
from modelgate.checks.slots import Reading
from modelgate.contracts.facts import Interval, Value

CONFIDENCES = st.floats(0.5, 0.999)


@pytest.mark.parametrize(("confidence", "z"), [(0.8, 1.281552), (0.9, 1.644854), (0.95, 1.959964), (0.99, 2.575829)])
def test_the_quantile_is_that_of_the_table(confidence: float, z: float) -> None:
    """Of the normal distribution, two-sided."""
    assert quantile(confidence) == pytest.approx(z, abs=1e-6)


@pytest.mark.parametrize(
    ("hits", "rows", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_is_that_of_the_textbook(hits: int, rows: int, low: float, high: float) -> None:
    """R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3."""
    found = wilson(hits / rows, rows, 0.95)

    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@settings(deadline=None)
@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), CONFIDENCES)
def test_wilson_is_that_of_another_implementation(counted: tuple[int, int], confidence: float) -> None:
    """scipy solves the same quadratic in another way."""
    stats = pytest.importorskip("scipy.stats")
    hits, rows = counted
    expected = stats.binomtest(hits, rows).proportion_ci(confidence_level=confidence, method="wilson")

    found = wilson(hits / rows, rows, confidence)

    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-9)


@given(st.floats(0, 1), st.integers(1, 10**300), CONFIDENCES)
def test_wilson_holds_the_share_and_stays_a_share(share: float, rows: int, confidence: float) -> None:
    """For any number of rows that a report may claim."""
    found = wilson(share, rows, confidence)

    assert 0 <= found.low <= share <= found.high <= 1


@given(st.floats(0, 1), st.integers(1, 10**6), st.integers(1, 10**6), CONFIDENCES, CONFIDENCES)
def test_more_rows_or_less_confidence_never_widen(share: float, n: int, m: int, a: float, b: float) -> None:
    """Of two intervals one holds the other."""
    wide = wilson(share, min(n, m), max(a, b))
    narrow = wilson(share, max(n, m), min(a, b))

    assert wide.low <= narrow.low + 1e-12
    assert narrow.high <= wide.high + 1e-12


def interval(reading: Reading, confidence: float = 0.95) -> tuple[float, float] | None:
    """The ends of the interval of a reading, rounded."""
    found = interval_of(reading, confidence)
    return None if found is None else (round(found.low, 4), round(found.high, 4))


def test_a_deviation_gives_a_normal_interval() -> None:
    """0.8, give or take 1.96 times 0.01; the deviation counts before the rows."""
    assert interval(Reading(0.8, deviation=Value(number=0.01))) == (0.7804, 0.8196)
    assert interval(Reading(0.8, n=5, deviation=Value(number=0.01)), 0.99) == (0.7742, 0.8258)


def test_the_reports_own_interval_comes_first() -> None:
    """As it is where it was made at this confidence or a higher one, else widened as a normal one would be."""
    own = Interval(low=0.75, high=0.83, confidence=0.9)
    reading = Reading(0.8, n=10, deviation=Value(number=0.5), interval=own)

    assert interval_of(reading, 0.9) == interval_of(reading, 0.8) == own
    # 1.959964 / 1.644854 = 1.191573
    assert interval(reading, 0.95) == (0.7404, 0.8357)


@pytest.mark.parametrize(
    "reading",
    [
        Reading(0.8),
        Reading(0.8, n=0),
        Reading(1.2, n=100),
        Reading(-0.1, n=100),
        Reading(0.8, n=100, derived=True),
        Reading(Value(infinite="+"), n=100),
        Reading(Value(unknown="NaN"), n=100),
        Reading(0.8, n=100, deviation=Value(unknown="the value is NaN")),
        Reading(0.8, n=100, deviation=Value(infinite="+")),
        Reading(0.8, n=100, deviation=Value(number=-0.1)),
        Reading(0.8, n=100, deviation=Value(number=1.7e308)),
        Reading(0.8, n=100, interval=Interval(low=0.8, high=0.8, confidence=1e-300)),
        Reading(0.8, n=100, interval=Interval(low=-1.7e308, high=1.7e308, confidence=0.5)),
    ],
)
def test_some_readings_have_no_interval(reading: Reading) -> None:
    """Rows tell how certain a share is and nothing else; a deviation that is none is not replaced by them."""
    assert interval(reading) is None


FLOATS = st.floats(allow_nan=False, allow_infinity=False)
SMALL = st.floats(0, 1, exclude_min=True, exclude_max=True)


@st.composite
def readings(draw: Any) -> Reading:
    """Whatever a report may say of a number and its certainty."""
    number = draw(st.one_of(st.floats(0, 1), FLOATS))
    low, high = sorted((number, draw(FLOATS)))
    intervals = st.none() | st.builds(Interval, low=st.just(low), high=st.just(high), confidence=SMALL)
    deviations = st.none() | FLOATS.map(lambda x: Value(number=x)) | st.just(Value(unknown="NaN"))
    rows = st.none() | st.integers(0, 10**300)
    return Reading(number, draw(rows), draw(deviations), draw(intervals), draw(st.booleans()))


@given(readings(), st.one_of(CONFIDENCES, SMALL))
def test_an_interval_holds_its_number_whatever_the_report_claims(reading: Reading, confidence: float) -> None:
    """Or there is none; nothing that a report can say raises."""
    found = interval_of(reading, confidence)
    spread = deviation_of(reading)

    assert isinstance(reading.number, float)
    assert found is None or found.low <= reading.number <= found.high
    assert spread is None or spread.number is None or spread.number >= 0 or spread == reading.deviation


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_deviation_of_a_share_is_never_none_at_all(counted: tuple[int, int]) -> None:
    """Five of five rows do not make a difference certain."""
    hits, rows = counted
    found = deviation_of(Reading(hits / rows, n=rows))

    assert found is not None
    assert found.number is not None
    likely = (hits + 1) / (rows + 2)
    assert found.number == pytest.approx(math.sqrt(likely * (1 - likely) / (rows + 2)))
    assert found.number > 0


def test_the_deviation_of_an_interval_is_that_of_its_wider_side() -> None:
    """A report's interval need not be symmetric."""
    own = Interval(low=0.7, high=0.85, confidence=0.95)

    assert deviation_of(Reading(0.8, n=9, interval=own)) == Value(number=(0.8 - 0.7) / quantile(0.95))
