"""The time that a judgement counts from, when evidence arrived, and what the team said: all of it is verified."""

from dataclasses import replace

import pytest
from modelgate.errors import BindingError

from tests.unit.steps.world import World

PENDING = "PendingManualApproval"


def test_a_judgement_counts_from_the_clock_of_the_check(world: World) -> None:
    """One reading, for ages, for waivers and for the report itself."""
    report = world.check(world.register())

    assert report.subject is not None
    assert report.subject.as_of == report.checked_at == world.time.isoformat()


@pytest.mark.parametrize(
    ("passed", "accepted"),
    [({"days": 6}, True), ({"days": 8}, False), ({"minutes": -4}, True), ({"minutes": -6}, False)],
)
def test_a_judgement_of_another_time_is_refused(world: World, passed: dict[str, float], *, accepted: bool) -> None:
    """A report kept for a better day, or one from the future, would count waivers and ages from the wrong time."""
    arn = world.register()
    report = world.check(arn)
    world.later(**passed)

    if accepted:
        world.update(arn, report)
    else:
        with pytest.raises(BindingError, match="have the package judged again"):
            world.update(arn, report)
    assert world.status(arn) == ("Approved" if accepted else PENDING)


@pytest.mark.parametrize("as_of", ["2026-01-01T00:00:00+00:00", "yesterday"])
def test_a_judgement_as_of_another_time_than_its_check_is_refused(world: World, as_of: str) -> None:
    """Two times in one report: one of them is wrong."""
    arn = world.register()
    report = world.check(arn)
    assert report.subject is not None
    forged = replace(report, subject=replace(report.subject, as_of=as_of))

    with pytest.raises(BindingError, match="but was made at"):
        world.update(arn, forged)
    with pytest.raises(BindingError):
        world.update(arn, replace(forged, checked_at=as_of))


def test_each_pin_carries_the_arrival_of_its_copy(world: World) -> None:
    """By the store's clock, never by a time that evidence gives for itself."""
    report = world.check(world.register())

    assert report.subject is not None
    for artifact in report.subject.artifacts:
        key = str(artifact.stored_uri).partition("gate-artifacts/")[2]
        head = world.s3.head_object(Bucket="gate-artifacts", Key=key, VersionId=artifact.version_id or "")
        assert artifact.arrived_at == head["LastModified"].isoformat()


def test_evidence_made_younger_is_refused(world: World) -> None:
    """A forged arrival would pass a limit on age."""
    arn = world.register()
    report = world.check(arn)
    assert report.subject is not None
    first, *others = report.subject.artifacts
    younger = replace(first, arrived_at="2099-01-01T00:00:00+00:00")
    forged = replace(report, subject=replace(report.subject, artifacts=(younger, *others)))

    with pytest.raises(BindingError, match=r"Model\.0 .* arrived at .*, judged was 2099"):
        world.update(arn, forged)


def test_a_teams_metadata_is_part_of_what_is_judged_and_ours_is_not(world: World) -> None:
    """A policy may select by it; our own words of an earlier run must not."""
    arn = world.register(metadata={"product": "cards", "modelgate-verdict": "held"})
    report = world.check(arn)

    assert report.subject is not None
    assert report.subject.metadata == {"product": "cards"}
    forged = replace(report, subject=replace(report.subject, metadata={"product": "loans"}))
    with pytest.raises(BindingError, match="metadata is"):
        world.update(arn, forged)


@pytest.mark.parametrize("mode", ["enforce", "shadow"])
@pytest.mark.parametrize(("tags", "counted"), [({}, 1), ({"policy": "credit"}, 0)])
def test_a_package_without_one_policy_is_counted(world: World, mode: str, tags: dict[str, str], counted: int) -> None:
    """Held, an alarm waits for the count: nobody looks at a group that no policy governs otherwise."""
    world.pin_gate(tags, mode=mode)
    world.run(world.register())

    assert world.cloudwatch.counted == [("modelgate", "PackagesWithoutPolicy")] * counted
