"""Events a rule cannot deliver end in the dead-letter queue of its target, with the reason."""

import io
import json
import zipfile
from typing import Any

import pytest
from ministack_probe import GOVERNANCE, LENDING, Client, queue

pytestmark = pytest.mark.embedded

FOREIGN_BUS = f"arn:aws:events:eu-west-1:{GOVERNANCE}:event-bus/default"
ROLE = f"arn:aws:iam::{LENDING}:role/forwarder"


def put(client: Client, name: str, target: dict[str, Any]) -> None:
    """Route the source *name* of the lending account to *target* and publish one event of it."""
    events = client("events", LENDING)
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    events.put_targets(Rule=name, Targets=[{"Id": "target", **target}])
    events.put_events(Entries=[{"Source": name, "DetailType": "x", "Detail": '{"key": "model"}'}])


def dead_letter(client: Client, url: str) -> tuple[str, str]:
    """Return the key in the set-aside event, and the code of the refusal."""
    answer = client("sqs", LENDING).receive_message(QueueUrl=url, MessageAttributeNames=["All"], WaitTimeSeconds=5)
    [message] = answer["Messages"]
    code = message["MessageAttributes"]["ERROR_CODE"]["StringValue"]
    return json.loads(message["Body"])["detail"]["key"], code


def test_event_a_foreign_bus_refuses_is_set_aside(client: Client) -> None:
    """Without a policy of the other account's bus the event is dead-lettered with NO_PERMISSIONS."""
    url, arn = queue(client("sqs", LENDING), "refused-by-bus")

    put(client, "to-bus", {"Arn": FOREIGN_BUS, "RoleArn": ROLE, "DeadLetterConfig": {"Arn": arn}})

    assert dead_letter(client, url) == ("model", "NO_PERMISSIONS")


def test_event_a_queue_refuses_is_set_aside(client: Client) -> None:
    """A queue whose policy does not name the rule takes nothing from it."""
    url, arn = queue(client("sqs", LENDING), "refused-by-queue")
    closed_url, closed = queue(client("sqs", LENDING), "closed", {"Policy": ""})

    put(client, "to-queue", {"Arn": closed, "DeadLetterConfig": {"Arn": arn}})

    assert dead_letter(client, url) == ("model", "NO_PERMISSIONS")
    assert "Messages" not in client("sqs", LENDING).receive_message(QueueUrl=closed_url)


def test_event_for_a_missing_function_is_set_aside(client: Client) -> None:
    """A target that is gone is NO_RESOURCE."""
    url, arn = queue(client("sqs", LENDING), "no-function")
    missing = f"arn:aws:lambda:eu-west-1:{LENDING}:function:missing"

    put(client, "to-function", {"Arn": missing, "DeadLetterConfig": {"Arn": arn}})

    assert dead_letter(client, url) == ("model", "NO_RESOURCE")


def test_event_a_function_refuses_is_set_aside(client: Client) -> None:
    """Without a permission for the rule, a function is not invoked; nothing is tried again."""
    url, arn = queue(client("sqs", LENDING), "refused-by-function")
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as zipped:
        zipped.writestr("handler.py", "def handler(event, context):\n    return None\n")
    created = client("lambda", LENDING).create_function(
        FunctionName="closed",
        Runtime="python3.13",
        Handler="handler.handler",
        Role=ROLE,
        Code={"ZipFile": code.getvalue()},
    )

    put(client, "to-closed-function", {"Arn": created["FunctionArn"], "DeadLetterConfig": {"Arn": arn}})

    assert dead_letter(client, url) == ("model", "NO_PERMISSIONS")


def test_queue_that_names_the_rule_takes_its_events(client: Client) -> None:
    """A policy with aws:SourceArn lets exactly that rule in."""
    allow = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"}
    allow |= {"Resource": "*"}
    rule = f"arn:aws:events:eu-west-1:{LENDING}:rule/named"
    statement = {**allow, "Condition": {"ArnEquals": {"aws:SourceArn": [rule]}}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    url, arn = queue(client("sqs", LENDING), "open-to-one-rule", {"Policy": policy})

    put(client, "other", {"Arn": arn})
    put(client, "named", {"Arn": arn})

    answer = client("sqs", LENDING).receive_message(QueueUrl=url, WaitTimeSeconds=5, MaxNumberOfMessages=10)
    assert [json.loads(message["Body"])["source"] for message in answer["Messages"]] == ["named"]
