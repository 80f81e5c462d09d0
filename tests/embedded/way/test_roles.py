"""What a broad role of the governance account cannot do, and what a deploy role can."""

import pytest
from botocore.exceptions import ClientError

from deploy.terraform import DeployError, account, plan
from local.platform import Platform
from tests.embedded.way.gate import Gate
from tests.embedded.way.roles import make_role, s3_as

pytestmark = pytest.mark.embedded


def test_a_broad_role_can_neither_forge_results_nor_evidence_nor_decisions(platform: Platform, gate: Gate) -> None:
    """Fault 17: whoever lays `checks.json` or a decision in its place first would decide without having judged."""
    role = make_role(platform, "tests-administrator", account=platform.governance_account)
    s3 = s3_as(platform, role)
    places = [
        (gate.store, "executions/abc/checks/checks.json"),
        (gate.store, "executions/abc/answers/collection.json"),
        (gate.store, "executions/abc/reports/generative/report.json"),
        (gate.store, f"generative/answers/{'a' * 64}.jsonl"),
        (gate.store, f"generative/tallies/{'a' * 64}.json"),
        (gate.store, f"{platform.products['lending']}/bucket/quality.json"),
        (gate.evidence, "decisions/loan-approval/1/abc.json"),
        (gate.evidence, "approved/loan-approval/000000001/abc.json"),
        (gate.evidence, "reviews/loan-approval/1/abc/AROA:somebody.json"),
    ]
    for bucket, key in places:
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.put_object(Bucket=bucket, Key=key, Body=b"{}", IfNoneMatch="*")

    assert s3.put_object(Bucket=gate.store, Key="elsewhere", Body=b"{}")


@pytest.mark.parametrize(("role", "folder"), [("collect", "answers"), ("score", "tallies")])
def test_not_even_its_writer_lays_a_second_answer_or_count_over_the_first(
    platform: Platform, gate: Gate, role: str, folder: str
) -> None:
    """A writer that is taken over can write what is not there yet, in one piece or in several, and change nothing."""
    s3 = s3_as(platform, f"arn:aws:iam::{platform.governance_account}:role/{platform.prefix}-{role}")
    place = {"Bucket": gate.store, "Key": f"generative/{folder}/{folder}-of-a-test"}
    s3.put_object(**place, Body=b"first", IfNoneMatch="*")
    upload = {**place, "UploadId": s3.create_multipart_upload(**place)["UploadId"]}
    parts = {"Parts": [{"PartNumber": 1, "ETag": s3.upload_part(**upload, PartNumber=1, Body=b"second")["ETag"]}]}

    for write in (
        lambda: s3.put_object(**place, Body=b"second"),
        lambda: s3.complete_multipart_upload(**upload, MultipartUpload=parts),
        lambda: s3.copy_object(**place, CopySource={"Bucket": gate.store, "Key": "elsewhere"}),
        lambda: s3.delete_object(**place),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            write()
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.put_object(**place, Body=b"second", IfNoneMatch="*")

    assert s3.get_object(**place)["Body"].read() == b"first"


def test_a_plan_enters_every_account_through_its_deploy_role(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a real account: governance's credentials, the role in backend and provider, nothing to change."""
    monkeypatch.setattr(account, "LOCAL", "")  # not the shortcut by which the embedded AWS gives each account's keys
    for name, value in platform.instance.environment(platform.governance_account).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MODELGATE_DEPLOY_ROLE", "platform/tests-deploy")
    make_role(platform, "tests-deploy", account=platform.products["lending"], path="/platform/")

    (shown,) = plan("local", "product/lending", say=lambda _: None).values()

    assert "No changes" in shown


def test_without_its_deploy_role_an_account_is_not_entered(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """Governance's own credentials are another account's to a product."""
    monkeypatch.setattr(account, "LOCAL", "")
    for name, value in platform.instance.environment(platform.governance_account).items():
        monkeypatch.setenv(name, value)

    with pytest.raises(DeployError, match="product/lending belongs to account 333333333333, but the"):
        plan("local", "product/lending", say=lambda _: None)
