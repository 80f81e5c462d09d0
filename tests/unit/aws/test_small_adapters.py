"""Who calls, what is counted, which approvals and bundles were noted, and the clients of a step."""

import os

import boto3
import pytest
from modelgate.aws.approvals import list_approvals, read_approval_note
from modelgate.aws.bundle_notes import noted_bundles
from modelgate.aws.clients import clients_for
from modelgate.aws.identity import Caller, find_caller
from modelgate.aws.metrics import count_package_without_policy
from modelgate.aws.objects import Bucket
from modelgate.errors import InfrastructureError
from modelgate.evidence.notes import ApprovalNote


def test_the_caller_is_named_as_policies_name_it(evidence: Bucket) -> None:
    """Of a role's session the user id holds the session's name: it becomes the name of a review."""
    sts = boto3.client("sts", region_name="eu-west-1")
    role = "arn:aws:iam::123456789012:role/gate-reviewer"
    keys = sts.assume_role(RoleArn=role, RoleSessionName="ada@example.com")["Credentials"]
    session = boto3.client(
        "sts",
        region_name="eu-west-1",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )

    caller = find_caller(session)

    assert isinstance(caller, Caller)
    assert caller.arn.endswith(":assumed-role/gate-reviewer/ada@example.com")
    assert caller.user_id.endswith(":ada@example.com")
    assert caller.account == "123456789012"


def test_without_an_answer_nobody_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """No credentials are said, not guessed."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)

    with pytest.raises(InfrastructureError, match="asking whose credentials these are failed"):
        find_caller(boto3.Session().client("sts", region_name="eu-west-1"))


def test_a_package_without_policy_is_counted_in_our_namespace(evidence: Bucket) -> None:
    """One metric without dimensions: the alarm watches exactly that."""
    cloudwatch = clients_for("eu-west-1").cloudwatch
    count_package_without_policy(cloudwatch)

    (metric,) = cloudwatch.list_metrics(Namespace="modelgate")["Metrics"]
    assert (metric["MetricName"], metric.get("Dimensions") or []) == ("PackagesWithoutPolicy", [])


def test_approvals_are_listed_by_version_newest_first(evidence: Bucket) -> None:
    """By number, not as text; what lies there under another name is none."""
    note = ApprovalNote(decision_id="loan-approval/2/run1", record_key="decisions/…", record_digest="sha256:…")
    for key in ("000000002/run1", "000000010/run1", "000000009/run1", "notes/readme"):
        evidence.s3.put_object(Bucket=evidence.name, Key=f"approved/loan-approval/{key}.json", Body=note.to_json())

    found = list_approvals(evidence, "loan-approval")

    assert [approval.version for approval in found] == [10, 9, 2]
    assert found[-1].decision_id == "loan-approval/2/run1"
    assert read_approval_note(evidence, found[-1]) == note
    evidence.s3.delete_object(Bucket=evidence.name, Key=found[-1].key)
    with pytest.raises(InfrastructureError, match="notes of the evidence store must stay"):
        read_approval_note(evidence, found[-1])


def test_bundles_are_listed_by_version(evidence: Bucket) -> None:
    """Of this group only, the highest last."""
    for key in ("loan-approval/000000002", "loan-approval/000000010", "loan-approval-2/000000011"):
        evidence.s3.put_object(Bucket=evidence.name, Key=f"bundles/{key}.json", Body=b"{}")

    assert noted_bundles(evidence, "loan-approval") == (2, 10)
    assert noted_bundles(evidence, "nobodys") == ()
