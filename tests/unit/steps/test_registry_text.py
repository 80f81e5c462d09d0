"""What people read in the registry about each way to a verdict."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from modelgate.contracts.results import Severity
from modelgate.policy.model import Waiver

from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.policies_made_up import changed, check_of, credit, waiver
from tests.unit.steps.world import World

PENDING = "PendingManualApproval"


def judged(world: World, *, auc: float, waivers: Sequence[Waiver] = ()) -> str:
    """What the registry is told about a package with that AUC."""
    world.pin_policies(changed(waivers=tuple(waivers)))
    arn = world.register(reports={"quality.json": made_up.quality(auc=auc)})
    world.run(arn)
    return world.told(arn)


def test_an_approval_says_how_much_passed(world: World) -> None:
    """Results and checks, so that an empty policy would show."""
    told = judged(world, auc=0.8)

    assert told.startswith("Approved by policy credit v1: ")
    assert f" results of {len(credit().checks)} checks passed. Evidence: s3://" in told


def test_an_approval_with_a_waiver_is_never_taken_for_a_plain_one(world: World) -> None:
    """The first words say so, and which exception it was."""
    told = judged(world, auc=0.65, waivers=[waiver()])

    assert told.startswith("Approved with waiver by policy credit v1: ")
    assert "1 of auc waived by auc-2026" in told


@pytest.mark.parametrize(
    "useless", [waiver(expires="2020-12-31"), waiver(floor=0.68), waiver(group="other-group")], ids=lambda w: w.id
)
def test_a_waiver_that_does_not_work_changes_nothing(world: World, useless: Waiver) -> None:
    """Expired, exceeded or another group's: rejected as without it."""
    assert judged(world, auc=0.65, waivers=[useless]).startswith("Rejected by policy credit v1: ")


def test_a_warning_is_mentioned_and_does_not_count_as_passed(world: World) -> None:
    """Recorded for people, without a part in the verdict."""
    strict = replace(check_of("auc"), id="auc-ambition", severity=Severity.WARN)
    assert strict.bound is not None
    world.pin_policies(changed(checks=(replace(strict, bound=replace(strict.bound, min=0.95)),)))
    arn = world.register()
    world.run(arn)

    assert world.told(arn).startswith("Approved by policy credit v1: ")
    assert ", 1 only warned (auc-ambition). Evidence: " in world.told(arn)
