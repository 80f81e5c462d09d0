"""What a person reads of one result: never a number that seems to contradict its verdict."""

from typing import Any

import pytest
from modelgate.policy.model import OnInfinite

from tests.unit.checks.report_data import bias, quality
from tests.unit.checks.subjects import check, results, subject


def sentence(value: Any, **asked: Any) -> str:
    """The sentence about a metric of *value*."""
    (found,) = results(check("model_quality", metric="auc", **asked), subject(quality(auc=value)))
    return found.sentence


@pytest.mark.parametrize(
    ("value", "bounds", "says"),
    [
        (0.69999999, {"low": 0.7}, "auc = 0.69999999, must be at least 0.7"),
        (0.7, {"low": 0.7000001}, "auc = 0.7, must be at least 0.7000001"),
        (0.70000001, {"high": 0.7}, "auc = 0.70000001, must be at most 0.7"),
        (1234567.5, {"high": 1234567.0}, "auc = 1234567.5, must be at most 1234567.0"),
        (0.9000001, {"low": 0.5, "high": 0.9}, "auc = 0.9000001, must be within [0.5, 0.9]"),
        (0.123456789, {"low": 0.7}, "auc = 0.123457, must be at least 0.7"),
    ],
)
def test_a_value_that_rounds_onto_its_bound_is_shown_in_full(value: float, bounds: dict[str, float], says: str) -> None:
    """No sentence says that 0.7 is not at least 0.7."""
    assert sentence(value, **bounds) == f"it: {says}"


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("NaN", "the value is NaN"),
        (None, "the value is null"),
        (True, "the value is true"),
        ("0.9", "the value is the text '0.9'"),
        ([0.9], "the value is not a number"),
    ],
)
def test_a_value_that_is_none_says_why(value: Any, why: str) -> None:
    """And what was asked."""
    assert sentence({"value": value}, low=0.7) == f"it: auc could not be judged, {why}; must be at least 0.7"


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (OnInfinite.FAIL, "which no bound holds; must be within [0.8, 1.25]"),
        (OnInfinite.HOLD, "which the policy leaves to people; must be within [0.8, 1.25]"),
        (OnInfinite.PASS, "which the policy lets pass"),
    ],
)
def test_an_infinite_value_says_what_follows(rule: OnInfinite, says: str) -> None:
    """A ratio had nothing to divide by."""
    asked = check("bias", metric="DI", facets=(), low=0.8, high=1.25, on_infinite=rule)
    (found,) = results(asked, subject(bias({"race": {"a": {"DI": "Infinity"}}})))

    assert found.sentence == f"it: DI for race=a is +Infinity, {says}"
