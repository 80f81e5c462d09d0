"""What one account may not do to another, and what no producer may do at all."""

import dataclasses

import pytest
from botocore.exceptions import ClientError

from examples.loan_approval.register import registration
from tests.embedded.way.gate import Gate
from tests.embedded.way.member import Member

pytestmark = pytest.mark.embedded


def test_a_team_sees_nothing_of_another_team(lender: Member, insurer: Member, gate: Gate) -> None:
    """Neither the package, nor the group, nor the bucket, nor governance's copies of the other's evidence."""
    arn = lender.register("loan-approval", lender.prepare("guessing"))
    gate.verdict(arn)
    key = gate.s3.list_objects_v2(Bucket=gate.store, Prefix=f"{lender.team.account}/")["Contents"][0]["Key"]

    _refused(lambda: insurer.clients.sagemaker.describe_model_package(ModelPackageName=arn))
    group = lender.team.group_arn("loan-approval")
    _refused(lambda: insurer.clients.sagemaker.describe_model_package_group(ModelPackageGroupName=group))
    _refused(lambda: insurer.clients.s3.list_objects_v2(Bucket=lender.team.bucket))
    _refused(lambda: insurer.clients.s3.get_object(Bucket=gate.store, Key=key))


def test_a_team_cannot_register_in_another_teams_group(insurer: Member) -> None:
    """The group's policy names one account's registration role."""
    request = registration(
        insurer.team, group="loan-approval", name="stranger", story="", files=insurer.prepare("sound")
    )

    _refused(lambda: insurer.clients.sagemaker.create_model_package(**request))


def test_evidence_in_another_teams_bucket_is_rejected(lender: Member, insurer: Member, gate: Gate) -> None:
    """A URI outside the registering account's bucket is a content fault: it is never followed."""
    files = insurer.prepare("sound")
    foreign = dataclasses.replace(insurer.team, product="lending", account=lender.team.account)
    request = registration(foreign, group="claims-triage", name="borrowed", story="", files=files)
    request["ModelPackageGroupName"] = insurer.team.group_arn("claims-triage")

    arn = insurer.clients.sagemaker.create_model_package(**request)["ModelPackageArn"]
    outcome = gate.verdict(arn)

    assert outcome.verdict == "rejected"
    assert "outside insurance's bucket" in outcome.reasons


@pytest.mark.parametrize("status", ["Approved", "Rejected", None])
def test_a_package_is_born_pending_or_not_at_all(status: str | None, lender: Member) -> None:
    """Fault 18: a package born approved never meets the gate; a request without a status is refused too."""
    request = registration(lender.team, group="loan-approval", name="born", story="", files=lender.prepare("sound"))
    request.pop("ModelApprovalStatus")
    if status is not None:
        request["ModelApprovalStatus"] = status

    _refused(lambda: lender.clients.sagemaker.create_model_package(**request))


def test_a_producer_cannot_touch_a_package_after_its_registration(lender: Member, gate: Gate) -> None:
    """Fault 19: no status, no metadata, no deletion."""
    arn = lender.register("loan-approval", lender.prepare("guessing"))
    before = gate.verdict(arn)

    update = lender.clients.sagemaker.update_model_package
    _refused(lambda: update(ModelPackageArn=arn, ModelApprovalStatus="Approved"))
    _refused(lambda: update(ModelPackageArn=arn, CustomerMetadataProperties={"note": "please"}))
    _refused(lambda: lender.clients.sagemaker.delete_model_package(ModelPackageName=arn))

    assert gate.verdict(arn).reasons == before.reasons


def test_a_decision_record_cannot_be_replaced(lender: Member, gate: Gate) -> None:
    """Records are written once, by name: a second write is refused, with and without the condition."""
    arn = lender.register("loan-approval", lender.prepare("guessing"))
    gate.verdict(arn)
    uri = gate.describe(arn)["CustomerMetadataProperties"]["modelgate-evidence-uri"]
    key = uri.removeprefix(f"s3://{gate.evidence}/")

    _refused(lambda: gate.s3.put_object(Bucket=gate.evidence, Key=key, Body=b"{}", IfNoneMatch="*"))
    _refused(lambda: gate.s3.put_object(Bucket=gate.evidence, Key=key, Body=b"{}"))

    assert len(gate.records(arn)) == 1


def _refused(call: object) -> None:
    assert callable(call)
    with pytest.raises(ClientError) as refusal:
        call()
    code = refusal.value.response["Error"]["Code"]
    assert code in {"AccessDenied", "AccessDeniedException", "PreconditionFailed"}, refusal.value
