"""The update step believes a check report only as far as it can verify it."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from modelgate.contracts.check_report import CheckReport
from modelgate.contracts.results import Verdict
from modelgate.decide import judge
from modelgate.errors import BindingError, InfrastructureError
from modelgate.evidence.envelope import seal
from modelgate.evidence.record import Outcome
from modelgate.policy.model import Bundle

from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.world import EVIDENCE, LENDING, STORE, TEAM_BUCKET, World, shipped_policies

OTHER = "sha256:" + "9" * 64
PENDING = "PendingManualApproval"


def edited(report: CheckReport, edit: Callable[[Any], None]) -> bytes:
    """The report's file with one thing changed by hand."""
    document = json.loads(report.to_json())
    edit(document)
    return json.dumps(document).encode()


def put(*path: str | int, value: Any) -> Callable[[Any], None]:
    """An edit that sets the value at *path*."""

    def edit(document: Any) -> None:
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = value

    return edit


FORGERIES = {
    "schema": put("schema", value="modelgate/check-report/v1"),
    "unknown field": put("more", value=1),
    "package": put("binding", "package_arn", value="arn:aws:sagemaker:eu-west-1:222222222222:model-package/x/1"),
    "execution": put("binding", "execution_arn", value="arn:…/execution/other"),
    "gate": put("binding", "gate_digest", value=OTHER),
    "policy": put("binding", "policy_digest", value=OTHER),
    "bundle version": put("binding", "policy_bundle_version", value=9),
    "signing keys": put("binding", "signing_keys_digest", value=OTHER),
    "image": put("binding", "image_digest", value=OTHER),
    "runtime": put("binding", "runtime", value="process"),
    "judged package": put("subject", "package_arn", value="arn:aws:…/2"),
    "package status": put("subject", "package_status", value="Completed!"),
    "creation time": put("subject", "creation_time", value="2020-01-01T00:00:00+00:00"),
    "registration": put("subject", "registration", value=OTHER),
    "model etag": put("subject", "containers", 0, "model_data_etag", value="etag-2"),
    "image of the model": put("subject", "containers", 0, "image_digest", value=OTHER),
    "tags": put("subject", "group", "tags", value={"policy": "lenient"}),
    "declared digest": put("subject", "artifacts", 1, "content_digest", value=OTHER),
    "address": put("subject", "artifacts", 1, "stored_uri", value=f"s3://{STORE}/elsewhere.json"),
    "version id": put("subject", "artifacts", 1, "version_id", value="another"),
    "digest": put("subject", "artifacts", 1, "digest", value=OTHER),
    "model digest": put("subject", "artifacts", 0, "digest", value=OTHER),
    "model size": put("subject", "artifacts", 0, "size", value=1),
    "no version": lambda document: document["subject"]["artifacts"][1].pop("version_id"),
    "artifact left out": lambda document: document["subject"]["artifacts"].pop(),
    "fact of nothing": put("subject", "facts", 0, "artifact", value="Bias.Report"),
    "fact without its result": put("subject", "facts", 1, "value", value={"number": 0.1}),
    "number beyond all floats": put("subject", "facts", 0, "value", value={"number": 10**400}),
    "infinity as a number": lambda document: document["subject"]["facts"][0].update(value={"number": float("1e999")}),
    "value in two states": put("subject", "facts", 0, "value", value={"number": 0.1, "infinite": "+"}),
    "verdict": put("judgement", "verdict", value="hold"),
    "unknown verdict": put("judgement", "verdict", value="approve!"),
    "result left out": lambda document: document["judgement"]["results"].pop(),
    "no judgement": lambda document: document.pop("judgement"),
    "results as text": put("judgement", "results", value={"a": "false"}),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_field_is_refused_and_nothing_is_written(world: World, forgery: str) -> None:
    """Whatever differs from this run, package, policy, image or evidence makes it another's report."""
    arn = world.register()
    data = edited(world.check(arn), FORGERIES[forgery])

    with pytest.raises(BindingError):
        world.update(arn, data)

    assert (world.status(arn), world.registry.writes) == (PENDING, [])
    assert "Contents" not in world.s3.list_objects_v2(Bucket=EVIDENCE, Prefix="decisions/")


@pytest.mark.parametrize("elsewhere", [True, False], ids=["another address", "another upload to the same address"])
def test_good_evidence_of_another_file_is_not_taken_for_the_registered_one(world: World, *, elsewhere: bool) -> None:
    """Pins that are true, facts that satisfy the policy, a judgement that follows: only of the wrong file."""
    bad = world.register(version=1, reports={"quality.json": made_up.quality(auc=0.1)})
    report = world.check(bad)
    if not elsewhere:
        world.upload("quality.json", json.dumps(made_up.quality()).encode(), version=1)
    good = world.register(version=2)
    other = world.check(good)
    assert report.subject is not None
    assert other.subject is not None
    artifacts = tuple(
        replace(mine, stored_uri=its.stored_uri, version_id=its.version_id, digest=its.digest, size=its.size)
        for mine, its in zip(report.subject.artifacts, other.subject.artifacts, strict=True)
    )
    if not elsewhere:
        key = str(report.subject.artifacts[1].stored_uri).removeprefix(f"s3://{STORE}/")
        newest = world.s3.head_object(Bucket=STORE, Key=key)["VersionId"]
        pinned = replace(artifacts[1], stored_uri=report.subject.artifacts[1].stored_uri, version_id=newest)
        artifacts = (report.subject.artifacts[0], pinned, *report.subject.artifacts[2:])
    subject = replace(report.subject, artifacts=artifacts, facts=other.subject.facts)
    bundle = Bundle.from_json(shipped_policies())
    forged = replace(report, subject=subject, judgement=judge(subject, bundle))
    assert forged.judgement is not None
    assert forged.judgement.verdict is Verdict.APPROVE

    with pytest.raises(BindingError, match=r"stored_uri of|was registered as"):
        world.update(bad, forged)

    assert world.status(bad) == PENDING


def test_a_copy_with_other_bytes_than_the_copier_recorded_is_trouble_and_no_rejection(world: World) -> None:
    """The team's file may be good: what broke is the store, so nobody is rejected for it."""
    arn = world.register(late=("quality.json",), digests=False)
    metadata = {"sha256": "0" * 64, "source-version-id": "v", "source-sequencer": "FF"}
    body = json.dumps(made_up.quality()).encode()
    world.s3.put_object(Bucket=STORE, Key=f"{LENDING}/{TEAM_BUCKET}/v1/quality.json", Body=body, Metadata=metadata)

    with pytest.raises(InfrastructureError, match="is not what the copier recorded"):
        world.check(arn)


def test_a_report_of_another_run_is_refused(world: World) -> None:
    """A replayed result of an earlier, better day does not count."""
    arn = world.register()
    report = world.check(arn, "run1")

    with pytest.raises(BindingError, match="execution_arn"):
        world.update(arn, report, "run2")


def test_a_package_replaced_under_the_same_arn_is_refused(world: World) -> None:
    """Deleted and registered again, it is another package."""
    arn = world.register()
    report = world.check(arn)
    world.registry.packages[arn]["CreationTime"] = "2026-11-24T00:00:00+00:00"

    with pytest.raises(BindingError, match="creation_time"):
        world.update(arn, report)


def test_a_registration_that_was_edited_after_the_check_is_refused(world: World) -> None:
    """Also in what no check looks at: what is approved is the package as it was judged."""
    arn = world.register()
    report = world.check(arn)
    world.registry.packages[arn]["SourceUri"] = "s3://elsewhere/model"

    with pytest.raises(BindingError, match="registration"):
        world.update(arn, report)

    assert (world.status(arn), world.registry.writes) == (PENDING, [])


def test_a_package_whose_validation_failed_after_the_check_is_refused(world: World) -> None:
    """The registry's word of now counts, not that of the check."""
    arn = world.register()
    report = world.check(arn)
    world.registry.packages[arn]["ModelPackageStatus"] = "Failed"

    with pytest.raises(BindingError, match="package_status is 'Completed', expected 'Failed'"):
        world.update(arn, report)

    assert world.status(arn) == PENDING


def test_a_model_swapped_after_the_check_is_refused(world: World) -> None:
    """The registry's own tag of the model file is part of what was judged."""
    arn = world.register()
    report = world.check(arn)
    world.registry.packages[arn]["InferenceSpecification"]["Containers"][0]["ModelDataETag"] = "etag-2"

    with pytest.raises(BindingError, match="containers"):
        world.update(arn, report)


def test_evidence_deleted_after_the_check_is_refused(world: World) -> None:
    """A decision's evidence has to stay readable."""
    arn = world.register()
    report = world.check(arn)
    assert report.subject is not None
    bias = next(a for a in report.subject.artifacts if a.name == "Bias.PostTrainingReport")
    key = f"{LENDING}/{TEAM_BUCKET}/v1/bias.json"
    world.s3.delete_object(Bucket=STORE, Key=key, VersionId=bias.version_id or "")

    with pytest.raises(BindingError, match="is gone"):
        world.update(arn, report)


def test_evidence_uploaded_after_the_check_changes_nothing(world: World) -> None:
    """Versions are read, not whatever lies under the name now."""
    arn = world.register()
    report = world.check(arn)
    world.upload("bias.json", b"{}")

    world.update(arn, report)

    assert world.status(arn) == "Approved"


def test_a_person_who_decides_meanwhile_is_not_overruled(world: World) -> None:
    """The conflict is recorded; the status stays theirs."""
    arn = world.register()
    report = world.check(arn)
    world.registry.packages[arn]["ModelApprovalStatus"] = "Rejected"

    said = world.update(arn, report)

    assert "is Rejected already and was not overwritten" in said
    assert (world.status(arn), world.record(arn).outcome, world.record(arn).registry_status) == (
        "Rejected",
        "conflict",
        "Rejected",
    )


def test_a_decision_made_between_record_and_write_is_noted_beside_the_record(world: World) -> None:
    """The record cannot change any more, so the conflict has an object of its own."""
    arn = world.register()
    report = world.check(arn)
    describe = world.registry.describe_model_package
    calls = []

    def decided_after_the_first_look(**request: Any) -> dict[str, Any]:
        calls.append(request)
        answer = describe(**request)
        return answer if len(calls) == 1 else answer | {"ModelApprovalStatus": "Rejected"}

    world.registry.describe_model_package = decided_after_the_first_look  # type: ignore[method-assign]
    world.update(arn, report)

    note = world.s3.get_object(Bucket=EVIDENCE, Key="decisions/loan-approval/1/run1.conflict.json")["Body"].read()
    assert json.loads(note)["registry_status"] == "Rejected"
    assert world.registry.writes == []


def test_a_package_decided_before_the_check_is_left_alone(world: World) -> None:
    """A late redrive ends quietly: a report that says so, no record, no write."""
    arn = world.register()
    world.run(arn)

    report = world.check(arn, "run2")
    said = world.update(arn, report, "run2")

    assert report.judgement is None
    assert said == f"{arn} is Approved already; nothing was judged"
    assert len(world.registry.writes) == 1


def test_a_package_deleted_during_the_run_ends_quietly(world: World) -> None:
    """Neither step fails for ever over a package that is not there."""
    arn = world.register()
    report = world.check(arn)
    del world.registry.packages[arn]

    assert world.update(arn, report) == f"{arn} no longer exists; nothing was written"
    assert world.check(arn).note == f"{arn} no longer exists; nothing was judged"


def test_a_refused_description_does_not_lose_the_verdict(world: World) -> None:
    """The status is written without it."""
    arn = world.register()
    world.registry.refuse_descriptions = True

    assert world.run(arn) == "Approved"
    assert world.told(arn) == ""
    assert world.registry.packages[arn]["CustomerMetadataProperties"]["modelgate-verdict"] == "approved"


@pytest.mark.parametrize("refuse_descriptions", [False, True])
@pytest.mark.parametrize(("late", "status", "word"), [((), "Approved", "Approved"), (("bias.json",), PENDING, "Held")])
def test_a_team_that_fills_every_metadata_entry_still_gets_its_verdict(
    world: World, late: tuple[str, ...], status: str, word: str, *, refuse_descriptions: bool
) -> None:
    """What finds no room is left out; a value under our names that is not ours goes; the record holds everything."""
    arn = world.register(late=late)
    theirs = {f"team-{n}": "x" for n in range(49)}
    world.registry.packages[arn]["CustomerMetadataProperties"] = theirs | {"modelgate-verdict": "approved"}
    world.registry.refuse_descriptions = refuse_descriptions

    assert world.run(arn) == status
    assert world.registry.packages[arn]["CustomerMetadataProperties"] == theirs
    assert world.told(arn).startswith("" if refuse_descriptions else f"{word} by policy credit v1: ")
    assert world.record(arn).outcome == {"Held": "held"}.get(word, "approved")


def test_a_verdict_without_metadata_is_not_written_twice(world: World) -> None:
    """The description, with the address of its record, tells a repeated run that the work is done."""
    arn = world.register()
    world.registry.packages[arn]["CustomerMetadataProperties"] = {f"team-{n}": "x" for n in range(50)}
    report = world.check(arn)
    world.update(arn, report)

    assert world.update(arn, report).endswith("(written before)")
    assert len(world.registry.writes) == 1


def test_a_record_with_another_decision_is_not_believed(world: World) -> None:
    """Not even a signed one: a record that does not follow from this run's report is never turned into a status."""
    arn = world.register(reports={"quality.json": made_up.quality(auc=0.1)})
    report = world.check(arn)
    world.update(arn, report)
    record = world.record(arn)
    for forged in (
        replace(record, outcome=Outcome.APPROVED),
        replace(record, report=replace(report, checked_at="before")),
        replace(record, decision_id="loan-approval/2/run1"),
        replace(record, description="Approved."),
    ):
        world.s3.put_object(Bucket=EVIDENCE, Key="decisions/loan-approval/1/run1.json", Body=seal(forged, world.signer))
        world.registry.packages[arn]["ModelApprovalStatus"] = PENDING

        with pytest.raises(BindingError, match="decisions/loan-approval/1/run1"):
            world.update(arn, report)
        assert world.status(arn) == PENDING


def test_a_later_decision_on_arrived_evidence_supersedes_a_hold_without_alarm(world: World) -> None:
    """The run that held ends well when another run decided right after its write: that is what holding is for."""
    arn = world.register(late=("bias.json",))
    report = world.check(arn)
    update = world.registry.update_model_package

    def then_another_run_approves(**request: Any) -> dict[str, Any]:
        answer = update(**request)
        package = world.registry.packages[arn]
        package.update(ModelApprovalStatus="Approved", ApprovalDescription="Approved by another run.")
        package["CustomerMetadataProperties"]["modelgate-decision-id"] = "loan-approval/1/run2"
        return answer

    world.registry.update_model_package = then_another_run_approves  # type: ignore[method-assign]

    assert "became Approved by a later decision" in world.update(arn, report)
    note = world.s3.get_object(Bucket=EVIDENCE, Key="decisions/loan-approval/1/run1.conflict.json")["Body"].read()
    assert json.loads(note)["registry_status"] == "Approved"


@pytest.mark.parametrize("status", ["Approved", "PendingManualApproval"])
def test_a_write_that_does_not_show_is_trouble(world: World, status: str) -> None:
    """A hold written over another's approval, or a rejection that got lost: the alarm must hear of it."""
    arn = world.register(
        late=("bias.json",) if status == "Approved" else (), reports={"quality.json": made_up.quality()}
    )
    if status == PENDING:
        arn = world.register(version=2, reports={"quality.json": made_up.quality(auc=0.1)})
    report = world.check(arn)
    update = world.registry.update_model_package

    def and_the_status_is_another(**request: Any) -> dict[str, Any]:
        answer = update(**request)
        world.registry.packages[arn]["ModelApprovalStatus"] = status
        return answer

    world.registry.update_model_package = and_the_status_is_another  # type: ignore[method-assign]

    with pytest.raises(InfrastructureError, match=f"is {status} after"):
        world.update(arn, report)


def test_a_refused_status_is_trouble_and_no_verdict(world: World) -> None:
    """The record stands, and the next attempt writes what it says."""
    arn = world.register(reports={"quality.json": made_up.quality(auc=0.1)})
    report = world.check(arn)
    update = world.registry.update_model_package

    def throttled(**_: Any) -> dict[str, Any]:
        raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, "UpdateModelPackage")

    world.registry.update_model_package = throttled  # type: ignore[method-assign]
    with pytest.raises(Exception, match="slow down"):
        world.update(arn, report)
    world.registry.update_model_package = update  # type: ignore[method-assign]

    assert world.status(arn) == PENDING
    world.update(arn, report)
    assert world.status(arn) == "Rejected"


def test_a_pinned_document_that_was_replaced_in_the_evidence_store_stops_the_step(world: World) -> None:
    """A decision is never recorded beside another policy than its own."""
    arn = world.register()
    world.s3.put_object(Bucket=EVIDENCE, Key=f"pinned/{world.policy_digest[7:]}.json", Body=b"{}")

    with pytest.raises(InfrastructureError, match="holds something else under sha256:"):
        world.run(arn)

    assert world.status(arn) == PENDING
