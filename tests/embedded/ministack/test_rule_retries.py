"""A target that fails for a while is tried again; what it never takes ends in the dead-letter queue with the reason."""

import json
import urllib.request
from typing import Any

import boto3
import pytest
from botocore.config import Config
from ministack_probe import GOVERNANCE, Client, deploy, queue, receive

from local.instance import Instance

pytestmark = pytest.mark.embedded

FAILS_TWICE = """
import boto3
def handler(event, context):
    sqs, url = boto3.client("sqs"), event["detail"]["url"]
    sqs.send_message(QueueUrl=url, MessageBody='{"attempt": true}')
    raise RuntimeError("not yet")
"""


def fail(ministack: Instance, target: str, times: int) -> None:
    """Have the next deliveries to *target* fail."""
    request = urllib.request.Request(  # noqa: S310 - our own loopback
        f"{ministack.aws_url}/_modelgate/target-faults",
        json.dumps({"target_arn": target, "times": times}).encode(),
        {"content-type": "application/json", "x-modelgate-emit": "1"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own loopback
        assert answer.status == 200


def publish(client: Client, name: str, target: dict[str, Any], detail: dict[str, str]) -> None:
    """Route the source *name* to *target* and publish one event of it."""
    events: Any = boto3.client(
        "events",
        endpoint_url=client("events").meta.endpoint_url,
        region_name="eu-west-1",
        aws_access_key_id=GOVERNANCE,
        aws_secret_access_key="test",
        config=Config(parameter_validation=False),  # AWS knows no age below a minute
    )
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    events.put_targets(Rule=name, Targets=[{"Id": "target", **target}])
    events.put_events(Entries=[{"Source": name, "DetailType": "x", "Detail": json.dumps(detail)}])


def set_aside(client: Client, url: str) -> dict[str, str]:
    """Return the attributes of the one dead letter."""
    answer = client("sqs").receive_message(QueueUrl=url, MessageAttributeNames=["All"], WaitTimeSeconds=10)
    [message] = answer["Messages"]
    return {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}


def test_event_comes_once_its_target_works_again(client: Client, ministack: Instance) -> None:
    """Two failures within the policy: the event arrives once, and nothing is set aside."""
    url, arn = queue(client("sqs"), "works-again")
    aside_url, aside = queue(client("sqs"), "works-again-dlq")
    fail(ministack, arn, times=2)

    publish(client, "retried", {"Arn": arn, "DeadLetterConfig": {"Arn": aside}}, {"key": "model"})

    assert [body["detail"] for body in receive(client("sqs"), url, count=2, seconds=4)] == [{"key": "model"}]
    assert receive(client("sqs"), aside_url, seconds=0.5) == []


def test_event_is_set_aside_when_its_attempts_run_out(client: Client, ministack: Instance) -> None:
    """MaximumRetryAttempts counts what comes after the first try."""
    url, arn = queue(client("sqs"), "never-works")
    aside_url, aside = queue(client("sqs"), "never-works-dlq")
    fail(ministack, arn, times=3)
    policy = {"MaximumRetryAttempts": 2}

    publish(client, "given-up", {"Arn": arn, "DeadLetterConfig": {"Arn": aside}, "RetryPolicy": policy}, {"key": "m"})

    attributes = set_aside(client, aside_url)
    assert (attributes["RETRY_ATTEMPTS"], attributes["EXHAUSTED_RETRY_CONDITION"]) == ("2", "MaximumRetryAttempts")
    assert attributes["ERROR_CODE"] == "THROTTLING"
    assert receive(client("sqs"), url, seconds=0.5) == []


def test_event_is_set_aside_when_it_is_too_old(client: Client, ministack: Instance) -> None:
    """MaximumEventAgeInSeconds ends the attempts before they are used up."""
    _, arn = queue(client("sqs"), "too-old")
    aside_url, aside = queue(client("sqs"), "too-old-dlq")
    fail(ministack, arn, times=1000)
    policy = {"MaximumRetryAttempts": 185, "MaximumEventAgeInSeconds": 1}

    publish(client, "aged", {"Arn": arn, "DeadLetterConfig": {"Arn": aside}, "RetryPolicy": policy}, {"key": "m"})

    assert set_aside(client, aside_url)["EXHAUSTED_RETRY_CONDITION"] == "MaximumEventAgeInSeconds"
    fail(ministack, arn, times=0)


def test_function_that_fails_is_tried_again_by_lambda(client: Client) -> None:
    """A rule hands over asynchronously: the function's own retries, then its own dead-letter queue."""
    url, _ = queue(client("sqs"), "attempts")
    aside_url, aside = queue(client("sqs"), "function-dlq")
    deploy(client, "fails", {"handler.py": FAILS_TWICE})
    client("lambda").update_function_configuration(FunctionName="fails", DeadLetterConfig={"TargetArn": aside})
    client("lambda").add_permission(
        FunctionName="fails", StatementId="rules", Action="lambda:InvokeFunction", Principal="events.amazonaws.com"
    )
    function = f"arn:aws:lambda:eu-west-1:{GOVERNANCE}:function:fails"

    publish(client, "to-failing-function", {"Arn": function}, {"url": url})

    assert len(receive(client("sqs"), aside_url, seconds=30)) == 1
    assert len(receive(client("sqs"), url, count=4, seconds=3)) == 3
