"""Reviews: a person's word on exactly one judgement of a held package."""

from dataclasses import replace
from typing import Any

import pytest
from modelgate.contracts.gate import RiskTier
from modelgate.contracts.results import Severity, Verdict
from modelgate.contracts.subject import ArtifactState, Subject
from modelgate.decide import judge
from modelgate.policy.model import Approval, Bundle

from tests.unit.checks.report_data import quality
from tests.unit.checks.rules import review, waiver
from tests.unit.checks.subjects import artifact, bundle, check, policy, subject

HOLDS = check("model_quality", metric="auc", low=0.8, severity=Severity.HOLD)
PASSES = check("model_quality", id="f1", metric="f1", low=0.5)
UNDER = bundle(HOLDS, PASSES)


def held(**changes: Any) -> Subject:
    """A package that the policy leaves to people."""
    return subject(quality(auc=0.7, f1=0.9), **changes)


def verdict(package: Subject, *said: str, under: Bundle = UNDER, **changes: Any) -> Verdict:
    """What comes of reviews by several people."""
    reviews = tuple(
        review(package, under, one, **{"reviewer": f"AROA:{index}", **changes}) for index, one in enumerate(said)
    )
    return judge(replace(package, reviews=reviews), under).verdict


@pytest.mark.parametrize(("said", "becomes"), [("approve", Verdict.APPROVE), ("reject", Verdict.REJECT)])
def test_a_review_turns_a_hold_into_its_verdict(said: str, becomes: Verdict) -> None:
    """Who reviewed and why is the first reason; what was held stays in sight."""
    package = held()
    made = review(package, UNDER, said)

    judgement = judge(replace(package, reviews=(made,)), UNDER)

    assert (judgement.verdict, judgement.review) == (becomes, made.id)
    assert judgement.reasons == (
        "reviewed by AROA:ada: looked at it",
        "it: auc = 0.7, must be at least 0.8",
    )
    assert judgement.results == judge(package, UNDER).results
    assert judgement.basis == made.record.basis


def test_one_refusal_outweighs_any_number_of_approvals() -> None:
    """In whatever order they were written."""
    assert verdict(held(), "approve", "approve") is Verdict.APPROVE
    assert verdict(held(), "approve", "reject", "approve") is Verdict.REJECT
    assert verdict(held(), "reject", "approve") is Verdict.REJECT


@pytest.mark.parametrize(
    "changes",
    [
        {"basis": "sha256:" + "0" * 64},
        {"package_arn": "arn:aws:sagemaker:eu-west-1:222222222222:model-package/loan-approval/2"},
        {"package_arn": "arn:aws:sagemaker:eu-west-1:222222222222:model-package/other/1"},
    ],
)
def test_a_review_of_something_else_is_ignored(changes: dict[str, Any]) -> None:
    """Of another judgement, or of another package whose results are the same."""
    assert verdict(held(), "approve", **changes) is Verdict.HOLD
    assert verdict(held(), "reject", **changes) is Verdict.HOLD


MODEL = artifact("Model.0", content_digest=None)


@pytest.mark.parametrize(
    "later",
    [
        {"facts": subject(quality(auc=0.69, f1=0.9)).facts},
        {"artifacts": (artifact("ModelQuality.Statistics", version_id="v2"), MODEL)},
        {"artifacts": (artifact("ModelQuality.Statistics"), replace(MODEL, digest="sha256:" + "b" * 64))},
        {"artifacts": (artifact("ModelQuality.Statistics"), MODEL, artifact("Bias.Report"))},
        {"containers": (replace(held().containers[0], image="another"),)},
    ],
)
def test_a_review_lapses_when_anything_it_answered_changes(later: dict[str, Any]) -> None:
    """Numbers, versions of reports, and the model itself, whose address the team can write again."""
    package = held(artifacts=(artifact("ModelQuality.Statistics"), MODEL))
    said = review(package, UNDER)

    assert judge(replace(package, reviews=(said,)), UNDER).verdict is Verdict.APPROVE
    assert judge(replace(package, reviews=(said,), **later), UNDER).verdict is Verdict.HOLD


def test_a_review_lapses_with_its_policy() -> None:
    """A new version of the policy asks again, even where the results are the same."""
    said = review(held(), UNDER)
    newer = bundle(policies=(replace(policy(HOLDS, PASSES), version=2),))

    assert judge(held(reviews=(said,)), newer).verdict is Verdict.HOLD


def test_a_review_outlasts_what_it_did_not_answer() -> None:
    """Time, and the order of files."""
    package = held(artifacts=(artifact("ModelQuality.Statistics"), MODEL))
    said = review(package, UNDER)
    later = replace(
        package, as_of="2027-01-01T00:00:00+00:00", artifacts=package.artifacts[::-1], facts=package.facts[::-1]
    )

    assert judge(replace(later, reviews=(said,)), UNDER).verdict is Verdict.APPROVE


WAITING = artifact("Bias.Report", state=ArtifactState.NOT_ARRIVED, version_id=None, digest=None)


@pytest.mark.parametrize(
    ("changes", "under"),
    [
        ({"artifacts": (artifact("ModelQuality.Statistics"), WAITING)}, UNDER),
        ({"package_status": "InProgress"}, UNDER),
        ({}, replace(UNDER, policies=())),
        ({}, bundle(policies=(policy(HOLDS), replace(policy(PASSES), name="another")))),
        ({"newest_bundle": 2}, UNDER),
        ({}, bundle(replace(HOLDS, kind="horoscope"), PASSES)),
    ],
)
def test_what_nobody_has_judged_in_full_cannot_be_approved(changes: dict[str, Any], under: Bundle) -> None:
    """Evidence that is under way, a package that is not complete, no policy or two; refused it can be."""
    assert judge(held(**changes), under).verdict is Verdict.HOLD
    assert verdict(held(**changes), "approve", under=under) is Verdict.HOLD
    assert verdict(held(**changes), "reject", "approve", under=under) is Verdict.REJECT


def test_reviews_change_nothing_but_holds() -> None:
    """What the policy approves or rejects, it has decided."""
    good, bad = subject(quality(auc=0.9, f1=0.9)), subject(quality(auc=0.9, f1=0.1))

    assert verdict(good, "reject") is Verdict.APPROVE
    assert verdict(bad, "approve") is Verdict.REJECT


@pytest.mark.parametrize("way", ["tier", "policy"])
def test_passing_every_check_may_leave_the_last_word_to_people(way: str) -> None:
    """A high tier never approves by itself, nor does a policy that says so; a rejection needs nobody."""
    group = replace(held().group, risk_tier=RiskTier.HIGH if way == "tier" else RiskTier.MEDIUM)
    approval = Approval.REVIEW if way == "policy" else Approval.AUTOMATIC
    under = bundle(policies=(policy(PASSES, approval=approval),))
    good = subject(quality(f1=0.9), group=group)
    why = "group loan-approval has the risk tier high" if way == "tier" else "policy made-up leaves approvals to people"

    judgement = judge(good, under)

    assert (judgement.verdict, judgement.reasons) == (
        Verdict.HOLD,
        (f"every check passed, and a person decides: {why}",),
    )
    assert verdict(good, "approve", under=under) is Verdict.APPROVE
    assert judge(subject(quality(f1=0.1), group=group), under).verdict is Verdict.REJECT


@pytest.mark.parametrize("tier", [None, RiskTier.LOW, RiskTier.MEDIUM])
def test_other_tiers_approve_by_themselves(tier: RiskTier | None) -> None:
    """A tier is no mark against a model."""
    package = subject(quality(f1=0.9), group=replace(held().group, risk_tier=tier))

    assert judge(package, bundle(PASSES)).verdict is Verdict.APPROVE


def test_who_decides_sees_what_was_waived_and_warned_of() -> None:
    """Passing every check with an exception is not passing every check."""
    floor = check("model_quality", metric="auc", low=0.8)
    warns = check("model_quality", id="warns", metric="auc", low=0.99, severity=Severity.WARN)
    asked = policy(floor, PASSES, warns, approval=Approval.REVIEW)
    under = bundle(policies=(asked,), waivers=(waiver(),), budgets={"lending": 1})

    judgement = judge(subject(quality(auc=0.77, f1=0.9)), under)

    assert [reason.split(":")[0] for reason in judgement.reasons] == [
        "every check passed, and a person decides",
        "it",
        "warning",
    ]
