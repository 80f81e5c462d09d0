"""Approved versions: noted once an approval has taken effect, read by the check, read again before a verdict counts."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from modelgate.aws.approvals import list_approvals
from modelgate.contracts.check_report import CheckReport
from modelgate.contracts.digests import sha256_of
from modelgate.decide import judge
from modelgate.errors import BindingError, ContentError, InfrastructureError
from modelgate.evidence.notes import ApprovalNote
from modelgate.policy.model import Bundle, FirstVersion
from modelgate.steps import past

from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.policies_made_up import changed, no_worse, no_worse_than_baseline
from tests.unit.steps.world import EVIDENCE, World

PENDING = "PendingManualApproval"


def approved(world: World, *aucs: float) -> None:
    """Versions 1, 2 … with these AUCs, each judged in turn."""
    for version, auc in enumerate(aucs, start=1):
        world.run(world.register(version=version, reports={"quality.json": made_up.quality(auc=auc)}))


def candidate(world: World, auc: float, version: int = 9) -> str:
    """A version with that AUC, not judged yet."""
    return world.register(version=version, reports={"quality.json": made_up.quality(auc=auc)})


def seen(world: World, arn: str) -> list[int]:
    """The approved versions that a check of *arn* compares with."""
    subject = world.check(arn).subject
    assert subject is not None
    return [prior.version for prior in subject.history]


def forged(world: World, report: CheckReport, **subject: Any) -> CheckReport:
    """The report about a changed subject, with the judgement that follows from it."""
    assert report.subject is not None
    changed_subject = replace(report.subject, **subject)
    key = "pinned/policy-bundle.json"
    bundle = Bundle.from_json(world.s3.get_object(Bucket="gate-artifacts", Key=key)["Body"].read())
    return replace(report, subject=changed_subject, judgement=judge(changed_subject, bundle))


def test_an_approval_is_noted_with_the_digest_of_its_record(world: World) -> None:
    """Whoever compares with it later can tell that the record is still the one that approved."""
    arn = world.register()
    world.run(arn)

    note = world.s3.get_object(Bucket=EVIDENCE, Key="approved/loan-approval/000000001/run1.json")["Body"].read()
    record = world.s3.get_object(Bucket=EVIDENCE, Key="decisions/loan-approval/1/run1.json")["Body"].read()

    assert ApprovalNote.from_json(note) == ApprovalNote(
        decision_id="loan-approval/1/run1",
        record_key="decisions/loan-approval/1/run1.json",
        record_digest=sha256_of(record),
    )


def test_nothing_but_an_approval_that_took_effect_is_noted(world: World) -> None:
    """A rejection, a hold and an approval that met a person's decision are no versions to compare with."""
    world.run(world.register(version=1, reports={"quality.json": made_up.quality(auc=0.1)}))
    world.run(world.register(version=2, late=("bias.json",)))
    late = world.register(version=3)
    report = world.check(late)
    world.registry.packages[late]["ModelApprovalStatus"] = "Rejected"
    world.update(late, report)

    assert list_approvals(world.evidence, "loan-approval") == ()


def test_slow_erosion_is_stopped_where_each_jump_is_small(world: World) -> None:
    """Three steps of a hundredth are too much against the best of the last three, and fine against the last one."""
    world.pin_policies(changed(checks=(no_worse(of=3, by=0.02),)))
    approved(world, 0.80, 0.79, 0.78)
    arn = candidate(world, 0.77)

    assert world.run(arn) == "Rejected"
    assert "approved version 1" in world.told(arn)
    world.pin_policies(changed(version=3, checks=(no_worse(of=1, by=0.02),)))
    assert world.run(candidate(world, 0.77, version=10)) == "Approved"


def test_the_newest_approved_versions_count_and_the_version_itself_never_does(world: World) -> None:
    """By version, not by the time of approval; and a version that is judged again is not its own past."""
    world.pin_policies(changed(checks=(no_worse(of=2, by=0.5),)))
    for version in (12, 2, 7):
        world.run(world.register(version=version))
    world.run(world.register(version=8, reports={"quality.json": made_up.quality(auc=0.1)}))
    again = world.register(version=12)

    assert seen(world, candidate(world, 0.8, version=13)) == [12, 7]
    assert seen(world, again) == [7, 2]


def test_a_first_version_is_judged_by_the_explicit_rule(world: World) -> None:
    """Nothing to compare with is a case that the policy decides."""
    world.pin_policies(changed(checks=(no_worse(first=FirstVersion.HOLD),)))
    arn = world.register()

    assert world.run(arn) == PENDING
    assert "first_version: hold" in world.told(arn)


def test_only_the_facts_that_changes_are_measured_from_are_carried(world: World) -> None:
    """A record with history stays small."""
    world.pin_policies(changed(checks=(no_worse(),)))
    approved(world, 0.80)
    subject = world.check(candidate(world, 0.80)).subject

    assert subject is not None
    ((fact,),) = (prior.facts for prior in subject.history)
    assert (fact.metric, fact.value.number) == ("auc", 0.8)


def test_a_policy_that_never_looks_back_reads_no_history(world: World) -> None:
    """Nothing is read that nobody asked for."""
    approved(world, 0.80)

    assert seen(world, candidate(world, 0.80)) == []


def test_no_more_approvals_are_looked_at_than_the_limit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """However far a policy looks back."""
    monkeypatch.setattr(past, "MAX_APPROVALS", 2)
    world.pin_policies(changed(checks=(no_worse(of=50, by=0.5),)))
    approved(world, 0.80, 0.80, 0.80)

    assert seen(world, candidate(world, 0.80)) == [3, 2]


def test_an_approval_between_check_and_update_spoils_no_verdict(world: World) -> None:
    """Two versions of a group are judged side by side: each is compared with what was there when it was checked."""
    world.pin_policies(changed(checks=(no_worse(),)))
    approved(world, 0.80)
    arn = candidate(world, 0.80)
    report = world.check(arn)
    world.run(candidate(world, 0.81, version=8))

    world.update(arn, report)

    assert world.status(arn) == "Approved"


@pytest.mark.parametrize("omit", [(), (1,)], ids=["every version", "the newest version"])
def test_a_report_that_leaves_out_an_approved_version_is_refused(world: World, omit: tuple[int, ...]) -> None:
    """What was approved before the check looked must have been seen."""
    world.pin_policies(changed(checks=(no_worse(of=2),)))
    approved(world, 0.70, 0.80)
    arn = candidate(world, 0.71)
    world.later(minutes=10)
    report = world.check(arn)
    assert report.subject is not None
    kept = tuple(prior for prior in report.subject.history if prior.version in omit)

    with pytest.raises(BindingError, match=r"other approved versions than those of loan-approval that count \(2, 1\)"):
        world.update(arn, forged(world, report, history=kept))

    assert world.status(arn) == PENDING


def test_a_report_with_a_made_up_past_is_refused(world: World) -> None:
    """Neither a version that was never approved, nor facts that its record does not hold."""
    world.pin_policies(changed(checks=(no_worse(),)))
    approved(world, 0.80)
    arn = candidate(world, 0.77)
    report = world.check(arn)
    assert report.subject is not None
    (prior,) = report.subject.history
    (auc,) = prior.facts
    lower = replace(auc, value=replace(auc.value, number=0.5))

    for made_up_prior in (replace(prior, facts=(lower,)), replace(prior, version=5), replace(prior, facts=())):
        with pytest.raises(BindingError, match="run the pipeline again"):
            world.update(arn, forged(world, report, history=(made_up_prior,)))
    assert world.status(arn) == PENDING


def test_history_that_no_check_asked_for_is_refused(world: World) -> None:
    """A record holds what decided, and nothing that only looks like it."""
    approved(world, 0.80)
    arn = candidate(world, 0.80)
    report = world.check(arn)
    world.pin_policies(changed(checks=(no_worse(),)))
    other = world.check(arn).subject
    assert other is not None
    assert other.history
    world.pin_policies(changed(version=1))

    with pytest.raises(BindingError):
        world.update(arn, forged(world, report, history=other.history))


TAMPERED: dict[str, Callable[[World], None]] = {
    "record": lambda world: _replace(world, "decisions/loan-approval/1/run1.json", b"", b"", append=b" "),
    "note": lambda world: _replace(
        world, "approved/loan-approval/000000001/run1.json", b"loan-approval/1/run1", b"loan-approval/2/run1"
    ),
}


def _replace(world: World, key: str, old: bytes, new: bytes, *, append: bytes = b"") -> None:
    data = world.s3.get_object(Bucket=EVIDENCE, Key=key)["Body"].read()
    world.s3.put_object(Bucket=EVIDENCE, Key=key, Body=data.replace(old, new) + append)


@pytest.mark.parametrize("what", TAMPERED)
def test_a_record_or_note_that_was_changed_stops_both_steps(world: World, what: str) -> None:
    """Nobody is compared with a past that somebody wrote afterwards."""
    world.pin_policies(changed(checks=(no_worse(),)))
    approved(world, 0.80)
    arn = candidate(world, 0.80)
    report = world.check(arn)
    TAMPERED[what](world)

    with pytest.raises(BindingError, match="find out who wrote them"):
        world.check(arn)
    with pytest.raises(BindingError, match="find out who wrote them"):
        world.update(arn, report)
    assert world.status(arn) == PENDING


def test_a_note_without_its_record_is_trouble(world: World) -> None:
    """Records must stay; nothing is decided on a past with a hole."""
    world.pin_policies(changed(checks=(no_worse(),)))
    approved(world, 0.80)
    world.s3.delete_object(Bucket=EVIDENCE, Key="decisions/loan-approval/1/run1.json")

    with pytest.raises(InfrastructureError, match="decisions must stay"):
        world.check(candidate(world, 0.80))


@pytest.mark.parametrize("body", [b"{", b"{}", b'{"schema": "modelgate/approval-note/v9"}', b"[]"])
def test_a_note_that_cannot_be_read_is_said(world: World, body: bytes) -> None:
    """By what is wrong with it."""
    world.pin_policies(changed(checks=(no_worse(),)))
    world.s3.put_object(Bucket=EVIDENCE, Key="approved/loan-approval/000000001/run1.json", Body=body)

    with pytest.raises(ContentError, match=r"the note (cannot be read|has schema)"):
        world.check(candidate(world, 0.80))


def test_a_change_from_the_teams_own_baseline_is_judged(world: World) -> None:
    """Also where the baseline is the very file of the report: then nothing changed."""
    world.pin_policies(changed(checks=(no_worse_than_baseline(),)))
    same = world.register(version=1, baselines={"ModelQuality.Statistics": "quality.json"})
    worse = world.register(
        version=2,
        baselines={"ModelQuality.Statistics": "baseline.json"},
        reports={"baseline.json": made_up.quality(auc=0.9)},
    )

    assert world.run(same) == "Approved"
    assert world.run(worse) == "Rejected"
    assert "the registered baselines" in world.told(worse)


def test_a_baseline_that_has_not_arrived_holds(world: World) -> None:
    """It is evidence like any other."""
    arn = world.register(baselines={"Bias.PostTrainingConstraints": "bias.json"})
    source = world.registry.packages[arn]["DriftCheckBaselines"]["Bias"]["PostTrainingConstraints"]
    source["S3Uri"] = source["S3Uri"].replace("bias.json", "never.json")

    assert world.run(arn) == PENDING
    assert "evidence has not arrived: DriftCheckBaselines.Bias.PostTrainingConstraints" in world.told(arn)


def test_a_run_with_history_says_the_same_bytes_twice(world: World) -> None:
    """Versions are read side by side, and always reported in one order."""
    world.pin_policies(changed(checks=(no_worse(of=5, by=0.5),)))
    approved(world, 0.80, 0.81, 0.82, 0.83)
    arn = candidate(world, 0.80)

    assert json.loads(world.check(arn).to_json()) == json.loads(world.check(arn).to_json())
    assert seen(world, arn) == [4, 3, 2, 1]
