"""A request to revert starts one run over an approved package, where the gate asks for it."""

from dataclasses import replace

import pytest
from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.messages import RevertRequest, parse_message
from modelgate.errors import MalformedMessageError

from lambdas.intake import Outcome
from lambdas.start_approval.starter import ALREADY_STARTED, DEFERRED, IGNORED, STARTED
from tests.unit.lambdas.world import World, package_arn

ARN = package_arn()
REQUEST = RevertRequest(arn=ARN, change="audit 1")


@pytest.fixture
def approved(world: World) -> World:
    """One package that somebody approved by hand."""
    world.sagemaker.register(ARN)
    world.sagemaker.packages[str(ARN)]["ModelApprovalStatus"] = "Approved"
    return world


def answer(world: World, request: RevertRequest, *, reverts: bool = True, max_running: int = 4) -> Outcome:
    """Answer the request as it comes out of the queue."""
    starter = world.starter(max_running=max_running)
    return replace(starter, gate=replace(starter.gate, revert_unproved=reverts)).answer(
        parse_message(request.to_json())
    )


def test_an_approved_package_gets_a_run_although_it_is_not_pending(approved: World) -> None:
    """The update step, the one writer, is the one that sets it back."""
    outcome = answer(approved, REQUEST)

    assert outcome.action == STARTED
    assert [run["PipelineParameters"][2]["Value"] for run in approved.sagemaker.started] == [str(ARN)]


def test_the_same_request_starts_once_and_the_next_attempt_again(approved: World) -> None:
    """A duplicate meets the claim; an attempt of another number is another change."""
    actions = [answer(approved, request).action for request in (REQUEST, REQUEST, replace(REQUEST, change="audit 2"))]

    assert actions == [STARTED, ALREADY_STARTED, STARTED]
    assert len(approved.sagemaker.started) == 2


def test_a_gate_that_reverts_nothing_refuses_the_request(approved: World) -> None:
    """Whoever sends it nonetheless is to be found: the message becomes a dead letter."""
    with pytest.raises(MalformedMessageError, match="reverts nothing"):
        answer(approved, REQUEST, reverts=False)

    assert approved.sagemaker.started == []


@pytest.mark.parametrize(
    ("arn", "reason"),
    [
        (package_arn(group="somebody-elses"), "its group is not under the gate"),
        (package_arn(account="3" * 12), "its group is not under the gate"),
        (package_arn(group="loan-shadow"), "its group's verdicts do not bind yet"),
        (package_arn(9), "it is gone"),
    ],
)
def test_what_cannot_be_reverted_is_left_alone(approved: World, arn: ModelPackageArn, reason: str) -> None:
    """Other groups, shadow groups and packages that are gone."""
    outcome = answer(approved, replace(REQUEST, arn=arn))

    assert (outcome.action, outcome.details["reason"]) == (IGNORED, reason)
    assert approved.sagemaker.started == []


@pytest.mark.parametrize("status", ["PendingManualApproval", "Rejected"])
def test_only_an_approved_package_is_reverted(approved: World, status: str) -> None:
    """A late or repeated request finds the work done."""
    approved.sagemaker.packages[str(ARN)]["ModelApprovalStatus"] = status

    assert answer(approved, REQUEST).action == IGNORED


def test_it_waits_its_turn_like_any_other_start(approved: World) -> None:
    """As many executions run as may: it comes back as what it was."""
    approved.sagemaker.run(4)

    outcome = answer(approved, REQUEST)

    (message,) = approved.sqs.receive_message(QueueUrl=approved.queue_url, WaitTimeSeconds=2)["Messages"]
    assert outcome.action == DEFERRED
    assert parse_message(message["Body"]) == replace(REQUEST, deferred=1)
