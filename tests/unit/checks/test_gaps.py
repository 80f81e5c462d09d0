"""The gap between the best and the worst slice of a metric."""

from typing import Any

import pytest
from modelgate.contracts.facts import Value
from modelgate.contracts.results import Status
from modelgate.policy.model import FacetChoice

from tests.unit.checks.report_data import QUALITY, quality, sliced
from tests.unit.checks.subjects import check, results, statuses, subject


def gap(report: dict[str, Any], measure: str = "difference", **asked: Any) -> list[tuple[Status, float | None]]:
    """Status and size of the gap in every facet."""
    bounds = {"high": 0.1} if measure == "difference" else {"low": 0.8}
    asked = {"facets": (), **bounds, **asked}
    found = results(check("gap", metric="recall", measure=measure, **asked), subject(report))
    return [
        (r.status, None if r.observed is None or r.observed.number is None else round(r.observed.number, 6))
        for r in found
    ]


def test_the_gap_is_greatest_less_smallest() -> None:
    """Whichever slice comes first; other facets have gaps of their own."""
    report = sliced("recall", region={"a": 0.9, "b": 0.7, "c": 0.8}, channel={"web": 0.9, "branch": 0.85})

    assert gap(report) == [(Status.PASS, 0.05), (Status.FAIL, 0.2)]


def test_a_gap_may_be_a_ratio() -> None:
    """The smallest by the greatest, so 1 is no gap at all."""
    assert gap(sliced("recall", region={"a": 0.9, "b": 0.6}), "ratio") == [(Status.FAIL, 0.666667)]
    assert gap(sliced("recall", region={"a": 0.9, "b": 0.81}), "ratio") == [(Status.PASS, 0.9)]


@pytest.mark.parametrize("values", [(0, 0), (-0.5, 0.5)])
def test_a_ratio_of_nothing_fails(values: tuple[float, float]) -> None:
    """No slice is as good as another where none has any recall."""
    assert gap(sliced("recall", region=dict(zip("ab", values, strict=True))), "ratio") == [(Status.FAIL, None)]


def test_only_the_values_asked_for_count() -> None:
    """One that is asked for and is not there is missing."""
    report = sliced("recall", region={"a": 0.9, "b": 0.85, "c": 0.1})
    asked = check(
        "gap",
        metric="recall",
        measure="difference",
        high=0.1,
        facets=(FacetChoice(facet="region", values=("a", "b", "z")),),
    )

    assert gap(report, facets=(FacetChoice(facet="region", values=("a", "b")),)) == [(Status.PASS, 0.05)]
    assert statuses(results(asked, subject(report))) == {"region=None": "pass", "region=z": "missing"}


def test_a_gap_needs_two_values() -> None:
    """One slice is no worse than itself: not in two sections, and not by two patterns either."""
    once = sliced("recall", region={"a": 0.2})
    twice = {
        QUALITY: {
            "one": once[QUALITY]["binary_classification_metrics"],
            "two": once[QUALITY]["binary_classification_metrics"],
        }
    }
    patterns = (FacetChoice(facet="reg*", values=None), FacetChoice(facet="region", values=None))

    assert gap(once) == gap(twice) == gap(once, facets=patterns) == [(Status.MISSING, None)]


def test_slices_of_two_reports_are_not_mixed() -> None:
    """A stress test lowers every slice; that is no gap between them."""
    stress = sliced("recall", region={"a": 0.5, "b": 0.45})[QUALITY]

    assert gap({**sliced("recall", region={"a": 0.9, "b": 0.85}), "Extra.stress": stress}) == [(Status.PASS, 0.05)] * 2


@pytest.mark.parametrize("bad", ["NaN", "Infinity", None, {"n": 3, "value": None}])
def test_a_slice_without_a_number_fails_the_gap(bad: Any) -> None:
    """The worst slice cannot escape by having no value."""
    assert gap(sliced("recall", region={"a": 0.9, "b": 0.9, "c": bad})) == [(Status.FAIL, None)]


def test_a_slice_without_the_metric_is_missing() -> None:
    """It is known from another metric, and could be the worst."""
    report = sliced("recall", region={"a": 0.9, "b": 0.9})
    report[QUALITY]["binary_classification_metrics"]["f1"] = {"value": 1, "slices": {"region": {"c": {"value": 1}}}}

    assert sorted(gap(report)) == [(Status.MISSING, None), (Status.PASS, 0.0)]


def test_huge_numbers_have_no_gap() -> None:
    """Their difference is beyond all numbers, and so is the deviation of it."""
    assert gap(sliced("recall", region={"a": 1.7e308, "b": -1.7e308})) == [(Status.FAIL, None)]
    spread = {"value": 0.5, "standard_deviation": 1.7e308}

    assert gap(sliced("recall", region={"a": spread, "b": spread}), confidence=0.95) == [(Status.INCONCLUSIVE, 0.0)]


def test_the_interval_of_a_gap_is_as_wide_as_both_slices_make_it() -> None:
    """0.5 and 0.45 of 100 rows each differ by 0.05 with a deviation of about 0.07, not of a share of 0.05."""
    slices = {"a": {"value": 0.5, "n": 100}, "b": {"value": 0.45, "n": 100}}
    asked = check("gap", metric="recall", measure="difference", high=0.12, facets=(), confidence=0.95)
    (found,) = results(asked, subject(sliced("recall", region=slices)))

    # Agresti and Caffo: 51/102 and 46/102, deviations 0.04951 and 0.04926, 1.96 times 0.06984
    assert found.status is Status.INCONCLUSIVE
    assert found.interval is not None
    assert (round(found.interval.low, 4), round(found.interval.high, 4)) == (-0.0869, 0.1869)


@pytest.mark.parametrize(("measure", "middle", "deviation"), [("difference", 0.2, 0.05), ("ratio", 0.75, 0.057367)])
def test_the_deviation_of_a_gap_follows_from_those_of_its_slices(measure: str, middle: float, deviation: float) -> None:
    """0.8 and 0.6, give or take 0.03 and 0.04: the root of their squares; of the ratio sqrt(0.04² + 0.0225²) / 0.8."""
    slices = {"a": {"value": 0.8, "standard_deviation": 0.03}, "b": {"value": 0.6, "standard_deviation": 0.04}}
    asked = check("gap", metric="recall", measure=measure, low=-9, high=9, facets=(), confidence=0.95)
    (found,) = results(asked, subject(sliced("recall", region=slices)))

    assert found.interval is not None
    assert found.interval.low == pytest.approx(middle - 1.959964 * deviation, abs=1e-5)
    assert found.interval.high == pytest.approx(middle + 1.959964 * deviation, abs=1e-5)


def test_the_rows_of_a_gap_are_those_of_its_smallest_slice() -> None:
    """Also of one between best and worst, whatever the order of equal slices."""
    slices = {"a": {"value": 0.9, "n": 500}, "b": {"value": 0.88, "n": 30}, "c": {"value": 0.85, "n": 500}}
    for measure in ("difference", "ratio"):
        assert [status for status, _ in gap(sliced("recall", region=slices), measure, minimum_n=100)] == [
            Status.INCONCLUSIVE
        ]
        assert [status for status, _ in gap(sliced("recall", region=slices), measure, minimum_n=30)] == [Status.PASS]


@pytest.mark.parametrize("twins", [("a", "b"), ("b", "a")])
def test_of_equal_slices_the_least_certain_counts(twins: tuple[str, str]) -> None:
    """Which of them comes first in the alphabet must not matter."""
    sure, unsure = twins
    slices = {sure: {"value": 0.9, "n": 10_000}, unsure: {"value": 0.9, "n": 20}, "c": {"value": 0.85, "n": 10_000}}

    assert gap(sliced("recall", region=slices), confidence=0.95) == [(Status.INCONCLUSIVE, 0.05)]


def test_a_gap_without_rows_or_deviations_has_no_interval() -> None:
    """One uncertain slice is enough."""
    slices = {"a": {"value": 0.9, "n": 500}, "b": {"value": 0.88}}
    asked = check("gap", metric="recall", measure="difference", high=0.1, facets=(), confidence=0.95)
    (found,) = results(asked, subject(sliced("recall", region=slices)))

    assert found.status is Status.MISSING
    assert found.sentence.endswith("which the check asks for; add a standard deviation or an interval")
    assert found.observed == Value(number=0.9 - 0.88)


def test_the_whole_is_no_slice() -> None:
    """A metric without slices has no gap."""
    assert gap(quality(recall=0.9)) == [(Status.MISSING, None)]
