"""The model registry, read: one package by ARN, and which packages a group has."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from modelgate.aws.faults import error_code, infrastructure
from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.package import ModelPackage

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.client import SageMakerClient

_NOT_FOUND = ("does not exist", "not found")


def describe(sagemaker: "SageMakerClient", arn: ModelPackageArn) -> Mapping[str, Any] | None:
    """DescribeModelPackage by ARN; None when the package no longer exists.

    Raises:
        InfrastructureError: the registry did not answer.
    """
    with infrastructure(f"describing {arn}"):
        try:
            return sagemaker.describe_model_package(ModelPackageName=str(arn))
        except ClientError as error:
            if _is_missing(error):
                return None
            raise


def describe_package(sagemaker: "SageMakerClient", arn: ModelPackageArn) -> ModelPackage | None:
    """Describe the package as the steps see it, or None when it no longer exists.

    Raises:
        InfrastructureError: the registry did not answer.
    """
    answer = describe(sagemaker, arn)
    return None if answer is None else ModelPackage.from_describe(answer)


def list_packages(sagemaker: "SageMakerClient", group: str) -> Iterator[ModelPackageArn]:
    """Every version of *group*, the newest first. A list is never an identity: each is described by its ARN.

    Raises:
        InfrastructureError: the registry did not answer, or has no such group.
    """
    with infrastructure(f"listing the packages of {group}"):
        token: dict[str, Any] = {}
        while True:
            page = sagemaker.list_model_packages(
                ModelPackageGroupName=group, SortBy="CreationTime", SortOrder="Descending", MaxResults=100, **token
            )
            for summary in page["ModelPackageSummaryList"]:
                yield ModelPackageArn.parse(summary["ModelPackageArn"])
            if not page.get("NextToken"):
                return
            token = {"NextToken": page["NextToken"]}


def _is_missing(error: ClientError) -> bool:
    # For an absent package the service answers a ValidationException, as for any wrong request.
    message = str(error.response.get("Error", {}).get("Message", "")).lower()
    absent = error_code(error) == "ValidationException" and any(text in message for text in _NOT_FOUND)
    return absent or error_code(error) in ("ResourceNotFound", "ResourceNotFoundException")
