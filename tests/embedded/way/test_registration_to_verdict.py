"""From registration to verdict, by events alone."""

from typing import Any

import pytest
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.layout import pinned_copy_key
from modelgate.evidence.again import judge_again
from modelgate.evidence.envelope import open_envelope, verify_signature
from modelgate.evidence.public_keys import PublicKeys
from modelgate.evidence.signing_keys import SigningKeys
from modelgate.policy.model import Bundle

from tests.embedded.way.gate import Gate
from tests.embedded.way.member import Member

pytestmark = pytest.mark.embedded


def test_a_sound_model_is_approved_with_a_record_of_what_was_judged(lender: Member, gate: Gate) -> None:
    """The record names the package, its run, and version and digest of everything that was read."""
    files = lender.prepare("sound")

    arn = lender.register("loan-approval", files)
    outcome = gate.verdict(arn)

    assert outcome.verdict == "approved"
    (execution,) = gate.executions(arn)
    (record,) = gate.records(arn)
    binding, subject = record["report"]["binding"], record["report"]["subject"]
    assert (record["outcome"], binding["package_arn"], binding["execution_arn"]) == ("approved", arn, execution)
    read = {artifact["digest"] for artifact in subject["artifacts"]}
    assert read == {files.digest(name) for name in files.contents}
    assert all(artifact["version_id"] for artifact in subject["artifacts"])


def test_a_stored_decision_can_be_judged_again_from_the_stores_alone(lender: Member, gate: Gate) -> None:
    """The record and what is kept beside it give the same verdict, and prove who signed, without the registry."""
    arn = lender.register("loan-approval", lender.prepare("guessing"))
    gate.verdict(arn)
    uri = gate.describe(arn)["CustomerMetadataProperties"]["modelgate-evidence-uri"]
    sealed = open_envelope(gate.evidence_object(uri.removeprefix(f"s3://{gate.evidence}/")))
    record = sealed.record

    keys = SigningKeys.from_json(gate.evidence_object(pinned_copy_key(record.report.binding.signing_keys_digest)))
    bundle = gate.evidence_object(pinned_copy_key(record.report.binding.policy_digest))

    assert sha256_of(bundle) == record.report.binding.policy_digest
    assert verify_signature(sealed, PublicKeys(keys)) == keys.active
    assert judge_again(record, Bundle.from_json(bundle)) is record.judgement.verdict


def test_a_rejection_says_which_check_failed_with_value_and_bound(lender: Member, gate: Gate) -> None:
    """The registry's description is enough for the team to know what to change."""
    arn = lender.register("loan-approval", lender.prepare("guessing"))

    outcome = gate.verdict(arn)

    assert outcome.verdict == "rejected"
    assert "auc = 0.49" in outcome.reasons
    assert "[0.7, 1]" in outcome.reasons
    assert "\n" not in outcome.reasons


def test_metadata_points_from_the_package_to_its_record(lender: Member, gate: Gate) -> None:
    """Verdict, decision, policy and evidence can be found from the package alone."""
    arn = lender.register("loan-approval", lender.prepare("guessing"))
    gate.verdict(arn)

    metadata = gate.describe(arn)["CustomerMetadataProperties"]

    (record,) = gate.records(arn)
    assert metadata["modelgate-verdict"] == "rejected"
    assert metadata["modelgate-decision-id"] == record["decision_id"]
    assert metadata["modelgate-policy-digest"].startswith("sha256:")
    assert metadata["modelgate-evidence-uri"].startswith(f"s3://{gate.evidence}/decisions/loan-approval/")


def test_two_versions_registered_together_each_get_their_own_verdict(lender: Member, gate: Gate) -> None:
    """Defect 1 of the published sample: one version's verdict on another's package."""
    sound, guessing = lender.prepare("sound"), lender.prepare("guessing")

    good, bad = lender.register("loan-approval", sound), lender.register("loan-approval", guessing)

    assert (gate.verdict(good).verdict, gate.verdict(bad).verdict) == ("approved", "rejected")


def test_steps_are_listed_with_their_times(lender: Member, gate: Gate) -> None:
    """An operator sees the published step names, both succeeded, check before update."""
    arn = lender.register("loan-approval", lender.prepare("guessing"))
    gate.verdict(arn)

    (execution,) = gate.executions(arn)
    answer: dict[str, Any] = gate.sagemaker.list_pipeline_execution_steps(
        PipelineExecutionArn=execution, SortOrder="Ascending"
    )

    steps = [(step["StepName"], step["StepStatus"]) for step in answer["PipelineExecutionSteps"]]
    assert steps[0] == ("RegisteredModelValidationStep", "Succeeded")
    assert steps[1][0] == "UpdateModelStatusStep"


def test_groups_are_listed_right_after_the_apply(gate: Gate) -> None:
    """Once, an emulator answered an empty list right after a clean apply."""
    listed = gate.sagemaker.list_model_package_groups()["ModelPackageGroupSummaryList"]

    assert {group["ModelPackageGroupName"] for group in listed} == set(gate.platform.environment.groups)
    assert len(listed) >= 7
