"""The gate's own metrics."""

from typing import TYPE_CHECKING

from modelgate.aws.faults import infrastructure

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.client import CloudWatchClient

NAMESPACE = "modelgate"
WITHOUT_POLICY = "PackagesWithoutPolicy"


def count_package_without_policy(cloudwatch: "CloudWatchClient") -> None:
    """Count one package that no single policy governs: an alarm waits for it.

    Raises:
        InfrastructureError: the service did not answer.
    """
    with infrastructure(f"counting {WITHOUT_POLICY}"):
        cloudwatch.put_metric_data(
            Namespace=NAMESPACE, MetricData=[{"MetricName": WITHOUT_POLICY, "Unit": "Count", "Value": 1}]
        )
