"""No event is lost without an alarm: every queue, function and target ends somewhere that is watched."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.terraform.offline import plan_case, planned

pytestmark = pytest.mark.terraform

PLANS = [("governance", "local"), ("product", "lending")]


def of_type(root: str, case: str, kind: str) -> dict[str, dict[str, Any]]:
    resources = planned(plan_case(root, case))
    return {address: values for address, values in resources.items() if f".{kind}." in f".{address}"}


def alarmed(root: str, case: str, metric: str, dimension: str) -> set[str]:
    alarms = of_type(root, case, "aws_cloudwatch_metric_alarm").values()
    return {alarm["dimensions"][dimension] for alarm in alarms if alarm["metric_name"] == metric}


def written(root: str, case: str, kind: str) -> Iterator[Mapping[str, Any]]:
    """The expressions of each resource of that type, as the code writes them."""
    calls = plan_case(root, case)["configuration"]["root_module"]["module_calls"].values()
    for call in calls:
        for resource in call["module"].get("resources", []):
            if resource["type"] == kind:
                yield resource["expressions"]


@pytest.mark.parametrize(("root", "case"), PLANS)
def test_every_dead_letter_queue_has_an_alarm(root: str, case: str) -> None:
    """One message is enough."""
    queues = {values["name"] for values in of_type(root, case, "aws_sqs_queue").values()}

    assert alarmed(root, case, "ApproximateNumberOfMessagesVisible", "QueueName") == {
        name for name in queues if name.endswith("-dlq")
    }


def test_every_queue_has_a_dead_letter_queue_and_an_alarm_on_its_age() -> None:
    """What fails too often is set aside, and a queue that nobody reads is noticed."""
    queues = {values["name"] for values in of_type("governance", "local", "aws_sqs_queue").values()}
    working = {name for name in queues if not name.endswith("-dlq")}

    # The audit runs on a schedule: it has dead letters, and no queue.
    assert {f"{name}-dlq" for name in working} | {"modelgate-local-audit-dlq"} == queues - working
    assert alarmed("governance", "local", "ApproximateAgeOfOldestMessage", "QueueName") == working
    redrives = [
        e["redrive_policy"]["references"]
        for e in written("governance", "local", "aws_sqs_queue")
        if "redrive_policy" in e
    ]
    assert len(redrives) == len(working)
    assert all("var.dead_letter_queue_arn" in references for references in redrives)


def test_every_function_has_an_alarm_on_its_errors() -> None:
    """A handler that raises is somebody's work, before its messages run out of retries."""
    functions = {values["function_name"] for values in of_type("governance", "local", "aws_lambda_function").values()}

    assert alarmed("governance", "local", "Errors", "FunctionName") == functions


@pytest.mark.parametrize(("root", "case"), PLANS)
def test_every_alarm_goes_to_the_topic(root: str, case: str) -> None:
    """An alarm without an action is a picture on a wall."""
    alarms = list(written(root, case, "aws_cloudwatch_metric_alarm"))

    assert alarms
    assert all(alarm["alarm_actions"]["references"] == ["var.alarm_topic_arn"] for alarm in alarms)


@pytest.mark.parametrize(("root", "case"), PLANS)
def test_whoever_is_woken_is_told_the_page_to_open(root: str, case: str) -> None:
    """Each alarm, and each rule that goes straight to the topic, names its section of the runbook."""
    rung = {
        v["rule"]
        for v in of_type(root, case, "aws_cloudwatch_event_target").values()
        if v["target_id"] == "alarm-topic"
    }
    rules = [v for v in of_type(root, case, "aws_cloudwatch_event_rule").values() if v["name"] in rung]
    said = [v["alarm_description"] for v in of_type(root, case, "aws_cloudwatch_metric_alarm").values()]
    said += [v["description"] for v in rules]

    assert said
    assert [text for text in said if not re.search(r" See docs/runbook\.md#[a-z]+(-[a-z]+)*\.$", text)] == []
    assert max(len(text) for text in said) <= 512  # what EventBridge takes; CloudWatch takes twice that


@pytest.mark.parametrize(("root", "case"), PLANS)
def test_every_target_but_the_topic_sets_aside_what_it_cannot_deliver(root: str, case: str) -> None:
    """EventBridge gives up after a day; without a dead-letter queue the event is gone."""
    targets = [
        e
        for e in written(root, case, "aws_cloudwatch_event_target")
        if e["target_id"]["constant_value"] != "alarm-topic"
    ]

    assert targets
    assert all("dead_letter_config" in target for target in targets)


def test_unfinished_executions_and_every_use_of_break_glass_reach_the_topic() -> None:
    """A package would wait for a verdict for ever, or have one that nobody hears of."""
    targets = [
        e
        for e in written("governance", "local", "aws_cloudwatch_event_target")
        if e["target_id"]["constant_value"] == "alarm-topic"
    ]

    assert [target["arn"]["references"] for target in targets] == [["var.alarm_topic_arn"]] * 2
    rules = of_type("governance", "local", "aws_cloudwatch_event_target")
    assert sorted(v["rule"] for v in rules.values() if v["target_id"] == "alarm-topic") == [
        "modelgate-local-approval-unfinished",
        "modelgate-local-break-glass-recorded",
        "modelgate-local-break-glass-taken",
    ]


def test_a_function_that_consumes_a_queue_reports_failed_messages_one_by_one() -> None:
    """One bad message does not bring the rest of its batch back."""
    mappings = of_type("governance", "local", "aws_lambda_event_source_mapping").values()

    assert len(mappings) == 2
    assert all(mapping["function_response_types"] == ["ReportBatchItemFailures"] for mapping in mappings)
    assert all(mapping["scaling_config"][0]["maximum_concurrency"] >= 2 for mapping in mappings)
