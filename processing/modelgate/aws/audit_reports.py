"""What an audit found, told: an event for each finding, and a number for each kind."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from modelgate.audit.finding import Finding
from modelgate.aws.faults import infrastructure
from modelgate.aws.metrics import NAMESPACE
from modelgate.errors import InfrastructureError

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.client import CloudWatchClient
    from mypy_boto3_events.client import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

SOURCE = "modelgate.audit"
DETAIL_TYPE = "modelgate Finding"
_MOST_EVENTS = 10  # EventBridge API reference, PutEvents
_MOST_TEXT = 4000  # characters of a sentence: an event has room for 256 KB, a mail for less


def put_findings(events: "EventBridgeClient", bus: str, told: Sequence[tuple[Finding, str | None]]) -> None:
    """Put an event for each finding, with what the audit did about it, on *bus*.

    Raises:
        InfrastructureError: the bus did not take them all; those it took stay.
    """
    refused, why = 0, ""
    for first in range(0, len(told), _MOST_EVENTS):
        entries = [_entry(bus, finding, action) for finding, action in told[first : first + _MOST_EVENTS]]
        try:
            with infrastructure("the last request"):
                refused += events.put_events(Entries=entries)["FailedEntryCount"]
        except InfrastructureError as error:  # what stands in one request hides none of the others
            refused, why = refused + len(entries), f" ({error})"
    if refused:
        said = f"the bus {bus} refused {refused} of {len(told)} findings{why}"
        raise InfrastructureError(f"{said}; the next audit tells them")


def put_counts(cloudwatch: "CloudWatchClient", counts: Mapping[str, int]) -> None:
    """Put one number for each metric, without dimensions.

    Raises:
        InfrastructureError: the service did not answer.
    """
    with infrastructure("counting what the audit found"):
        cloudwatch.put_metric_data(
            Namespace=NAMESPACE,
            MetricData=[{"MetricName": name, "Unit": "Count", "Value": value} for name, value in counts.items()],
        )


def _entry(bus: str, finding: Finding, action: str | None) -> "PutEventsRequestEntryTypeDef":
    detail = {
        "kind": finding.kind,
        "model_package_arn": None if finding.package is None else str(finding.package),
        "group": finding.group,
        "sentence": finding.sentence[:_MOST_TEXT],
        "action": action,
    }
    return {"EventBusName": bus, "Source": SOURCE, "DetailType": DETAIL_TYPE, "Detail": json.dumps(detail)}
