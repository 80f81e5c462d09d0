"""``break-glass``: on record before it is done, by two people, with a reason."""

import pytest
from modelgate.errors import InfrastructureError
from modelgate.evidence.break_glass import BreakGlass

from tests.unit.cli.running import Ran, run
from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.world import EVIDENCE, World

WORDS = ("--status", "Approved", "--reason", "an outage", "--second-person", "grace")


@pytest.fixture
def rejected(world: World) -> str:
    """A package that the gate has rejected."""
    arn = world.register(reports={"quality.json": made_up.quality(auc=0.1)})
    assert world.run(arn) == "Rejected"
    return arn


def records(world: World) -> list[BreakGlass]:
    """Every use on record."""
    listed = world.s3.list_objects_v2(Bucket=EVIDENCE, Prefix="break-glass/loan-approval/1/").get("Contents", [])
    return [
        BreakGlass.from_json(world.s3.get_object(Bucket=EVIDENCE, Key=found["Key"])["Body"].read()) for found in listed
    ]


def test_the_use_is_recorded_and_the_status_set(rejected: str, world: World) -> None:
    """Who, with whom, why; and the registry names the record."""
    ran = run("break-glass", rejected, *WORDS, "--yes", "--json")

    (note,) = records(world)
    assert ran.code == 0
    assert (note.opened_by, note.second_person, note.reason, note.status) == (
        ran.document["opened_by"],
        "grace",
        "an outage",
        "Approved",
    )
    assert note.registration == world.record(rejected).subject.registration
    assert world.status(rejected) == "Approved"
    assert world.told(rejected) == (
        f"Approved by break-glass of {note.opened_by} with grace: an outage. Evidence: {ran.document['record']}"
    )
    assert world.registry.packages[rejected]["CustomerMetadataProperties"]["modelgate-verdict"] == "break-glass"


def test_it_is_proved_as_what_it_is_and_deployed_only_where_that_is_accepted(rejected: str) -> None:
    """No decision, and no secret either."""
    run("break-glass", rejected, *WORDS, "--yes")

    assert run("deployable", rejected, "--json").document["proof"] == "break_glass"
    assert run("deployable", rejected).code == 1
    assert run("deployable", rejected, "--accept", "break-glass").code == 0


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--status", "Approved", "--reason", " ", "--second-person", "grace"), 2, "say it in 1 to"),
        (("--status", "Approved", "--reason", "x" * 1001, "--second-person", "grace"), 2, "say it in 1 to"),
        (("--status", "Approved", "--second-person", "grace"), 2, "Missing option"),
        (("--status", "Approved", "--reason", "r"), 2, "Missing option"),
        (("--status", "Approved", "--reason", "r", "--second-person", " "), 2, "say it in 1 to"),
        (("--status", "PendingManualApproval", "--reason", "r", "--second-person", "grace"), 2, "is not one of"),
        (("--status", "Approved", "--reason", "r", "--second-person", "MOTO"), 1, "cannot be the second person"),
    ],
    ids=["no reason", "a novel", "reason left out", "second person left out", "nobody", "pending", "oneself"],
)
def test_without_two_people_and_a_reason_nothing_is_written(
    rejected: str, world: World, words: tuple[str, ...], code: int, says: str
) -> None:
    """Neither the record nor the status."""
    ran = run("break-glass", rejected, *words, "--yes")

    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err
    assert (records(world), world.status(rejected)) == ([], "Rejected")


def test_without_the_record_the_status_is_not_set(rejected: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The evidence store refuses: then it is not done."""

    def refuse(*_: object, **__: object) -> bytes:
        raise InfrastructureError("AccessDenied")

    monkeypatch.setattr("modelgate.aws.break_glass.write_once", refuse)

    assert run("break-glass", rejected, *WORDS, "--yes").code == 4
    assert world.status(rejected) == "Rejected"


def test_a_status_that_could_not_be_set_is_told_with_the_record(
    rejected: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record stays, and says what was tried."""

    def refuse(*_: object) -> None:
        raise InfrastructureError("updating failed: AccessDenied")

    monkeypatch.setattr("modelgate.cli.break_glass.write_status", refuse)

    ran = run("break-glass", rejected, *WORDS, "--yes")

    assert ran.code == 4
    assert "recorded at s3://gate-evidence/break-glass/loan-approval/1/" in ran.err
    assert (len(records(world)), world.status(rejected)) == (1, "Rejected")


@pytest.mark.parametrize(("answer", "uses"), [("y\n", 1), ("n\n", 0), ("", 0)])
def test_on_a_terminal_it_asks(
    rejected: str, world: World, monkeypatch: pytest.MonkeyPatch, answer: str, uses: int
) -> None:
    """Only a yes writes."""
    monkeypatch.setattr("modelgate.cli.asking.is_terminal", lambda: True)

    ran = run("break-glass", rejected, *WORDS, answer=answer)

    assert "past the gate: loan-approval version 1, which is Rejected?" in ran.err
    assert len(records(world)) == uses


def test_a_script_must_say_yes(rejected: str, world: World) -> None:
    """Nobody is asked there."""
    ran: Ran = run("break-glass", rejected, *WORDS)

    assert (ran.code, records(world)) == (2, [])


def test_each_use_is_a_record_of_its_own(rejected: str, world: World) -> None:
    """Done and undone, both stay."""
    run("break-glass", rejected, *WORDS, "--yes")
    run("break-glass", rejected, "--status", "Rejected", "--reason", "it is over", "--second-person", "bo", "--yes")

    assert sorted(note.status for note in records(world)) == ["Approved", "Rejected"]
    assert world.status(rejected) == "Rejected"
