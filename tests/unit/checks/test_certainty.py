"""Checks that ask for certainty: pass, fail, or inconclusive with the number of rows that would decide it."""

import re
from typing import Any

import pytest
from modelgate.checks.certainty import interval_of, wilson
from modelgate.checks.slots import Reading
from modelgate.contracts.facts import Value
from modelgate.contracts.results import Result, Status
from modelgate.policy.model import OnInfinite

from tests.unit.checks.report_data import quality
from tests.unit.checks.subjects import check, results, subject


def judged(metric: Any, **asked: Any) -> Result:
    """The result of a check on one metric, at least 0.8 at a confidence of 0.95 unless a test says otherwise."""
    made = check("model_quality", metric="recall", **{"low": 0.8, "confidence": 0.95, **asked})
    (found,) = results(made, subject(quality(recall=metric)))
    return found


@pytest.mark.parametrize(
    ("metric", "status"),
    [
        ({"value": 0.85, "n": 5000}, Status.PASS),
        ({"value": 0.85, "n": 100}, Status.INCONCLUSIVE),
        ({"value": 0.75, "n": 100}, Status.INCONCLUSIVE),
        ({"value": 0.75, "n": 5000}, Status.FAIL),
        ({"value": 0.85, "standard_deviation": 0.02}, Status.PASS),
        ({"value": 0.85, "standard_deviation": 0.03}, Status.INCONCLUSIVE),
        ({"value": 0.75, "standard_deviation": 0.02}, Status.FAIL),
        ({"value": 0.85, "interval": {"low": 0.8, "high": 0.9, "confidence": 0.95}}, Status.PASS),
        ({"value": 0.85, "interval": {"low": 0.8, "high": 0.9, "confidence": 0.9}}, Status.INCONCLUSIVE),
        ({"value": 0.75, "interval": {"low": 0.7, "high": 0.79, "confidence": 0.95}}, Status.FAIL),
        ({"value": 0.75, "interval": {"low": 0.7, "high": 0.8, "confidence": 0.95}}, Status.INCONCLUSIVE),
    ],
)
def test_the_whole_interval_must_clear_the_bound(metric: dict[str, Any], status: Status) -> None:
    """Or lie beyond it as a whole to fail; the end itself still holds."""
    assert judged(metric).status is status


def test_an_interval_within_two_ends_must_clear_both() -> None:
    """A number between them is not enough."""
    assert judged({"value": 0.9, "standard_deviation": 0.01}, high=0.95).status is Status.PASS
    assert judged({"value": 0.9, "standard_deviation": 0.03}, high=0.95).status is Status.INCONCLUSIVE
    assert judged({"value": 0.9, "standard_deviation": 9}, high=0.95).status is Status.INCONCLUSIVE
    touching = {"value": 0.97, "interval": {"low": 0.95, "high": 0.99, "confidence": 0.95}}
    assert judged(touching, high=0.95).status is Status.INCONCLUSIVE
    assert judged(touching, high=0.949).status is Status.FAIL


def test_a_sentence_shows_interval_and_rows() -> None:
    """With what would decide it."""
    found = judged({"value": 0.84, "n": 200})

    assert found.interval == interval_of(Reading(0.84, n=200), 0.95)
    assert found.sentence == (
        "it: recall = 0.84 (0.95 interval [0.782859, 0.884326]), must be at least 0.8; "
        "about 185 more rows would decide it"
    )


@pytest.mark.parametrize(
    ("metric", "status", "says"),
    [
        ({"value": 0.9}, Status.MISSING, "which the check asks for; add n, a standard deviation or an interval"),
        (
            {"value": 0.9, "n": 0},
            Status.MISSING,
            "which the check asks for; add n, a standard deviation or an interval",
        ),
        (
            {"value": 9.5, "n": 90},
            Status.MISSING,
            "which the check asks for; add a standard deviation or an interval",
        ),
        (
            {"value": 0.9, "standard_deviation": "NaN"},
            Status.INCONCLUSIVE,
            "its interval cannot be computed (the value is NaN); more rows would decide it",
        ),
        (
            {"value": 0.9, "standard_deviation": "Infinity"},
            Status.INCONCLUSIVE,
            "its interval cannot be computed (its standard deviation is +Infinity); more rows would decide it",
        ),
        (
            {"value": 0.9, "interval": {"low": 0.9, "high": 0.9, "confidence": 1e-300}},
            Status.INCONCLUSIVE,
            "(the report's own cannot be widened to the confidence asked for); more rows would decide it",
        ),
        ({"value": "NaN", "n": 10}, Status.FAIL, "recall could not be judged, the value is NaN; must be at least 0.8"),
    ],
)
def test_without_an_interval_nothing_passes(metric: dict[str, Any], status: Status, says: str) -> None:
    """What the report does not say is missing; what it says to be unknown is inconclusive."""
    found = judged(metric)

    assert found.status is status
    assert found.sentence.endswith(says)


@pytest.mark.parametrize("n", [1e300, 10**63, 1e16])
def test_huge_claims_raise_nothing(n: float) -> None:
    """A report may say any number of rows, and any interval."""
    wide = {"value": 0.9, "n": n, "interval": {"low": -1e300, "high": 1e300, "confidence": 0.95}}

    assert judged({"value": 0.9, "n": n}).status is Status.PASS
    assert judged(wide).sentence.endswith("; more rows would decide it")


@pytest.mark.parametrize("share", [0.8, 0.8 + 1e-12])
def test_no_number_of_rows_is_promised_where_none_would_do(share: float) -> None:
    """At the bound itself, or next to it."""
    assert re.search(r"; more rows would decide it$", judged({"value": share, "n": 100}).sentence)


def test_few_rows_are_inconclusive_whatever_the_value() -> None:
    """Neither a good nor a bad number counts on them; with a confidence as well, both must hold."""
    few = "it rests on 29 rows, and at least 30 are asked; about 1 more rows would decide it"

    for value in (0.99, 0.1):
        found = judged({"value": value, "n": 29}, minimum_n=30, confidence=None)
        assert found.status is Status.INCONCLUSIVE
        assert found.sentence == f"it: recall = {value}, must be at least 0.8; {few}"
    assert judged({"value": 0.9, "n": 30}, minimum_n=30, confidence=None).status is Status.PASS
    assert judged({"value": 0.7, "n": 30}, minimum_n=30, confidence=None).status is Status.FAIL
    assert judged({"value": 0.9, "n": 30}, minimum_n=30).status is Status.INCONCLUSIVE


def test_rows_that_are_not_told_are_missing() -> None:
    """A report that hides its number of rows is not one of many."""
    found = judged(0.9, minimum_n=30, confidence=None)

    assert found.status is Status.MISSING
    assert found.sentence.endswith(
        "the report does not say how many rows it rests on, and at least 30 are asked; add n"
    )


@pytest.mark.parametrize(("rule", "status"), [(OnInfinite.PASS, "inconclusive"), (OnInfinite.FAIL, "fail")])
def test_an_infinite_value_of_few_rows_does_not_pass(rule: OnInfinite, status: str) -> None:
    """Two rows have nothing to divide by, which the policy meant for groups that count."""
    metric = {"value": "Infinity", "n": 2}

    assert judged(metric, minimum_n=30, confidence=None, on_infinite=rule).status.value == status
    assert judged({**metric, "n": 30}, minimum_n=30, on_infinite=OnInfinite.PASS).status is Status.PASS


def test_a_share_of_a_confusion_matrix_knows_its_rows() -> None:
    """Nobody had to write them down."""
    matrix = {"0": {"0": 800, "1": 20}, "1": {"0": 15, "1": 165}}
    report = {"m": {"recall": {"value": 165 / 180}, "confusion_matrix": matrix}}
    made = check("model_quality", metric="recall", low=0.85, confidence=0.95)

    (found,) = results(made, subject({"ModelQuality.Statistics": report}))

    assert (found.status, found.interval) == (Status.PASS, interval_of(Reading(165 / 180, n=180), 0.95))


def test_a_deviation_of_nothing_is_no_certainty() -> None:
    """Sixty rows without a mistake: every draw agrees, and four percent of mistakes are still possible."""
    counted = Reading(1.0, n=60, deviation=Value(number=0.0))
    bare = Reading(1.0, deviation=Value(number=0.0))

    found = interval_of(counted, 0.95)

    assert found == wilson(1.0, 60, 0.95)
    assert found is not None
    assert found.low < 0.95
    assert interval_of(bare, 0.95) is None
