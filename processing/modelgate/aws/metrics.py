"""The gate's own metrics."""

from typing import TYPE_CHECKING

from modelgate.aws.faults import infrastructure

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.client import CloudWatchClient

NAMESPACE = "modelgate"
WITHOUT_POLICY = "PackagesWithoutPolicy"
REPORTS_REFUSED = "ReportsRefused"


def count_package_without_policy(cloudwatch: "CloudWatchClient") -> None:
    """Count one package that no single policy governs: an alarm waits for it.

    Raises:
        InfrastructureError: the service did not answer.
    """
    _count_one(cloudwatch, WITHOUT_POLICY)


def count_report_refused(cloudwatch: "CloudWatchClient") -> None:
    """Count one check report that the update step refused: an alarm waits for it.

    Raises:
        InfrastructureError: the service did not answer.
    """
    _count_one(cloudwatch, REPORTS_REFUSED)


def _count_one(cloudwatch: "CloudWatchClient", metric: str) -> None:
    with infrastructure(f"counting {metric}"):
        cloudwatch.put_metric_data(
            Namespace=NAMESPACE, MetricData=[{"MetricName": metric, "Unit": "Count", "Value": 1}]
        )
