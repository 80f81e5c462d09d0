"""Steps that die, and what is left afterwards."""

import pytest

from tests.embedded.way.gate import Gate, eventually
from tests.embedded.way.member import Member

pytestmark = pytest.mark.embedded

CHECK, UPDATE = "RegisteredModelValidationStep", "UpdateModelStatusStep"


@pytest.mark.parametrize("step", [CHECK, UPDATE])
def test_trouble_of_the_platform_is_retried_and_the_verdict_comes(step: str, lender: Member, gate: Gate) -> None:
    """An infrastructure fault is neither a rejection nor the end: the step is run again as it declares."""
    gate.fail(step, kind="infrastructure")
    arn = lender.register("loan-approval", lender.prepare("sound"))

    assert gate.verdict(arn).verdict == "approved"
    assert len(gate.records(arn)) == 1


@pytest.mark.parametrize(("step", "kind"), [(CHECK, "crash"), (UPDATE, "crash"), (CHECK, "late-crash")])
def test_a_crashed_step_leaves_the_package_pending_until_it_is_judged_again(
    step: str, kind: str, lender: Member, gate: Gate
) -> None:
    """A crash decides nothing; setting the status to pending again, as an operator would, gives it another run."""
    gate.fail(step, kind=kind)
    arn = lender.register("loan-approval", lender.prepare("sound"))

    eventually(lambda: [gate.status(execution) for execution in gate.executions(arn)] == ["Failed"])
    assert gate.describe(arn)["ModelApprovalStatus"] == "PendingManualApproval"
    assert gate.records(arn) == []

    gate.sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="PendingManualApproval")

    assert gate.verdict(arn).verdict == "approved"
    assert len(gate.executions(arn)) == 2


def test_a_crash_after_the_verdict_was_written_changes_nothing(lender: Member, gate: Gate) -> None:
    """The record and the status were there before the crash: both stay as they are."""
    gate.fail(UPDATE, kind="late-crash")
    arn = lender.register("loan-approval", lender.prepare("guessing"))

    assert gate.verdict(arn).verdict == "rejected"
    eventually(lambda: [gate.status(execution) for execution in gate.executions(arn)] == ["Failed"])
    assert len(gate.records(arn)) == 1


def test_a_failed_execution_raises_an_alarm(lender: Member, gate: Gate) -> None:
    """A package that stays pending because its execution died is somebody's business at once."""
    queue = gate.sqs.create_queue(QueueName="heard-alarms")["QueueUrl"]
    arn_of_queue = gate.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    platform = gate.platform
    topic = f"arn:aws:sns:{platform.region}:{platform.governance_account}:{platform.prefix}-alarms"
    platform.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn_of_queue)
    gate.fail(CHECK, kind="crash")

    arn = lender.register("loan-approval", lender.prepare("sound"))

    (execution,) = eventually(lambda: gate.executions(arn))

    def heard() -> bool:
        found = gate.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        return any(execution in message["Body"] for message in found)

    eventually(heard)
