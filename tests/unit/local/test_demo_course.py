"""The demo watches, registers what comes after, and answers what waits for people; here without any platform."""

import io
from collections.abc import Iterable, Mapping
from typing import Any, cast

import pytest
from modelgate.contracts.results import Verdict

from deploy.progress import Progress
from examples.loan_approval.files import PackageFiles
from examples.loan_approval.scenario import Expected, Scenario, Then
from examples.loan_approval.scenarios import SCENARIOS
from local.demo import course as courses
from local.demo.course import Course
from local.demo.governance import Governance, ReviewError
from local.demo.registrations import Registered, Teams
from local.demo.watch import Awaited, arrivals, verdict_of

HELD, APPROVED, REJECTED, SHADOW = "held", "Approved", "Rejected", "shadow-reject"


class Registry:
    """A registry in which each package has its verdict after so many looks."""

    def __init__(self, verdicts: Mapping[str, Iterable[str | None]]) -> None:
        self.verdicts = {arn: list(turns) for arn, turns in verdicts.items()}

    def describe_model_package(self, *, ModelPackageName: str) -> dict[str, Any]:  # noqa: N803 as boto3 has it
        """The package as it is now; the last turn stays."""
        turns = self.verdicts[ModelPackageName]
        said = turns.pop(0) if len(turns) > 1 else turns[0]
        status = said if said in (APPROVED, REJECTED) else "PendingManualApproval"
        metadata = {"modelgate-verdict": said.lower(), "modelgate-evidence-uri": "s3://e/r"} if said else {}
        return {
            "ModelApprovalStatus": status,
            "ApprovalDescription": f"{said}: because" if said not in (None, SHADOW) else "",
            "CustomerMetadataProperties": metadata,
        }


class People:
    """Teams and governance that only remember what they were asked."""

    def __init__(self) -> None:
        self.did: list[str] = []
        self.refusal = ""

    def register(self, scenario: Scenario, files: Mapping[str, PackageFiles]) -> Registered:
        """Register."""
        self.did.append(f"register {scenario.name}")
        return Registered(arn=scenario.name, scenario=scenario, at=0.0)

    def upload_late(self, package: Registered, files: Mapping[str, PackageFiles]) -> float:
        """Upload."""
        self.did.append(f"upload {package.arn}")
        return 1.0

    def approve(self, arn: str) -> None:
        """Review."""
        self.did.append(f"review {arn}")
        if self.refusal:
            raise ReviewError(self.refusal)

    def record(self, address: str) -> Any:
        """A record whose only result is a custom check's."""

        class Record:
            description = "Shadow, not applied: Rejected by policy x"

            class judgement:  # noqa: N801 - stands for an attribute
                verdict = Verdict.REJECT
                results = (type("Result", (), {"sentence": "saving: saving = 0.2, at least 0.1"}),)

        return Record


def scenario(name: str, expected: Expected = Expected.APPROVED, **changes: Any) -> Scenario:
    """A scenario of one group."""
    return Scenario(
        name=name, product="lending", group="g", variant="good", shows="something", expected=expected, **changes
    )


@pytest.fixture
def people() -> People:
    """Whoever acts."""
    return People()


def ran(
    people: People, scenarios: tuple[Scenario, ...], verdicts: Mapping[str, Iterable[str | None]], monkeypatch: Any
) -> dict[tuple[str, str], str]:
    """Run a course to its end; return each row's verdict, or what is wrong with it, by package and story."""
    monkeypatch.setattr(courses, "SCENARIOS", scenarios)
    monkeypatch.setattr("local.demo.watch.POLL_SECONDS", 0.001)
    course = Course(
        teams=cast("Teams", people),
        governance=cast("Governance", people),
        files={},
        progress=Progress(out=io.StringIO()),
    )
    for first in scenarios:
        if first.after is None:
            course.register(first)
    for arn, outcome in arrivals(Registry(verdicts), course.waiting, seconds=0.3):
        course.take(arn, outcome)
    return {(row.package, row.story.partition(" (")[0]): row.verdict for row in course.rows()}


def test_a_scenario_is_registered_when_the_one_before_has_its_verdict(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not before; the rows keep the order of the list."""
    scenarios = (scenario("one"), scenario("two", Expected.REJECTED, after="one"), scenario("other"))

    found = ran(people, scenarios, {"one": [None, APPROVED], "two": [REJECTED], "other": [APPROVED]}, monkeypatch)

    assert people.did == ["register one", "register other", "register two"]
    assert list(found.values()) == ["approved", "rejected", "approved"]


@pytest.mark.parametrize(("then", "did"), [(Then.LATE_REPORT, "upload one"), (Then.REVIEW, "review one")])
def test_a_held_package_is_answered_and_watched_again(
    people: People, monkeypatch: pytest.MonkeyPatch, then: Then, did: str
) -> None:
    """The hold that it had before is no answer; there is a row for each turn."""
    scenarios = (scenario("one", Expected.HELD, reason="because", then=then, then_reason="because"),)

    found = ran(people, scenarios, {"one": [None, HELD, HELD, HELD, APPROVED]}, monkeypatch)

    assert people.did == ["register one", did]
    assert found == {("one", "something"): "held", ("one", then.value): "approved"}


def test_nobody_answers_what_was_not_held(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wrong verdict is shown, and what was to follow has none."""
    scenarios = (scenario("one", Expected.HELD, then=Then.REVIEW),)

    found = ran(people, scenarios, {"one": [REJECTED]}, monkeypatch)

    assert people.did == ["register one"]
    assert list(found.values()) == ["rejected", "no verdict"]


def test_a_review_that_is_refused_ends_in_a_row_without_a_verdict(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The demo goes on with the others and fails in the end."""
    people.refusal = "only a held package waits for a review"
    scenarios = (scenario("one", Expected.HELD, then=Then.REVIEW), scenario("other"))

    found = ran(people, scenarios, {"one": [HELD], "other": [None, APPROVED]}, monkeypatch)

    assert list(found.values()) == ["held", "no verdict", "approved"]


def test_a_verdict_for_another_reason_is_not_the_expected_one(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither where the registry says something else, nor where the record lacks the result."""
    scenarios = (
        scenario("one", reason="by accident"),
        scenario("two", reason="because", proof="saving = 0.2"),
        scenario("three", proof="saving = 0.9"),
    )
    verdicts = {name: [APPROVED] for name in ("one", "two", "three")}

    found = ran(people, scenarios, verdicts, monkeypatch)

    assert list(found.values()) == ["approved, without 'by accident'", "approved", "approved, without 'saving = 0.9'"]


def test_a_shadow_verdict_is_read_from_its_record(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """The registry is told nothing but where the record is."""
    scenarios = (scenario("one", Expected.SHADOW_REJECTED, reason="Shadow, not applied: Rejected"),)

    assert list(ran(people, scenarios, {"one": [SHADOW]}, monkeypatch).values()) == ["shadow-reject"]


def test_packages_without_a_verdict_end_the_watch_and_not_the_demo(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of them, and each that was to come after it, has a row that says so."""
    scenarios = (scenario("one"), scenario("two", after="one"), scenario("other"))

    found = ran(people, scenarios, {"one": [None], "other": [APPROVED]}, monkeypatch)

    assert list(found.values()) == ["no verdict", "no verdict", "approved"]


def test_what_is_put_in_while_watching_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when it was the last that had been waited for."""
    monkeypatch.setattr("local.demo.watch.POLL_SECONDS", 0.001)
    waiting = {"a": Awaited(at=0.0)}
    seen = []
    for arn, _ in arrivals(Registry({"a": [APPROVED], "b": [None, HELD]}), waiting, seconds=0.3):
        seen.append(arn)
        if arn == "a":
            waiting["b"] = Awaited(at=0.0)

    assert (seen, waiting) == (["a", "b"], {})


def test_a_status_speaks_before_the_metadata() -> None:
    """Metadata of a hold stays when a verdict comes; a pending package without metadata has none."""
    metadata = {"modelgate-verdict": "held"}

    assert verdict_of({"ModelApprovalStatus": APPROVED, "CustomerMetadataProperties": metadata}) == "approved"
    assert verdict_of({"ModelApprovalStatus": "PendingManualApproval", "CustomerMetadataProperties": metadata}) == HELD
    assert verdict_of({"ModelApprovalStatus": "PendingManualApproval"}) is None


def test_the_demo_shows_what_it_promises() -> None:
    """One scenario for each, by the words that its row shows."""
    shown = {s.shows for s in SCENARIOS}

    assert {
        "a waiver in force",
        "a waiver that has expired",
        "a tier that people decide",
        "a verdict that is only recorded",
        "evidence that cannot decide",
        "slow erosion: too far from the best",
        "a custom check",
        "a custom check that fails",
    } <= shown
