"""What the tests of this folder share: the accounts, and queues to look into."""

import io
import json
import time
import zipfile
from collections.abc import Callable
from typing import Any

GOVERNANCE, LENDING, INSURANCE = "222222222222", "333333333333", "444444444444"
Client = Callable[..., Any]


def receive(sqs: Any, url: str, *, count: int = 1, seconds: float = 10.0) -> list[dict[str, Any]]:
    """Return the JSON bodies of *count* messages, or of those that came within *seconds*."""
    bodies: list[dict[str, Any]] = []
    deadline = time.monotonic() + seconds
    while len(bodies) < count and time.monotonic() < deadline:
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            bodies.append(json.loads(message["Body"]))
    return bodies


def queue(sqs: Any, name: str, attributes: dict[str, str] | None = None) -> tuple[str, str]:
    """Create a queue that rules may write to; return its URL and ARN."""
    allow = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{**allow, "Resource": "*"}]})
    url = sqs.create_queue(QueueName=name, Attributes={"Policy": policy, **(attributes or {})})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return url, arn


def deploy(client: Client, name: str, files: dict[str, str], role: str | None = None) -> None:
    """Create a function from *files*, with handler.handler as its entry."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        for path, text in files.items():
            zipped.writestr(path, text)
    client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="handler.handler",
        Role=role or f"arn:aws:iam::{GOVERNANCE}:role/{name}",
        Timeout=30,
        Code={"ZipFile": archive.getvalue()},
    )
