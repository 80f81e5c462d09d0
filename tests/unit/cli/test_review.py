"""``review`` and ``reevaluate``: a person's word, and another look."""

import json

import boto3
import pytest
from modelgate.contracts.messages import ApprovalRequest, parse_message
from modelgate.contracts.review import ReviewRecord

from tests.unit.cli.running import Ran, run
from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.world import EVIDENCE, World


@pytest.fixture
def held(world: World) -> str:
    """A package whose group's tier leaves the last word to people."""
    world.pin_gate({"policy": "credit"}, risk_tier="high")
    arn = world.register()
    world.run(arn)
    return arn


def review(arn: str, *words: str, answer: str | None = None) -> Ran:
    """Review *arn*."""
    return run("review", arn, *words, answer=answer)


def written(world: World) -> list[str]:
    """Every review in the evidence store."""
    listed = world.s3.list_objects_v2(Bucket=EVIDENCE, Prefix="reviews/")
    return [found["Key"] for found in listed.get("Contents", [])]


def test_an_approval_is_written_under_the_reviewers_name_and_applied_by_the_next_run(held: str, world: World) -> None:
    """From the command to the status: the pipeline, not the person, writes that."""
    ran = review(held, "--approve", "--reason", "  I have looked at the slices.  ", "--yes")
    (key,) = written(world)
    record = ReviewRecord.from_json(world.s3.get_object(Bucket=EVIDENCE, Key=key)["Body"].read())

    assert ran.code == 0
    assert "the pipeline runs again by itself" in ran.out
    assert key.startswith("reviews/loan-approval/1/run1/")
    assert (record.reason, record.basis) == ("I have looked at the slices.", world.record(held).judgement.basis)
    assert world.status(held) == "PendingManualApproval"
    assert world.run(held, "run2") == "Approved"


def test_a_rejection_is_applied_too(held: str, world: World) -> None:
    """A refusal needs a reason as well."""
    document = review(held, "--reject", "--reason", "the data is old", "--yes", "--json").document

    assert sorted(document) == ["decision_id", "review", "reviewer", "verdict"]
    assert document["verdict"] == "reject"
    assert world.run(held, "run2") == "Rejected"


def test_the_decision_is_shown_before_anything_is_written(held: str) -> None:
    """Nobody reviews what they have not seen."""
    out = review(held, "--approve", "--reason", "r", "--yes").out

    assert "was held for people" in out
    assert out.index("was held for people") < out.index("written:")


def test_without_a_terminal_yes_must_be_said(held: str, world: World) -> None:
    """A script that forgot it writes nothing; nor does one that asks for JSON."""
    ran = review(held, "--approve", "--reason", "r")

    assert ran.code == 2
    assert "nobody can be asked here; give --yes" in ran.err
    assert review(held, "--approve", "--reason", "r", "--json").code == 2
    assert written(world) == []


@pytest.mark.parametrize(("answer", "code", "reviews"), [("y\n", 0, 1), ("n\n", 1, 0), ("\n", 1, 0), ("", 130, 0)])
def test_on_a_terminal_it_asks(
    held: str, world: World, monkeypatch: pytest.MonkeyPatch, answer: str, code: int, reviews: int
) -> None:
    """Only a yes writes; the end of input is no answer."""
    monkeypatch.setattr("modelgate.cli.asking.is_terminal", lambda: True)

    ran = review(held, "--approve", "--reason", "r", answer=answer)

    assert (ran.code, len(written(world))) == (code, reviews)
    assert "approve loan-approval version 1?" in ran.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--approve", "--reason", " "), "why"),
        (("--approve", "--reason", "x" * 1001), "why"),
        (("--approve",), "Missing option"),
        (("--reason", "r"), "give one of the two"),
        (("--approve", "--reject", "--reason", "r"), "give one of the two"),
    ],
)
def test_a_review_needs_a_verdict_and_a_reason(held: str, world: World, words: tuple[str, ...], says: str) -> None:
    """Both are asked for before AWS is."""
    ran = review(held, *words, "--yes")

    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert written(world) == []


def test_what_is_not_held_is_not_reviewed(world: World) -> None:
    """A verdict that stands is not a question."""
    rejected = world.register(reports={"quality.json": made_up.quality(auc=0.4)})
    world.run(rejected)

    ran = review(rejected, "--approve", "--reason", "r", "--yes")

    assert ran.code == 1
    assert "is rejected; only a held package waits for a review" in ran.err


def test_missing_evidence_cannot_be_approved_away(world: World) -> None:
    """But it can be refused."""
    arn = world.register(late=("bias.json",))
    world.run(arn)

    approving = review(arn, "--approve", "--reason", "r", "--yes")
    rejecting = review(arn, "--reject", "--reason", "r", "--yes")

    assert approving.code == 1
    assert "cannot be approved by a review: evidence has not arrived" in approving.err
    assert rejecting.code == 0


def test_a_package_that_was_decided_meanwhile_is_not_reviewed(held: str, world: World) -> None:
    """The registry is asked, not only the record."""
    world.registry.packages[held]["ModelApprovalStatus"] = "Approved"

    ran = review(held, "--reject", "--reason", "r", "--yes")

    assert ran.code == 1
    assert "is Approved already" in ran.err
    assert written(world) == []


def test_a_review_is_never_changed(held: str, world: World) -> None:
    """The first word of a person on a decision stands."""
    assert review(held, "--approve", "--reason", "r", "--yes").code == 0

    second = review(held, "--reject", "--reason", "r", "--yes")

    assert second.code == 1
    assert "has reviewed loan-approval/1/run1 already" in second.err
    assert len(written(world)) == 1


def queued(url: str) -> list[dict[str, str]]:
    """The messages in the start queue."""
    messages = boto3.client("sqs", region_name="eu-west-1").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in messages.get("Messages", [])]


def test_a_request_for_another_look_is_one_that_the_starter_reads(held: str) -> None:
    """The queue is found by its name; each call is a change of its own, so none is taken for a duplicate."""
    url = boto3.client("sqs", region_name="eu-west-1").create_queue(QueueName="acme-start-approval")["QueueUrl"]

    runs = [run("reevaluate", held, "--prefix", "acme", "--json") for _ in range(2)]
    bodies = queued(url)

    assert [ran.code for ran in runs] == [0, 0]
    requests = [parse_message(json.dumps(body)) for body in bodies]
    assert all(isinstance(request, ApprovalRequest) and str(request.arn) == held for request in requests)
    assert {body["change"] for body in bodies} == {ran.document["change"] for ran in runs}
    assert len({body["change"] for body in bodies}) == 2
    assert all("reevaluate" in body["change"] and "arn:aws:" in body["change"] for body in bodies)


def test_a_decided_package_is_not_judged_again(world: World) -> None:
    """Unless its group's verdicts are only recorded."""
    url = boto3.client("sqs", region_name="eu-west-1").create_queue(QueueName="q")["QueueUrl"]
    arn = world.register()
    world.run(arn)
    refused = run("reevaluate", arn, "--start-queue-url", url)
    world.pin_gate({"policy": "credit"}, mode="shadow")
    world.run(arn, "run2")
    asked = run("reevaluate", arn, "--start-queue-url", url)

    assert refused.code == 1
    assert "is Approved already" in refused.err
    assert (asked.code, len(queued(url))) == (0, 1)


def test_a_queue_that_is_not_there_is_trouble_with_aws(held: str) -> None:
    """And one that nothing names is wrong usage."""
    assert run("reevaluate", held, "--prefix", "acme").code == 4
    assert run("reevaluate", held).code == 2
