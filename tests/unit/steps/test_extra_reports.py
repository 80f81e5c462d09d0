"""Reports of extra steps join the evidence: pinned like the others, named by the pipeline definition."""

import json
from dataclasses import replace

import pytest
from modelgate.contracts.results import Verdict
from modelgate.errors import BindingError, InfrastructureError
from modelgate.steps.arguments import Arguments

from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.policies_made_up import changed, check_of
from tests.unit.steps.test_sample_defects_in_steps import argv
from tests.unit.steps.world import STORE, World

PENDING = "PendingManualApproval"
STRESS = replace(check_of("auc"), id="auc-under-stress", kind="metric", report="Extra.stress-test")


def stress(auc: float) -> bytes:
    """A report of an extra step, in the form of model quality."""
    return json.dumps(made_up.quality(auc=auc)).encode()


@pytest.mark.parametrize(("auc", "status"), [(0.75, "Approved"), (0.5, "Rejected")])
def test_an_extra_report_is_judged_and_pinned(world: World, auc: float, status: str) -> None:
    """A policy's check on it decides like any other; the record names the version that was read."""
    world.pin_policies(changed(checks=(STRESS,)))
    version_id = world.report("stress-test", stress(auc))
    arn = world.register()

    assert world.run(arn) == status
    (extra,) = (a for a in world.record(arn).subject.artifacts if a.name == "Extra.stress-test")
    assert (extra.stored_uri, extra.version_id) == (
        f"s3://{STORE}/executions/run1/reports/stress-test/report.json",
        version_id,
    )
    assert extra.digest
    assert extra.size
    assert extra.arrived_at


def test_a_clarify_report_of_an_extra_step_is_read_by_its_sections(world: World) -> None:
    """What it is shows in what it holds."""
    world.report("fairness", json.dumps(made_up.bias()).encode())
    subject = world.check(world.register()).subject

    assert subject is not None
    assert {fact.section for fact in subject.facts if fact.artifact == "Extra.fairness"} == {"post_training"}


def test_a_missing_extra_report_is_trouble_and_no_rejection(world: World) -> None:
    """Its step has succeeded, so the team can do nothing about it."""
    world.report("stress-test", stress(0.8), execution="another")
    arn = world.register()

    with pytest.raises(InfrastructureError, match=r"the extra step of Extra\.stress-test succeeded and left no s3://"):
        world.check(arn)
    assert world.status(arn) == PENDING


@pytest.mark.parametrize("body", [b"{", b"[]", b" " * 20_000_000], ids=["broken", "no report", "too large"])
def test_an_extra_report_that_cannot_be_read_is_refused_with_the_reason(world: World, body: bytes) -> None:
    """Nothing is approved on evidence that says nothing."""
    world.report("stress-test", body)
    report = world.check(world.register())

    assert report.judgement is not None
    assert report.judgement.verdict is Verdict.REJECT
    assert "Extra.stress-test is refused: " in report.judgement.reasons[0]


def test_an_extra_report_replaced_after_the_check_changes_nothing(world: World) -> None:
    """Versions are read."""
    world.report("stress-test", stress(0.8))
    arn = world.register()
    report = world.check(arn)
    world.report("stress-test", b"{}")

    world.update(arn, report)

    assert world.status(arn) == "Approved"


def test_an_extra_report_that_is_gone_or_another_is_refused(world: World) -> None:
    """The version that was judged must still be there, and be what was judged."""
    version_id = world.report("stress-test", stress(0.8))
    arn = world.register()
    report = world.check(arn)
    assert report.subject is not None
    *others, extra = report.subject.artifacts
    edits = {"digest": "sha256:" + "9" * 64, "size": 1, "arrived_at": "2020-01-01T00:00:00+00:00"}
    for field, value in edits.items():
        artifacts = (*others, replace(extra, **{field: value}))  # type: ignore[arg-type]
        forged = replace(report, subject=replace(report.subject, artifacts=artifacts))
        with pytest.raises(BindingError, match=r"Extra\.stress-test|judgement"):
            world.update(arn, forged)
    world.s3.delete_object(Bucket=STORE, Key="executions/run1/reports/stress-test/report.json", VersionId=version_id)
    with pytest.raises(BindingError, match="is gone; the evidence of a decision must stay"):
        world.update(arn, report)


def test_a_report_of_a_step_that_the_definition_does_not_name_is_refused(world: World) -> None:
    """And so is a check report that leaves out one that it does."""
    world.report("stress-test", stress(0.8))
    arn = world.register()
    report = world.check(arn)
    world.extra = ()
    with pytest.raises(BindingError, match="artifacts is"):
        world.update(arn, report)
    without = world.check(arn)
    world.extra = ("stress-test",)
    with pytest.raises(BindingError, match="artifacts is"):
        world.update(arn, without)


def test_the_names_of_extra_reports_come_in_the_order_of_the_definition(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeatable, and nothing that could be another key."""
    monkeypatch.delenv("MODELGATE_RUNTIME", raising=False)
    more = ["--extra-report", "stress-test", "--extra-report", "canary"]

    assert Arguments.parse("check", "", [*argv(), *more]).extra_reports == ("stress-test", "canary")
    assert Arguments.parse("check", "", argv()).extra_reports == ()


@pytest.mark.parametrize("names", [["Stress"], ["a/b"], [".."], [""], ["one", "one"]])
def test_a_name_that_is_no_extra_reports_is_refused(names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """It becomes part of a key and of a report's name."""
    monkeypatch.delenv("MODELGATE_RUNTIME", raising=False)
    more = [part for name in names for part in ("--extra-report", name)]

    with pytest.raises(BindingError, match="each name once"):
        Arguments.parse("check", "", [*argv(), *more])
