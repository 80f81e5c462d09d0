"""Alarms read back, over the query protocol Terraform speaks, as they were put."""

import urllib.parse
import urllib.request
from typing import Any
from xml.etree import ElementTree

import pytest
from ministack_probe import Client

from local.instance import Instance

pytestmark = pytest.mark.embedded

TOPIC = "arn:aws:sns:eu-west-1:222222222222:alarms"
COMMON = {
    "EvaluationPeriods": 2,
    "DatapointsToAlarm": 1,
    "Threshold": 1.0,
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    "TreatMissingData": "notBreaching",
    "AlarmActions": [TOPIC],
    "OKActions": [TOPIC],
    "AlarmDescription": "A <message> & a half",
}


def query(ministack: Instance, **parameters: str) -> ElementTree.Element:
    """Call CloudWatch over the query protocol."""
    body = urllib.parse.urlencode({"Version": "2010-08-01", **parameters}).encode()
    credential = "Credential=222222222222/20260101/eu-west-1/monitoring/aws4_request"
    headers = {"Authorization": f"AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0"}
    request = urllib.request.Request(ministack.aws_url, data=body, headers=headers)  # noqa: S310 - our own loopback
    with urllib.request.urlopen(request) as response:  # noqa: S310 - our own loopback
        return ElementTree.fromstring(response.read())  # noqa: S314 - our own answer


def alarm(ministack: Instance, name: str) -> dict[str, str | None]:
    """Return the fields of one alarm as the query protocol shows them."""
    root = query(ministack, Action="DescribeAlarms", **{"AlarmNames.member.1": name})
    [member] = next(element for element in root.iter() if _name(element) == "MetricAlarms")
    return {_name(child): child.text for child in member}


def test_metric_alarm_reads_back(client: Client, ministack: Instance) -> None:
    """Every field Terraform compares is there, with its value escaped."""
    client("cloudwatch").put_metric_alarm(
        AlarmName="dlq",
        MetricName="ApproximateNumberOfMessagesVisible",
        Namespace="AWS/SQS",
        Statistic="Maximum",
        Period=60,
        Dimensions=[{"Name": "QueueName", "Value": "dlq"}],
        **COMMON,
    )

    found = alarm(ministack, "dlq")

    assert found["AlarmDescription"] == "A <message> & a half"
    assert (found["TreatMissingData"], found["DatapointsToAlarm"]) == ("notBreaching", "1")
    assert (found["Statistic"], found["Period"], found["MetricName"]) == (
        "Maximum",
        "60",
        "ApproximateNumberOfMessagesVisible",
    )
    assert "Dimensions" in found


def test_metric_math_alarm_reads_back(client: Client, ministack: Instance) -> None:
    """An alarm on an expression shows its queries, and neither period nor statistic of its own."""
    queries = [
        {"Id": "rate", "Expression": "errors / calls", "Label": "Error rate", "ReturnData": True},
        *(_metric(name) for name in ("errors", "calls")),
    ]
    client("cloudwatch").put_metric_alarm(AlarmName="math", Metrics=queries, **COMMON)

    found = alarm(ministack, "math")
    [shown] = client("cloudwatch").describe_alarms(AlarmNames=["math"])["MetricAlarms"]

    assert "Metrics" in found
    assert {"Period", "Statistic", "MetricName", "Namespace"} & set(found) == set()
    assert [query["Id"] for query in shown["Metrics"]] == ["rate", "errors", "calls"]
    assert shown["Metrics"][1] == queries[1]


def test_metric_math_alarm_over_the_query_protocol(ministack: Instance) -> None:
    """An alarm put over the query protocol, with its queries, reads back over it as well."""
    query(
        ministack,
        Action="PutMetricAlarm",
        AlarmName="query-math",
        EvaluationPeriods="1",
        Threshold="5",
        ComparisonOperator="GreaterThanThreshold",
        **{
            "Metrics.member.1.Id": "e",
            "Metrics.member.1.Expression": "m * 2",
            "Metrics.member.1.ReturnData": "true",
            "Metrics.member.2.Id": "m",
            "Metrics.member.2.ReturnData": "false",
            "Metrics.member.2.MetricStat.Metric.MetricName": "Errors",
            "Metrics.member.2.MetricStat.Metric.Namespace": "AWS/Lambda",
            "Metrics.member.2.MetricStat.Metric.Dimensions.member.1.Name": "FunctionName",
            "Metrics.member.2.MetricStat.Metric.Dimensions.member.1.Value": "copy",
            "Metrics.member.2.MetricStat.Period": "60",
            "Metrics.member.2.MetricStat.Stat": "Sum",
        },
    )

    root = query(ministack, Action="DescribeAlarms", **{"AlarmNames.member.1": "query-math"})

    texts = [(_name(element), element.text) for element in root.iter() if element.text]
    assert ("Expression", "m * 2") in texts
    assert ("Stat", "Sum") in texts
    assert ("Value", "copy") in texts


def _metric(name: str) -> dict[str, Any]:
    metric = {"MetricName": name, "Namespace": "modelgate", "Dimensions": [{"Name": "service", "Value": "x"}]}
    return {"Id": name, "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}, "ReturnData": False}


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
