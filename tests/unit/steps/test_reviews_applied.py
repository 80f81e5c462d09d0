"""A person's review of a held package is applied by the next run, and by no other way."""

from dataclasses import replace

import pytest
from modelgate.contracts.review import ReviewRecord, ReviewVerdict
from modelgate.decide import judge
from modelgate.errors import BindingError
from modelgate.evidence.record import Outcome
from modelgate.policy.model import Approval, Bundle

from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.policies_made_up import changed
from tests.unit.steps.world import EVIDENCE, World

PENDING = "PendingManualApproval"
APPROVE, REJECT = ReviewVerdict.APPROVE, ReviewVerdict.REJECT


@pytest.fixture
def held(world: World) -> str:
    """A good package whose policy leaves the last word to people, judged once."""
    world.pin_policies(changed(approval=Approval.REVIEW))
    arn = world.register()
    assert world.run(arn) == PENDING
    return arn


@pytest.mark.parametrize(
    ("verdict", "status", "outcome"), [(APPROVE, "Approved", Outcome.APPROVED), (REJECT, "Rejected", Outcome.REJECTED)]
)
def test_the_run_after_a_review_applies_it(
    world: World, held: str, verdict: ReviewVerdict, status: str, outcome: Outcome
) -> None:
    """Status, description and record name the person and what they said; the approval is noted like any other."""
    uri = world.review(held, verdict)

    assert world.run(held, "run2") == status
    assert world.told(held).startswith(f"{status} by review of AROA:ada under policy credit v1: I have looked at it; ")
    record = world.record(held, "run2")
    assert (record.outcome, record.judgement.review) == (outcome, uri)
    assert [(review.reviewer, review.uri) for review in record.subject.reviews] == [("AROA:ada", uri)]
    noted = world.s3.list_objects_v2(Bucket=EVIDENCE, Prefix="approved/loan-approval/000000001/")["KeyCount"]
    assert noted == (1 if verdict is APPROVE else 0)


def test_one_refusal_outweighs_approvals(world: World, held: str) -> None:
    """Whoever came first."""
    world.review(held, APPROVE)
    world.review(held, REJECT, reviewer="AROA:bo")

    assert world.run(held, "run2") == "Rejected"
    assert "by review of AROA:bo" in world.told(held)


def test_a_review_lapses_when_the_judgement_changes(world: World, held: str) -> None:
    """A person approved what they had read; of another policy's results they know nothing."""
    world.review(held, APPROVE)
    world.pin_policies(changed(version=3, approval=Approval.REVIEW, checks=()).replace(b'"max":1.0', b'"max":0.99'))

    assert world.run(held, "run2") == PENDING


def test_a_package_without_its_evidence_is_not_approved_by_review(world: World) -> None:
    """People decide what was judged; here nothing was."""
    arn = world.register(late=("bias.json",))
    world.run(arn)
    world.review(arn, APPROVE)

    assert world.run(arn, "run2") == PENDING


BROKEN = {
    "not JSON": b"{",
    "another schema": b'{"schema": "modelgate/review/v9"}',
    "too large": b" " * 20_001,
    "an unknown field": b'{"schema": "modelgate/review/v1", "more": 1}',
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
def test_a_review_that_cannot_be_read_is_ignored_with_a_line(
    world: World, held: str, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """It neither decides nor stops anything."""
    world.s3.put_object(Bucket=EVIDENCE, Key="reviews/loan-approval/1/run1/AROA:bo.json", Body=body)
    world.review(held, APPROVE)

    assert world.run(held, "run2") == "Approved"
    assert "AROA:bo.json' is ignored: " in caplog.text


@pytest.mark.parametrize("field", ["package_arn", "decision_id"])
def test_a_review_of_another_decision_under_this_key_is_ignored(world: World, held: str, field: str) -> None:
    """The key says who reviewed what; a record that says otherwise is nobody's review."""
    world.review(held, APPROVE, reviewer="AROA:ada")
    key = "reviews/loan-approval/1/run1/AROA:ada.json"
    record = ReviewRecord.from_json(world.s3.get_object(Bucket=EVIDENCE, Key=key)["Body"].read())
    moved = replace(record, **{field: getattr(record, field).replace("1", "2")})  # type: ignore[arg-type]
    world.s3.put_object(Bucket=EVIDENCE, Key=key, Body=moved.to_json())

    assert world.run(held, "run2") == PENDING
    assert world.record(held, "run2").subject.reviews == ()


def test_a_review_that_was_replaced_after_the_check_is_refused(world: World, held: str) -> None:
    """It is pinned by version and digest."""
    world.review(held, REJECT)
    report = world.check(held, "run2")
    key = "reviews/loan-approval/1/run1/AROA:ada.json"
    data = world.s3.get_object(Bucket=EVIDENCE, Key=key)["Body"].read()
    world.s3.put_object(Bucket=EVIDENCE, Key=key, Body=data.replace(b"looked", b"stared"))

    with pytest.raises(BindingError, match=r"the review that was judged is not at s3://gate-evidence/reviews/"):
        world.update(held, report, "run2")
    assert world.status(held) == PENDING


def test_a_report_with_a_review_that_nobody_wrote_is_refused(world: World, held: str) -> None:
    """The check step has no right to write one, and cannot make one up."""
    world.review(held, APPROVE)
    report = world.check(held, "run2")
    assert report.subject is not None
    (review,) = report.subject.reviews
    subject = replace(report.subject, reviews=(replace(review, reviewer="AROA:head", uri=review.uri + "x"),))
    forged = replace(report, subject=subject, judgement=judge(subject, Bundle.from_json(_pinned(world))))

    with pytest.raises(BindingError, match="the review that was judged is not at"):
        world.update(held, forged, "run2")


def test_a_report_that_leaves_out_a_refusal_is_refused(world: World, held: str) -> None:
    """What had been said before the check looked must have been heard."""
    world.review(held, APPROVE)
    world.review(held, REJECT, reviewer="AROA:bo")
    world.later(minutes=10)
    report = world.check(held, "run2")
    assert report.subject is not None
    subject = replace(report.subject, reviews=report.subject.reviews[:1])
    forged = replace(report, subject=subject, judgement=judge(subject, Bundle.from_json(_pinned(world))))

    with pytest.raises(BindingError, match=r"leaves out the review at s3://gate-evidence/reviews/.*AROA:bo\.json"):
        world.update(held, forged, "run2")


def test_a_refusal_between_check_and_update_stops_an_approval_by_review(world: World, held: str) -> None:
    """The run that the refusal starts decides; this one leaves the package as it is."""
    world.review(held, APPROVE)
    report = world.check(held, "run2")
    world.review(held, REJECT, reviewer="AROA:bo")

    with pytest.raises(BindingError, match="a person has rejected the package since it was judged"):
        world.update(held, report, "run2")
    assert world.run(held, "run3") == "Rejected"


def test_another_approval_between_check_and_update_spoils_nothing(world: World, held: str) -> None:
    """Two people who agree need not agree on the minute."""
    world.review(held, APPROVE)
    report = world.check(held, "run2")
    world.review(held, APPROVE, reviewer="AROA:bo")

    world.update(held, report, "run2")

    assert world.status(held) == "Approved"


def test_a_rejected_package_is_not_approved_by_review(world: World) -> None:
    """A review answers a hold; a failed check has decided."""
    arn = world.register(reports={"quality.json": made_up.quality(auc=0.1)})
    world.run(arn)
    world.review(arn, APPROVE)
    world.registry.packages[arn]["ModelApprovalStatus"] = PENDING

    assert world.run(arn, "run2") == "Rejected"


def _pinned(world: World) -> bytes:
    return world.s3.get_object(Bucket="gate-artifacts", Key="pinned/policy-bundle.json")["Body"].read()


def test_the_record_with_a_review_can_be_read_back(world: World, held: str) -> None:
    """It holds the review as it was pinned."""
    world.review(held, APPROVE)
    world.run(held, "run2")

    (review,) = world.record(held, "run2").subject.reviews
    assert review.record.verdict is APPROVE
