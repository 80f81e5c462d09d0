"""The model registry: one package by ARN, read and given its verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from modelgate.aws.faults import error_code, infrastructure
from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.package import ModelPackage

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.client import SageMakerClient

_NOT_FOUND = ("does not exist", "not found")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusWrite:
    """One write to the registry. *approval_status* is None when the package stays as it is."""

    arn: ModelPackageArn
    approval_status: str | None
    description: str
    metadata: Mapping[str, str]
    token: str


def describe_package(sagemaker: "SageMakerClient", arn: ModelPackageArn) -> ModelPackage | None:
    """Describe the package, or None when it no longer exists.

    Raises:
        InfrastructureError: the registry did not answer.
    """
    with infrastructure(f"describing {arn}"):
        try:
            return ModelPackage.from_describe(sagemaker.describe_model_package(ModelPackageName=str(arn)))
        except ClientError as error:
            if _is_missing(error):
                return None
            raise


def write_status(sagemaker: "SageMakerClient", write: StatusWrite) -> None:
    """Write status, description and metadata in one call; a description the service refuses is left out.

    Raises:
        InfrastructureError: the registry did not take the status.
    """
    request: dict[str, Any] = {
        "ModelPackageArn": str(write.arn),
        "CustomerMetadataProperties": dict(write.metadata),
        "ClientToken": write.token,
    }
    if write.approval_status is not None:
        request["ModelApprovalStatus"] = write.approval_status
    with infrastructure(f"updating {write.arn}"):
        try:
            sagemaker.update_model_package(**request, ApprovalDescription=write.description)
        except ClientError as error:
            if error_code(error) != "ValidationException":
                raise
            # A verdict must not be lost over its wording. Another token: the service may remember the first request.
            sagemaker.update_model_package(**{**request, "ClientToken": write.token[::-1]})


def _is_missing(error: ClientError) -> bool:
    # The service has no code of its own for an absent package.
    message = str(error.response.get("Error", {}).get("Message", "")).lower()
    return error_code(error) in ("ValidationException", "ResourceNotFound") and any(t in message for t in _NOT_FOUND)
