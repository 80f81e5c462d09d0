"""An approval that nothing proves goes back to pending through the pipeline, and nothing else does."""

import json
from dataclasses import replace

import pytest
from modelgate.aws.evidence import write_once
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.layout import GATE_KEY, adoption_key, break_glass_key, revert_key
from modelgate.contracts.package import ModelPackage
from modelgate.errors import ContentError, InfrastructureError
from modelgate.evidence.adoption import Adoption, LegacyPackage
from modelgate.evidence.break_glass import BreakGlass
from modelgate.evidence.envelope import seal
from modelgate.evidence.notes import RevertNote
from modelgate.evidence.record import Outcome

from tests.unit.signing_made_up import TestSigner
from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.world import EVIDENCE, STORE, World

PENDING, APPROVED = "PendingManualApproval", "Approved"
BAD = {"quality.json": made_up.quality(auc=0.1)}
KEY = revert_key("loan-approval", 1, "run9")


def ask_for_reverts(world: World, **group: str) -> None:
    """Pin a gate document with the flag."""
    world.pin_gate({"policy": "credit"}, **group)
    document = json.loads(world.s3.get_object(Bucket=STORE, Key=GATE_KEY)["Body"].read())
    body = json.dumps(document | {"revert_unproved": True}).encode()
    world.s3.put_object(Bucket=STORE, Key=GATE_KEY, Body=body)
    world.gate_digest = sha256_of(body)


def adopt(world: World, *arns: str) -> None:
    """Let the first audit list *arns*."""
    listed = {}
    for arn in arns:
        package = described(world, arn)
        listed[str(package.arn.version)] = LegacyPackage(
            registration=package.registration, creation_time=package.creation_time
        )
    note = Adoption(group="loan-approval", adopted_at="2026-11-24T00:00:00+00:00", packages=listed)
    write_once(world.evidence, adoption_key("loan-approval"), note.to_json())


def described(world: World, arn: str) -> ModelPackage:
    """The package as the registry has it."""
    return ModelPackage.from_describe(world.registry.describe_model_package(ModelPackageName=arn))


def flip(world: World, arn: str, status: str = APPROVED) -> None:
    """Somebody writes the status past the gate."""
    world.registry.packages[arn]["ModelApprovalStatus"] = status


def break_glass(world: World, arn: str) -> None:
    """Record that two people approve *arn* past the gate."""
    note = BreakGlass(
        package_arn=arn,
        registration=described(world, arn).registration,
        status=APPROVED,
        reason="an outage",
        opened_by="arn:aws:sts::222222222222:assumed-role/gate-break-glass/ada",
        second_person="grace",
        at="2099-01-01T00:00:00+00:00",  # written in the same second as a decision, it is the later word
    )
    write_once(world.evidence, break_glass_key("loan-approval", 1, "x"), note.to_json())


def words(world: World) -> list[str]:
    """Every note of a revert."""
    return [found["Key"] for found in world.s3.list_objects_v2(Bucket=EVIDENCE, Prefix="reverts/").get("Contents", [])]


@pytest.fixture
def reverting(world: World) -> World:
    """A world whose gate document asks for it, and whose group has no legacy."""
    ask_for_reverts(world)
    adopt(world)
    return world


def test_an_approval_without_proof_is_set_back_and_then_judged(reverting: World) -> None:
    """Note, status, and a description that says why; the next run decides as ever."""
    arn = reverting.register(reports=dict(BAD))
    flip(reverting, arn)

    assert reverting.run(arn, "run9") == PENDING

    note = RevertNote.from_json(reverting.s3.get_object(Bucket=EVIDENCE, Key=KEY)["Body"].read())
    assert (note.package_arn, note.flaw) == (arn, "no_record")
    assert note.registration == described(reverting, arn).registration
    assert reverting.told(arn) == (
        f"Set back to be judged, as nothing proves the approval: nothing was ever decided on {arn}. "
        f"Evidence: s3://gate-evidence/{KEY}"
    )
    assert reverting.registry.packages[arn]["CustomerMetadataProperties"] == {
        "modelgate-verdict": "reverted",
        "modelgate-evidence-uri": f"s3://gate-evidence/{KEY}",
    }
    assert reverting.run(arn, "run10") == "Rejected"


def test_an_approval_against_the_last_decision_is_set_back(reverting: World) -> None:
    """A rejected package that somebody approved; what its decision told the registry is overwritten."""
    arn = reverting.register(reports=dict(BAD))
    assert reverting.run(arn) == "Rejected"
    flip(reverting, arn)

    assert reverting.run(arn, "run9") == PENDING
    assert "which says rejected" in reverting.told(arn)
    assert reverting.registry.packages[arn]["CustomerMetadataProperties"]["modelgate-verdict"] == "reverted"


def test_an_approval_by_a_forged_record_is_set_back(reverting: World) -> None:
    """A record that a stranger signed is no proof."""
    arn = reverting.register(reports=dict(BAD))
    reverting.run(arn)
    forged = seal(replace(reverting.record(arn), outcome=Outcome.APPROVED), TestSigner("stranger"))
    reverting.s3.put_object(Bucket=EVIDENCE, Key="decisions/loan-approval/1/run1.json", Body=forged)
    flip(reverting, arn)

    assert reverting.run(arn, "run9") == PENDING
    assert "is not signed by a key this gate trusts" in reverting.told(arn)


def test_an_edited_package_loses_its_approval(reverting: World) -> None:
    """What was approved is not what is there."""
    arn = reverting.register()
    assert reverting.run(arn) == APPROVED
    reverting.registry.packages[arn]["SourceUri"] = "s3://elsewhere/model"

    assert reverting.run(arn, "run9") == PENDING
    assert "the registration was changed since decision loan-approval/1/run1" in reverting.told(arn)


def test_a_decided_approval_stays(reverting: World) -> None:
    """Run as often as anybody likes."""
    arn = reverting.register()
    reverting.run(arn)

    assert reverting.run(arn, "run9") == APPROVED
    assert words(reverting) == []


def test_a_break_glass_stays(reverting: World) -> None:
    """It is loud, recorded, and not undone behind anybody's back."""
    arn = reverting.register(reports=dict(BAD))
    reverting.run(arn)
    break_glass(reverting, arn)
    flip(reverting, arn)

    assert reverting.run(arn, "run9") == APPROVED
    assert words(reverting) == []


def test_a_legacy_package_stays(world: World) -> None:
    """It was listed as it is; the gate was not there yet."""
    ask_for_reverts(world)
    arn = world.register()
    flip(world, arn)
    adopt(world, arn)

    assert world.run(arn, "run9") == APPROVED
    assert words(world) == []


def test_nothing_is_set_back_before_the_audit_has_listed_the_legacy(world: World) -> None:
    """Until then nobody can tell what was approved before the gate watched the group."""
    ask_for_reverts(world)
    arn = world.register()
    flip(world, arn)

    assert "has not listed yet" in world.update(arn, world.check(arn, "run9"), "run9")
    assert (world.status(arn), words(world)) == (APPROVED, [])


def test_a_shadow_groups_package_stays(world: World) -> None:
    """People decide there; the package is judged and its status left alone, whoever wrote it."""
    ask_for_reverts(world, mode="shadow")
    adopt(world)
    arn = world.register(reports=dict(BAD))
    flip(world, arn)

    assert world.run(arn, "run9") == APPROVED
    assert words(world) == []


def test_a_rejected_package_stays(reverting: World) -> None:
    """Nothing has to be proved to keep a model out."""
    arn = reverting.register()
    flip(reverting, arn, "Rejected")

    assert reverting.run(arn, "run9") == "Rejected"
    assert words(reverting) == []


def test_without_the_flag_nothing_is_set_back(world: World) -> None:
    """The audit tells, and people act."""
    adopt(world)
    arn = world.register(reports=dict(BAD))
    flip(world, arn)

    assert world.update(arn, world.check(arn, "run9"), "run9") == f"{arn} is Approved already; nothing was judged"
    assert (world.status(arn), words(world)) == (APPROVED, [])


def test_a_crash_between_note_and_status_is_repeated(reverting: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first note stays, and the status is written at last."""
    arn = reverting.register(reports=dict(BAD))
    flip(reverting, arn)
    report = reverting.check(arn, "run9")

    def lost(**_: object) -> None:
        raise InfrastructureError("the registry does not answer")

    with monkeypatch.context() as broken:
        broken.setattr(reverting.registry, "update_model_package", lost)
        with pytest.raises(InfrastructureError):
            reverting.update(arn, report, "run9")
    (first,) = [reverting.s3.get_object(Bucket=EVIDENCE, Key=key)["Body"].read() for key in words(reverting)]
    reverting.later(minutes=5)
    reverting.update(arn, report, "run9")

    assert reverting.status(arn) == PENDING
    assert first == reverting.s3.get_object(Bucket=EVIDENCE, Key=KEY)["Body"].read()


def test_a_write_that_does_not_show_is_trouble(reverting: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The step may be run again; nobody believes that it was done."""
    arn = reverting.register(reports=dict(BAD))
    flip(reverting, arn)
    monkeypatch.setattr(reverting.registry, "update_model_package", lambda **_: {})

    with pytest.raises(InfrastructureError, match="is still Approved"):
        reverting.run(arn, "run9")


def test_a_list_of_legacy_packages_that_cannot_be_read_sets_nothing_back(world: World) -> None:
    """Doubt about what was approved before is no reason to take approvals away."""
    ask_for_reverts(world)
    write_once(world.evidence, adoption_key("loan-approval"), b"{}")
    arn = world.register()
    flip(world, arn)

    with pytest.raises(ContentError):
        world.run(arn, "run9")
    assert world.status(arn) == APPROVED


def test_a_decision_of_this_very_moment_is_not_undone(reverting: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the first look and the write, a break-glass was recorded."""
    arn = reverting.register(reports=dict(BAD))
    flip(reverting, arn)
    to_json = RevertNote.to_json

    def meanwhile(self: RevertNote) -> bytes:
        break_glass(reverting, arn)
        return to_json(self)

    monkeypatch.setattr(RevertNote, "to_json", meanwhile)

    assert "was not set back: arn:aws:sts" in reverting.update(arn, reverting.check(arn, "run9"), "run9")
    assert reverting.status(arn) == APPROVED
