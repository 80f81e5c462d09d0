"""A review, or a call to judge again, starts another run of a held package; nothing else in the evidence store does."""

import pytest
from modelgate.aws.queue import find_queue, request_again
from modelgate.contracts.messages import ApprovalRequest, parse_message
from modelgate.errors import MalformedMessageError

from lambdas.start_approval.starter import ALREADY_STARTED, IGNORED, STARTED, WAITING
from tests.unit.lambdas.world import (
    EVIDENCE,
    GOVERNANCE,
    LENDING,
    LENDING_BUCKET,
    World,
    package_arn,
    registered_event,
    uploaded_event,
)

ARN = package_arn()
KEY = "reviews/loan-approval/1/run1/AROAEXAMPLE:ada@example.com.json"


def review(key: str = KEY, version_id: str = "v1", account: str = GOVERNANCE) -> str:
    """S3's event of a review."""
    return uploaded_event(EVIDENCE, key, version_id, account=account)


def test_a_review_of_a_held_package_starts_one_more_run(world: World) -> None:
    """The package was judged for its registration; the review is another change, delivered twice or not."""
    world.sagemaker.register(ARN)
    starter = world.starter()

    outcomes = [starter.answer(parse_message(m)) for m in (registered_event(ARN), review(), review())]

    assert [outcome.action for outcome in outcomes] == [STARTED, STARTED, ALREADY_STARTED]
    assert str(outcomes[1].details["change"]).startswith("review ")
    assert outcomes[1].details["model_package_arn"] == str(ARN)


def test_each_review_is_a_change_of_its_own(world: World) -> None:
    """Another person's review, or another version of the same key, is looked at by a run that has read it."""
    world.sagemaker.register(ARN)
    starter = world.starter()
    written = [review(), review(KEY.replace("ada", "bo")), review(version_id="v2")]

    assert [starter.answer(parse_message(m)).action for m in written] == [STARTED] * 3


def test_a_review_of_a_package_that_is_decided_is_ignored(world: World) -> None:
    """It came too late: the status stays."""
    world.sagemaker.register(ARN)
    world.sagemaker.packages[str(ARN)]["ModelApprovalStatus"] = "Rejected"

    assert world.starter().answer(parse_message(review())).action == IGNORED


def test_a_review_waits_for_evidence_like_a_registration(world: World) -> None:
    """A run that could only hold again would spend the review."""
    world.sagemaker.register(ARN, model=f"s3://{LENDING_BUCKET}/m.tar.gz")

    assert world.starter().answer(parse_message(review())).action == WAITING


@pytest.mark.parametrize(
    "key",
    [
        "decisions/loan-approval/1/run1.json",
        "reviews/loan-approval/1/run1/deeper/ada.json",
        "reviews/loan-approval/0/run1/ada.json",
        "reviews/loan-approval/one/run1/ada.json",
        "reviews/loan-approval/1/run1/ada.txt",
        "reviews/l\N{CYRILLIC SMALL LETTER O}an/1/run1/ada.json",
    ],
)
def test_a_key_that_is_no_reviews_is_refused(world: World, key: str) -> None:
    """It goes to the dead letters, with the form that was expected."""
    with pytest.raises(MalformedMessageError, match=r"is not the key of a review; expected reviews/<group>"):
        world.starter().answer(parse_message(review(key)))


def test_a_review_in_a_bucket_of_that_name_elsewhere_is_refused(world: World) -> None:
    """The store is the governance account's own."""
    with pytest.raises(MalformedMessageError, match="is not in the evidence store"):
        world.starter().answer(parse_message(review(account=LENDING)))


def test_a_held_package_is_judged_again_on_request(world: World) -> None:
    """The queue takes the request, and the starter takes it for a change of its own, as often as somebody asks."""
    world.sagemaker.register(ARN)
    starter = world.starter()
    starter.answer(parse_message(registered_event(ARN)))
    caller = "arn:aws:sts::222222222222:assumed-role/modelgate-reviewer/ada@example.com"
    for at in ("2026-11-25T10:00:00Z", "2026-11-25T10:05:00Z"):
        request_again(
            world.sqs,
            queue_url=find_queue(world.sqs, "start-approval"),
            request=ApprovalRequest.reevaluation(ARN, at=at, caller=caller),
            delay_seconds=0,
        )

    requests = world.requests()

    assert [starter.answer(request).action for request in (*requests, requests[0])] == [
        STARTED,
        STARTED,
        ALREADY_STARTED,
    ]
    assert requests[0].change == f"reevaluate 2026-11-25T10:00:00Z {caller}"


def test_a_callers_name_never_makes_a_request_that_is_refused(world: World) -> None:
    """The longest ARN is cut; one that no request can carry is refused before it is sent."""
    long = ApprovalRequest.reevaluation(ARN, at="2026-11-25T10:00:00Z", caller="a" * 2000)

    assert parse_message(long.to_json()) == long
    with pytest.raises(MalformedMessageError):
        ApprovalRequest.reevaluation(ARN, at="now", caller="a\nb")


def test_a_shadow_groups_package_is_judged_although_somebody_decided_meanwhile(world: World) -> None:
    """Its status is not the gate's to set, so it says nothing about whether there is something to judge."""
    arn = package_arn(group="loan-shadow")
    world.sagemaker.register(arn)
    world.sagemaker.packages[str(arn)]["ModelApprovalStatus"] = "Approved"

    assert world.starter().answer(parse_message(registered_event(arn))).action == STARTED
