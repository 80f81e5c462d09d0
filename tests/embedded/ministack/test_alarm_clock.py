"""Alarms on queues and functions change state by themselves, each by its own dimensions, and tell the topic."""

import time
from typing import Any

import pytest
from ministack_probe import Client, queue, receive
from modelgate.aws.metrics import NAMESPACE, WITHOUT_POLICY, count_package_without_policy

pytestmark = pytest.mark.embedded


def put_alarm(client: Client, name: str, topic: str) -> None:
    """Alarm when the queue of that name holds a visible message."""
    client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=[{"Name": "QueueName", "Value": name}],
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=[topic],
    )


def state(client: Client, name: str, wanted: str, seconds: float = 15.0) -> str:
    """Return the alarm's state once it is *wanted* or the time is up."""
    deadline = time.monotonic() + seconds
    while True:
        [alarm] = client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
        if alarm["StateValue"] == wanted or time.monotonic() > deadline:
            return str(alarm["StateValue"])
        time.sleep(0.1)


@pytest.fixture
def topic(client: Client) -> tuple[str, str]:
    """Make a topic with a queue behind it; return the topic's ARN and the queue's URL."""
    inbox, arn = queue(client("sqs"), "alarm-inbox")
    topic = client("sns").create_topic(Name="alarms")["TopicArn"]
    client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    return topic, inbox


def test_a_message_in_a_dead_letter_queue_raises_its_alarm_only(client: Client, topic: tuple[str, str]) -> None:
    """The alarm of the queue that holds a message goes off and tells the topic; the alarm of an empty one is OK."""
    full, _ = queue(client("sqs"), "alarmed-full")
    queue(client("sqs"), "alarmed-empty")
    for name in ("alarmed-full", "alarmed-empty"):
        put_alarm(client, name, topic[0])

    client("sqs").send_message(QueueUrl=full, MessageBody="dead")

    assert state(client, "alarmed-full", "ALARM") == "ALARM"
    assert state(client, "alarmed-empty", "OK") == "OK"
    [told] = receive(client("sqs"), topic[1])
    assert (told["AlarmName"], told["NewStateValue"]) == ("alarmed-full", "ALARM")


def test_a_metric_of_our_own_without_dimensions_raises_its_alarm(client: Client, topic: tuple[str, str]) -> None:
    """What the update step counts, in the protocol that boto3 speaks."""
    settings: dict[str, Any] = {"Statistic": "Sum", "Period": 300, "EvaluationPeriods": 1, "Threshold": 0}
    client("cloudwatch").put_metric_alarm(
        AlarmName="without-policy",
        Namespace=NAMESPACE,
        MetricName=WITHOUT_POLICY,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=[topic[0]],
        **settings,
    )
    assert state(client, "without-policy", "OK") == "OK"

    count_package_without_policy(client("cloudwatch"))

    assert state(client, "without-policy", "ALARM") == "ALARM"
    [told] = receive(client("sqs"), topic[1])
    assert told["AlarmName"] == "without-policy"


@pytest.mark.parametrize(("missing", "expected"), [("breaching", "ALARM"), ("notBreaching", "OK")])
def test_missing_data_counts_as_the_alarm_says(client: Client, missing: str, expected: str) -> None:
    """An alarm on a metric nobody publishes goes where TreatMissingData sends it."""
    settings: dict[str, Any] = {"Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1, "Threshold": 1}
    client("cloudwatch").put_metric_alarm(
        AlarmName=f"silent-{missing}",
        Namespace="nobody",
        MetricName="publishes",
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData=missing,
        **settings,
    )

    assert state(client, f"silent-{missing}", expected) == expected
