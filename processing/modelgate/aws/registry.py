"""The model registry, read: one package by ARN."""

from collections.abc import Mapping
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


def _is_missing(error: ClientError) -> bool:
    # For an absent package the service answers a ValidationException, as for any wrong request.
    message = str(error.response.get("Error", {}).get("Message", "")).lower()
    absent = error_code(error) == "ValidationException" and any(text in message for text in _NOT_FOUND)
    return absent or error_code(error) in ("ResourceNotFound", "ResourceNotFoundException")
