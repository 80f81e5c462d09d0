"""What the gate leaves to people, and what it only records: reviewed, judged again, and in the shadow."""

import json
from datetime import UTC, datetime

import boto3
import pytest
from botocore.exceptions import ClientError
from modelgate.aws.decisions import list_decisions, read_decision
from modelgate.aws.identity import find_caller
from modelgate.aws.objects import Bucket
from modelgate.aws.queue import find_queue, request_again
from modelgate.aws.reviews import write_review
from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.messages import ApprovalRequest
from modelgate.contracts.review import ReviewRecord, ReviewVerdict
from modelgate.errors import InfrastructureError

from local.platform import Platform
from tests.embedded.way.gate import Gate, eventually
from tests.embedded.way.member import Member

pytestmark = pytest.mark.embedded


@pytest.fixture
def reviewer(platform: Platform) -> boto3.Session:
    """A session of the reviewer role, as a person assumes it."""
    role = f"arn:aws:iam::{platform.governance_account}:role/{platform.prefix}-reviewer"
    keys = platform.client("sts").assume_role(RoleArn=role, RoleSessionName="ada@example.com")["Credentials"]
    return boto3.Session(
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        region_name=platform.region,
    )


def evidence_of(platform: Platform, gate: Gate, session: boto3.Session) -> Bucket:
    """The evidence store as *session* reaches it."""
    s3 = session.client("s3", endpoint_url=platform.instance.aws_url)
    return Bucket(s3=s3, name=gate.evidence, owner=platform.governance_account)


def test_a_high_tier_is_held_reviewed_and_approved_by_the_pipeline(
    lender: Member, gate: Gate, platform: Platform, reviewer: boto3.Session
) -> None:
    """The person writes a review; EventBridge, the queue and a second execution do the rest."""
    arn = lender.register("loan-high", lender.prepare("sound"))
    assert gate.verdict(arn).verdict == "held"
    evidence = evidence_of(platform, gate, reviewer)
    package = ModelPackageArn.parse(arn)
    (listed,) = list_decisions(evidence, group=package.group, version=package.version)
    decision = read_decision(evidence, listed.key)
    assert decision is not None
    caller = find_caller(reviewer.client("sts", endpoint_url=platform.instance.aws_url))
    review = ReviewRecord(
        package_arn=arn,
        decision_id=decision.record.decision_id,
        basis=decision.record.judgement.basis,
        verdict=ReviewVerdict.APPROVE,
        reason="the committee has looked at it",
        reviewed_at=datetime.now(UTC).isoformat(),
    )

    write_review(evidence, review, reviewer=caller.user_id)

    outcome = gate.verdict(arn, unless=("held",))
    assert outcome.verdict == "approved"
    assert outcome.reasons.startswith(f"Approved by review of {caller.user_id} under policy credit v")
    assert [record["outcome"] for record in gate.records(arn)] == ["held", "approved"]
    noted = gate.s3.list_objects_v2(Bucket=gate.evidence, Prefix=f"approved/loan-high/{package.version:09d}/")
    assert noted["KeyCount"] == 1


def test_a_reviewer_can_write_neither_a_decision_nor_an_approval(
    platform: Platform, gate: Gate, reviewer: boto3.Session
) -> None:
    """A review is a word for the pipeline to apply, and the pipeline's own words stay the pipeline's."""
    s3 = reviewer.client("s3", endpoint_url=platform.instance.aws_url)

    for key in ("decisions/loan-high/1/abc.json", "approved/loan-high/000000001/abc.json", "bundles/loan-high/1.json"):
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.put_object(Bucket=gate.evidence, Key=key, Body=b"{}", IfNoneMatch="*")


def test_nobody_but_a_reviewer_writes_a_review(platform: Platform, gate: Gate, lender: Member) -> None:
    """Not the team whose package it is, and not with the update step's own function."""
    review = ReviewRecord(
        package_arn=f"arn:aws:sagemaker:eu-west-1:{platform.governance_account}:model-package/loan-high/1",
        decision_id="loan-high/1/abc",
        basis="sha256:" + "0" * 64,
        verdict=ReviewVerdict.APPROVE,
        reason="mine",
        reviewed_at="2026-11-25T10:00:00+00:00",
    )
    team = Bucket(s3=lender.clients.s3, name=gate.evidence, owner=platform.governance_account)

    with pytest.raises(InfrastructureError, match="AccessDenied"):
        write_review(team, review, reviewer="AROA:lender")


def test_a_held_package_is_judged_again_on_request(lender: Member, gate: Gate, platform: Platform) -> None:
    """A request on the queue is a change of its own: a second execution, a second record, the same verdict."""
    arn = lender.register("loan-high", lender.prepare("sound"))
    gate.verdict(arn)
    request = ApprovalRequest.reevaluation(
        ModelPackageArn.parse(arn), at=datetime.now(UTC).isoformat(), caller="arn:aws:iam::222222222222:root"
    )

    queue_url = find_queue(gate.sqs, f"{platform.prefix}-start-approval")
    request_again(gate.sqs, queue_url=queue_url, request=request, delay_seconds=0)

    records = eventually(lambda: found if len(found := gate.records(arn)) == 2 else None)
    assert [record["outcome"] for record in records] == ["held", "held"]
    assert len({record["report"]["judgement"]["basis"] for record in records}) == 1


def test_a_shadow_group_is_judged_and_left_alone(lender: Member, gate: Gate) -> None:
    """Verdict, decision and evidence are in the metadata; the status is what the team registered."""
    arn = lender.register("loan-shadow", lender.prepare("guessing"))

    assert gate.verdict(arn).verdict == "shadow-reject"
    package = gate.describe(arn)
    assert package["ModelApprovalStatus"] == "PendingManualApproval"
    assert "ApprovalDescription" not in package
    (record,) = gate.records(arn)
    assert (record["outcome"], record["report"]["judgement"]["verdict"]) == ("shadow", "reject")
    assert package["CustomerMetadataProperties"]["modelgate-decision-id"] == record["decision_id"]


def test_bundles_that_have_judged_a_group_are_noted(lender: Member, gate: Gate) -> None:
    """An older one put back would be refused."""
    arn = lender.register("loan-shadow", lender.prepare("guessing"))
    gate.verdict(arn)
    (record,) = gate.records(arn)
    binding = record["report"]["binding"]

    note = json.loads(gate.evidence_object(f"bundles/loan-shadow/{binding['policy_bundle_version']:09d}.json"))

    assert note["digest"] == binding["policy_digest"]
