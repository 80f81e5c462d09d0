"""A batch: each message done, put aside with a reason, or answered as failed."""

import io
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from aws_lambda_powertools import Logger, Metrics
from modelgate.contracts.messages import Message
from modelgate.errors import InfrastructureError

from lambdas.intake import Intake, Outcome
from tests.unit.lambdas.world import World, package_arn, registered_event


def batch(*bodies: str) -> dict[str, Any]:
    """An SQS event; message ids are m0, m1 and so on."""
    return {
        "Records": [
            {
                "messageId": f"m{number}",
                "body": body,
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
            }
            for number, body in enumerate(bodies)
        ]
    }


def take_in(
    world: World, work: Callable[[Message], Outcome], *bodies: str, log: io.StringIO | None = None
) -> list[str]:
    """Run a batch; the ids of the messages that shall come again."""
    intake = Intake(
        work=work,
        sqs=world.sqs,
        dead_letter_queue_url=world.dead_letter_queue_url,
        logger=Logger(service=f"test-{uuid.uuid4()}", stream=log or io.StringIO()),
        metrics=Metrics(namespace="modelgate", service="test"),
    )
    answer = intake.take_in(batch(*bodies), None)  # type: ignore[arg-type]
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def done(_: Message) -> Outcome:
    return Outcome(action="Done")


GOOD = registered_event(package_arn())
MALFORMED = {
    "not-json": "{",
    "json-without-an-object": "[]",
    "deep": "[" * 100_000,
    "huge-number": '{"source": ' + "9" * 5000 + "}",
    "nothing": "{}",
    "other-event": json.dumps({"source": "aws.ec2", "detail-type": "EC2 Instance State-change Notification"}),
    "other-schema": json.dumps({"schema": "modelgate/approval-request/v2"}),
    "no-detail": json.dumps({"source": "aws.s3", "detail-type": "Object Created", "account": "1"}),
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_message_is_put_aside_at_first_sight_with_its_reason(world: World, body: str) -> None:
    """It counts as handled, and nothing is retried; the reason stands beside the unchanged body."""
    assert take_in(world, done, body) == []

    ((aside, reason),) = world.dead_letters()
    assert aside == body
    assert reason
    assert reason.isascii()


def test_the_rest_of_a_batch_is_processed(world: World) -> None:
    """One malformed and one failing message take nothing from the others."""
    seen: list[str] = []

    def work(message: Message) -> Outcome:
        seen.append(type(message).__name__)
        if len(seen) == 1:
            raise InfrastructureError("S3 is away")
        return Outcome(action="Done")

    failed = take_in(world, work, GOOD, "{", GOOD)

    assert failed == ["m0"]
    assert len(seen) == 2
    assert len(world.dead_letters()) == 1


def test_a_batch_that_fails_as_a_whole_is_answered_message_by_message(world: World) -> None:
    """Every message keeps its own receive count."""

    def work(_: Message) -> Outcome:
        raise InfrastructureError("S3 is away")

    assert take_in(world, work, GOOD, GOOD) == ["m0", "m1"]


def test_a_message_that_cannot_be_put_aside_stays(world: World) -> None:
    """While the dead-letter queue is away, a malformed message is retried, never dropped."""
    world.sqs.delete_queue(QueueUrl=world.dead_letter_queue_url)

    assert take_in(world, done, "{") == ["m0"]


def test_each_message_leaves_one_structured_line(world: World) -> None:
    """The line names action and details; a forged line break in the details stays inside it."""

    def work(_: Message) -> Outcome:
        return Outcome(action="Done", details={"model_package_arn": "a\nforged"})

    log = io.StringIO()
    take_in(world, work, GOOD, log=log)

    (line,) = log.getvalue().splitlines()
    assert (json.loads(line)["message"], json.loads(line)["model_package_arn"]) == ("Done", "a\nforged")
