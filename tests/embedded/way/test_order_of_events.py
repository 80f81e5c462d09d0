"""Events that come twice, late, early or broken."""

import dataclasses
import json
import uuid

import pytest

from examples.loan_approval.files import EXPLAINABILITY, QUALITY
from tests.embedded.way.gate import Gate, eventually, settled
from tests.embedded.way.member import Member

pytestmark = pytest.mark.embedded


def test_a_hundred_duplicates_of_one_event_start_one_execution(lender: Member, gate: Gate) -> None:
    """Fault 1: events are delivered at least once, sometimes all at once."""
    arn = lender.register("loan-approval", lender.prepare("guessing"))
    for _ in range(100):
        gate.send("start-approval", gate.event_of(arn))

    gate.verdict(arn)

    assert settled(lambda: len(gate.executions(arn))) == 1
    assert len(gate.records(arn)) == 1


def test_a_package_registered_before_its_evidence_waits_for_it(lender: Member, gate: Gate) -> None:
    """Copy and registration are two streams; the slower one is waited for, and one execution judges all of it."""
    files = dataclasses.replace(lender.prepare("sound"), late=frozenset({QUALITY, EXPLAINABILITY}))
    arn = lender.register("loan-pricing", files)
    assert settled(lambda: gate.executions(arn), seconds=1.5) == []

    lender.upload_late(arn, "loan-pricing", files)

    assert gate.verdict(arn).verdict == "approved"
    assert len(gate.executions(arn)) == 1


def test_evidence_that_never_arrives_is_a_hold_and_a_late_arrival_is_judged(lender: Member, gate: Gate) -> None:
    """Absence is not a rejection: the package stays pending, visibly held, and is judged when the report comes."""
    files = dataclasses.replace(lender.prepare("sound"), late=frozenset({EXPLAINABILITY}))
    arn = lender.register("loan-pricing", files)

    held = gate.verdict(arn)

    assert held.verdict == "held"
    assert "evidence has not arrived: Explainability.Report" in held.reasons
    assert gate.describe(arn)["ModelApprovalStatus"] == "PendingManualApproval"

    lender.upload_late(arn, "loan-pricing", files)

    assert gate.verdict(arn, unless=("held",)).verdict == "approved"
    assert [record["outcome"] for record in gate.records(arn)] == ["held", "approved"]


def test_a_malformed_message_is_put_aside_with_its_reason_and_the_rest_goes_on(lender: Member, gate: Gate) -> None:
    """One broken message must not hold up, or be retried with, the good ones beside it."""
    broken = json.dumps(
        {"detail-type": "SageMaker Model Package State Change", "source": "aws.sagemaker", "id": str(uuid.uuid4())}
    )
    gate.send("start-approval", broken)
    arn = lender.register("loan-approval", lender.prepare("guessing"))

    assert gate.verdict(arn).verdict == "rejected"
    dead = eventually(
        lambda: gate.sqs.receive_message(
            QueueUrl=gate.queue("start-approval-dlq"), MessageAttributeNames=["All"], MaxNumberOfMessages=10
        ).get("Messages")
    )
    (reason,) = [found["MessageAttributes"]["reason"]["StringValue"] for found in dead if found["Body"] == broken]
    assert "detail" in reason


def test_a_redrive_days_later_changes_nothing(lender: Member, gate: Gate) -> None:
    """Fault 37: the package is decided, its claim is kept, its record stays the only one."""
    arn = lender.register("loan-approval", lender.prepare("guessing"))
    event = gate.event_of(arn)
    before = gate.verdict(arn)

    gate.send("start-approval", event)

    assert settled(lambda: len(gate.executions(arn))) == 1
    assert len(gate.records(arn)) == 1
    assert gate.verdict(arn).reasons == before.reasons


def test_our_own_metadata_write_starts_nothing(lender: Member, gate: Gate) -> None:
    """Writing metadata to a pending package emits an event too; it must not loop."""
    files = dataclasses.replace(lender.prepare("sound"), late=frozenset({EXPLAINABILITY}))
    arn = lender.register("loan-pricing", files)
    gate.verdict(arn)
    started = len(gate.executions(arn))

    gate.sagemaker.update_model_package(ModelPackageArn=arn, CustomerMetadataProperties={"note": "by governance"})

    assert settled(lambda: len(gate.executions(arn))) == started


def test_a_burst_is_decided_completely_and_once_each(lender: Member, insurer: Member, gate: Gate) -> None:
    """More registrations at once than may run: they queue, none is lost or judged twice."""
    teams = ((lender, "loan-approval"), (insurer, "claims-triage"))
    files = lender.prepare("guessing")

    arns = [member.register(group, files) for _ in range(8) for member, group in teams]

    assert [gate.verdict(arn).verdict for arn in arns] == ["rejected"] * len(arns)
    assert [len(gate.records(arn)) for arn in arns] == [1] * len(arns)
