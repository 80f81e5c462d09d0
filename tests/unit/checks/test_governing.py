"""Which policy and which bundle may judge at all."""

from dataclasses import replace
from typing import Any

import pytest
from modelgate.contracts.results import Verdict
from modelgate.decide import judge
from modelgate.policy.model import Better

from tests.unit.checks.rules import approved, change
from tests.unit.checks.test_verdicts import BUNDLE, CREDIT, good
from tests.unit.steps import reports_made_up as made_up


def test_two_policies_hold_with_both_names() -> None:
    """Nobody is judged by the more convenient one."""
    both = replace(BUNDLE, policies=(CREDIT, replace(CREDIT, name="other")))

    judgement = judge(good(), both)

    assert (judgement.policy, judgement.results, judgement.verdict) == (None, (), Verdict.HOLD)
    assert "more than one policy governs group loan-approval (credit, other)" in judgement.reasons[0]


NEWER = "which this code does not know"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": "horoscope"}, f"is of the kind 'horoscope', {NEWER}"),
        ({"kind": "bias", "metric": "XY"}, f"asks for the bias metric 'XY', {NEWER}"),
        *(
            ({"kind": kind, "measure": "median"}, f"asks for the measure 'median', {NEWER}")
            for kind in ("model_quality", "metric", "gap", "explainability")
        ),
        ({"kind": "metric", "change": change(better=Better.FAIR)}, "better: fair, and is of no bias metric"),
    ],
)
def test_a_check_that_this_code_does_not_know_holds_with_the_reason(changes: dict[str, Any], reason: str) -> None:
    """A bundle for newer code judges nobody, not even by the checks that are known; and nobody is left without word."""
    auc = next(one for one in CREDIT.checks if one.metric == "auc")
    policy = replace(CREDIT, checks=(*CREDIT.checks, replace(auc, id="newer", facets=None, **changes)))
    history = approved({"ModelQuality.Statistics": made_up.quality()})

    judgement = judge(good(history=history), replace(BUNDLE, policies=(policy,)))

    assert (judgement.policy, judgement.results, judgement.verdict) == ("credit", (), Verdict.HOLD)
    assert reason in judgement.reasons[0]


@pytest.mark.parametrize(("newest", "verdict"), [(None, Verdict.APPROVE), (7, Verdict.APPROVE), (8, Verdict.HOLD)])
def test_an_older_bundle_judges_nobody(newest: int | None, verdict: Verdict) -> None:
    """Going back means publishing the old content as a new version."""
    judgement = judge(good(newest_bundle=newest), replace(BUNDLE, version=7))

    assert judgement.verdict is verdict
    assert newest != 8 or judgement.reasons == (
        "the policy bundle in force has version 7, but loan-approval was judged by 8; "
        "publish the old content as a new version and apply it",
    )


def test_without_a_policy_a_package_is_held() -> None:
    """With what to do about it."""
    judgement = judge(good(), replace(BUNDLE, policies=()))

    assert (judgement.policy, judgement.results, judgement.verdict) == (None, (), Verdict.HOLD)
    assert judgement.reasons == (
        "no policy governs group loan-approval; give it the tags that a policy asks for, or write a policy",
    )
