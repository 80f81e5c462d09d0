"""A shadow group is judged and recorded like any other, and its packages' status is left alone."""

import pytest
from modelgate.contracts.results import Verdict
from modelgate.evidence.record import Outcome

from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.world import EVIDENCE, World

PENDING = "PendingManualApproval"


@pytest.fixture
def shadow(world: World) -> World:
    """A world whose group's verdicts do not bind yet."""
    world.pin_gate({"policy": "credit"}, mode="shadow")
    return world


CASES = {
    "approve": ({}, (), "Approved by policy credit v1: "),
    "reject": ({"quality.json": made_up.quality(auc=0.1)}, (), "Rejected by policy credit v1: "),
    "hold": ({}, ("bias.json",), "Held by policy credit v1: "),
}


@pytest.mark.parametrize("verdict", CASES)
def test_a_shadow_verdict_is_recorded_and_shown_but_not_applied(shadow: World, verdict: str) -> None:
    """Only our metadata is written; the record says what the registry would have been told."""
    reports, late, would_say = CASES[verdict]
    arn = shadow.register(reports=dict(reports), late=late)

    assert shadow.run(arn) == PENDING
    assert shadow.told(arn) == ""
    assert shadow.registry.packages[arn]["CustomerMetadataProperties"] == {
        "modelgate-verdict": f"shadow-{verdict}",
        "modelgate-decision-id": "loan-approval/1/run1",
        "modelgate-policy-digest": shadow.policy_digest,
        "modelgate-evidence-uri": "s3://gate-evidence/decisions/loan-approval/1/run1.json",
    }
    assert [write.keys() & {"ModelApprovalStatus", "ApprovalDescription"} for write in shadow.registry.writes] == [
        set()
    ]
    record = shadow.record(arn)
    assert (record.outcome, record.judgement.verdict) == (Outcome.SHADOW, Verdict(verdict))
    assert record.description.startswith(f"Shadow, not applied: {would_say}")


@pytest.mark.parametrize("status", ["Approved", "Rejected"])
@pytest.mark.parametrize("when", ["before the check", "after the check"])
def test_what_others_decide_about_a_shadow_package_is_no_conflict(shadow: World, status: str, when: str) -> None:
    """They decide, as they did before; the gate only says what it would have said."""
    arn = shadow.register()
    report = shadow.check(arn) if when == "after the check" else None
    shadow.registry.packages[arn]["ModelApprovalStatus"] = status
    shadow.update(arn, report or shadow.check(arn))

    assert shadow.status(arn) == status
    assert shadow.registry.packages[arn]["CustomerMetadataProperties"]["modelgate-verdict"] == "shadow-approve"
    assert (shadow.record(arn).outcome, shadow.record(arn).registry_status) == (Outcome.SHADOW, status)
    assert shadow.s3.list_objects_v2(Bucket=EVIDENCE, Prefix="decisions/")["KeyCount"] == 1


def test_a_shadow_approval_is_no_version_to_compare_with(shadow: World) -> None:
    """It approved nothing."""
    shadow.run(shadow.register())

    assert shadow.s3.list_objects_v2(Bucket=EVIDENCE, Prefix="approved/")["KeyCount"] == 0


def test_a_repeated_shadow_run_writes_once(shadow: World) -> None:
    """The decision's id in the metadata tells that the work is done."""
    arn = shadow.register()
    report = shadow.check(arn)
    shadow.update(arn, report)

    assert shadow.update(arn, report).endswith("(written before)")
    assert len(shadow.registry.writes) == 1


@pytest.mark.parametrize("stale", [True, False])
def test_a_shadow_package_without_room_for_metadata_is_recorded_all_the_same(shadow: World, *, stale: bool) -> None:
    """What stands under our names and is not ours goes; nothing else of the package is touched."""
    theirs = {f"team-{n}": "x" for n in range(49 if stale else 50)}
    arn = shadow.register(metadata=theirs | ({"modelgate-verdict": "approved"} if stale else {}))

    assert shadow.run(arn) == PENDING
    assert shadow.registry.packages[arn]["CustomerMetadataProperties"] == theirs
    assert shadow.told(arn) == ""
    assert shadow.record(arn).outcome is Outcome.SHADOW


def test_a_group_that_leaves_the_shadow_is_decided(shadow: World) -> None:
    """The same package, judged again, gets its status."""
    arn = shadow.register()
    shadow.run(arn)
    shadow.pin_gate({"policy": "credit"})

    assert shadow.run(arn, "run2") == "Approved"
    assert shadow.registry.packages[arn]["CustomerMetadataProperties"]["modelgate-verdict"] == "approved"
