"""The first version of a group has nothing to be compared with: what then happens is a rule of its own."""

from typing import Any

import pytest
from modelgate.contracts.results import Status
from modelgate.decide import judge
from modelgate.policy.model import Against, FirstVersion

from tests.unit.checks.report_data import quality
from tests.unit.checks.rules import change
from tests.unit.checks.subjects import bundle, check, results, subject
from tests.unit.checks.test_changes import BASELINES, BEST, LAST, compared


@pytest.mark.parametrize(
    ("rule", "status"),
    [(FirstVersion.PASS, "pass"), (FirstVersion.HOLD, "inconclusive"), (FirstVersion.FAIL, "fail")],
)
@pytest.mark.parametrize("against", [LAST, BEST, BASELINES])
def test_the_first_version_has_a_rule_of_its_own(rule: FirstVersion, status: str, against: Against) -> None:
    """There is nothing to compare it with."""
    found = compared(0.8, against=against, first_version=rule)

    assert found.status.value == status
    there = "registered baselines" if against is BASELINES else "earlier approved versions"
    assert found.sentence == f"it: auc = 0.8; there are no {there} to compare it with (first_version: {rule})"


@pytest.mark.parametrize("bad", ["NaN", "Infinity", None, "0.9"])
def test_a_first_version_without_a_number_fails(bad: Any) -> None:
    """The rule is about comparing; what is no number passes under no rule."""
    assert compared(bad, first_version=FirstVersion.PASS).status is Status.FAIL
    assert compared(bad, 0.8, first_version=FirstVersion.PASS).status is Status.FAIL


def test_a_first_version_of_few_rows_is_inconclusive() -> None:
    """The least number of rows is asked of every version."""
    asked = check("model_quality", metric="auc", minimum_n=50, change=change(first_version=FirstVersion.PASS))

    assert [r.status for r in results(asked, subject(quality(auc={"value": 0.8, "n": 9})))] == [Status.INCONCLUSIVE]
    assert [r.status for r in results(asked, subject(quality(auc=0.8)))] == [Status.MISSING]


def test_a_first_version_that_passes_proves_nothing() -> None:
    """Nothing was compared with anything, so another check must have passed."""
    rule = check("model_quality", metric="auc", change=change(first_version=FirstVersion.PASS))
    floor = check("model_quality", metric="auc", low=0.7, id="floor")

    assert judge(subject(quality(auc=0.8)), bundle(rule)).verdict == "hold"
    assert judge(subject(quality(auc=0.8)), bundle(rule, floor)).verdict == "approve"
