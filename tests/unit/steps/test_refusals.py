"""A check report that is refused is recorded and counted; whatever fails on the way, nothing is decided."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from modelgate.contracts.check_report import CheckReport
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.layout import refusal_key
from modelgate.errors import BindingError, InfrastructureError, SignatureError
from modelgate.evidence.envelope import seal
from modelgate.evidence.notes import RefusalNote

from tests.unit.signing_made_up import TestSigner
from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.policies_made_up import changed
from tests.unit.steps.test_binding import FORGERIES, edited, put
from tests.unit.steps.world import EVIDENCE, World

PENDING = "PendingManualApproval"
REFUSED = ("modelgate", "ReportsRefused")


def refusals(world: World) -> list[RefusalNote]:
    """What is noted, one for each version of each object."""
    found = world.s3.list_object_versions(Bucket=EVIDENCE, Prefix="refusals/").get("Versions", [])
    bodies = (world.s3.get_object(Bucket=EVIDENCE, Key=one["Key"], VersionId=one["VersionId"]) for one in found)
    return [RefusalNote.from_json(body["Body"].read()) for body in bodies]


def of_another_model(world: World, arn: str) -> bytes:
    """The report on a good package, presented for a bad one."""
    return world.check(world.register(version=2)).to_json()


def of_another_policy(world: World, arn: str) -> bytes:
    """A report that was judged by another bundle than the one pinned now."""
    data = world.check(arn).to_json()
    world.pin_policies(changed(version=2))
    return data


def of_another_image(world: World, arn: str) -> bytes:
    """A report that another image wrote."""
    return edited(world.check(arn), FORGERIES["image"])


def of_another_execution(world: World, arn: str) -> bytes:
    """A report of an earlier run."""
    return world.check(arn, "run0").to_json()


def changed_after_the_check(world: World, arn: str) -> bytes:
    """A report whose verdict was made better."""
    return edited(world.check(arn), put("judgement", "verdict", value="approve"))


def on_evidence_that_changed(world: World, arn: str) -> bytes:
    """A report on a version that is gone."""
    report = world.check(arn)
    assert report.subject is not None
    artifact = report.subject.artifacts[1]
    bucket, _, key = str(artifact.stored_uri).removeprefix("s3://").partition("/")
    world.s3.delete_object(Bucket=bucket, Key=key, VersionId=str(artifact.version_id))
    return report.to_json()


def not_readable(world: World, arn: str) -> bytes:
    """A report that is cut."""
    return world.check(arn).to_json()[:-100]


Attack = Callable[[World, str], bytes]
ATTACKS: dict[Attack, str] = {
    of_another_model: "package_arn",
    of_another_policy: "policy_digest",
    of_another_image: "image_digest",
    of_another_execution: "execution_arn",
    changed_after_the_check: "judgement",
    on_evidence_that_changed: "is gone; the evidence of a decision must stay",
    not_readable: "the check report cannot be read",
}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_a_report_that_is_not_this_runs_is_refused_recorded_and_counted(world: World, attack: Attack) -> None:
    """What was refused, by its digest, and why: so that somebody hears of it and can look at it."""
    arn = world.register(reports={"quality.json": made_up.quality(auc=0.1)})
    data = attack(world, arn)

    with pytest.raises(BindingError, match=ATTACKS[attack]):
        world.update(arn, data)

    (note,) = refusals(world)
    assert (note.package_arn, note.report_digest) == (arn, sha256_of(data))
    assert note.execution_arn == str(world.arguments(arn).execution)
    assert ATTACKS[attack] in note.reason
    assert world.cloudwatch.counted == [REFUSED]
    assert (world.status(arn), world.registry.writes) == (PENDING, [])


def test_a_repeated_refusal_is_counted_again_and_noted_once(world: World) -> None:
    """The first one stays, whatever is presented later."""
    arn = world.register()
    for _ in range(2):
        with pytest.raises(BindingError):
            world.update(arn, b"{}")
    with pytest.raises(BindingError):
        world.update(arn, b"[]")

    assert [note.report_digest for note in refusals(world)] == [sha256_of(b"{}")]
    assert world.cloudwatch.counted == [REFUSED] * 3


def test_a_forged_record_in_the_place_of_this_runs_is_refused_too(world: World) -> None:
    """Somebody wrote there who is not the gate: that is heard of as well."""
    arn = world.register()
    report = world.check(arn)
    world.update(arn, report)
    world.s3.put_object(
        Bucket=EVIDENCE, Key="decisions/loan-approval/1/run1.json", Body=seal(world.record(arn), TestSigner("stranger"))
    )

    with pytest.raises(SignatureError):
        world.update(arn, report)

    (note,) = refusals(world)
    assert "is not signed by a key this gate trusts" in note.reason


def test_a_report_that_holds_leaves_no_refusal(world: World) -> None:
    """Nor does trouble with a service, which is nobody's forgery."""
    arn = world.register()
    report = world.check(arn)
    world.kms.disabled.add(world.signer.arn)
    with pytest.raises(InfrastructureError):
        world.update(arn, report)
    world.kms.disabled.clear()
    world.update(arn, report)

    assert (refusals(world), world.cloudwatch.counted) == ([], [])


class Down:
    """A client none of whose calls gets through."""

    def __getattr__(self, name: str) -> Any:
        raise EndpointConnectionError(endpoint_url="https://down")


@pytest.mark.parametrize("service", ["cloudwatch", "s3"])
def test_a_refusal_that_cannot_be_recorded_fails_the_step_as_trouble(
    world: World, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step is run again and refuses again; nothing is decided in between."""
    arn = world.register()
    if service == "cloudwatch":
        monkeypatch.setattr(world, "cloudwatch", Down())
    else:
        down = Down()
        monkeypatch.setattr(world.s3, "put_object", lambda **_: down.put_object)

    with pytest.raises(InfrastructureError):
        world.update(arn, b"{}")
    assert (refusals(world), world.status(arn)) == ([], PENDING)

    monkeypatch.undo()
    with pytest.raises(BindingError):
        world.update(arn, b"{}")
    assert len(refusals(world)) == 1


def test_refusals_lie_beside_the_decisions_of_their_group() -> None:
    """One key for each run, which no decision shares."""
    assert refusal_key("loan-approval", 7, "run1") == "refusals/loan-approval/7/run1.json"


def test_a_report_without_judgement_is_refused_like_any_other(world: World) -> None:
    """Even where nothing would be written: it says of another run that there was nothing to do."""
    arn = world.register()
    world.registry.packages[arn]["ModelApprovalStatus"] = "Rejected"
    report: CheckReport = world.check(arn, "run0")
    assert report.judgement is None

    with pytest.raises(BindingError, match="execution_arn"):
        world.update(arn, report, "run1")

    assert len(refusals(world)) == 1
