"""Requests that the service refuses by their shape are refused here, in its words."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.sagemaker.errors import ServiceError
from local.sagemaker.shapes import Shapes
from tests.unit.local_sagemaker.conftest import GOVERNANCE, Client

LIFE_CYCLE = {"Stage": "gate", "StageStatus": "done"}
ARN = f"arn:aws:sagemaker:eu-west-1:{GOVERNANCE}:model-package/loans/1"


@pytest.fixture
def registry(sagemaker: Client) -> Any:
    client = sagemaker()
    client.create_model_package_group(ModelPackageGroupName="loans")
    client.create_model_package(ModelPackageGroupName="loans")
    return client


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"ModelApprovalStatus": "Maybe"}, "satisfy enum value set: [Approved, Rejected, PendingManualApproval]"),
        ({"ApprovalDescription": "x" * 1025}, "length less than or equal to 1024"),
        ({"ApprovalDescription": "two\nlines"}, "satisfy regular expression pattern: .*"),
        ({"CustomerMetadataProperties": {}}, "length greater than or equal to 1"),
        ({"CustomerMetadataProperties": {"a": "1,2"}}, "satisfy regular expression pattern"),
        ({"CustomerMetadataProperties": {"a(b)": "1"}}, "satisfy regular expression pattern"),
        ({"CustomerMetadataProperties": {"a": "x" * 257}}, "length less than or equal to 256"),
        ({"ModelLifeCycle": {"Stage": "gate"}}, "Value null at 'modelLifeCycle.stageStatus'"),
    ],
)
def test_update_refuses_what_the_service_model_forbids(registry: Any, fields: dict[str, Any], said: str) -> None:
    """Enums, lengths, patterns, required and unknown members are checked as botocore's model states them."""
    with pytest.raises(ClientError) as caught:
        registry.update_model_package(ModelPackageArn=ARN, **fields)

    error = caught.value.response["Error"]
    assert error["Code"] == "ValidationException"
    assert "1 validation error detected: Value" in error["Message"]
    assert said in error["Message"]


def test_unknown_members_are_refused() -> None:
    """A member that the service model does not know is named."""
    with pytest.raises(ServiceError, match=r"Value at 'modelLifeCycle\.colour'"):
        Shapes().check("UpdateModelPackage", {"ModelPackageArn": ARN, "ModelLifeCycle": LIFE_CYCLE | {"Colour": "x"}})


def test_every_broken_constraint_is_named(registry: Any) -> None:
    """Two faults, one message."""
    with pytest.raises(ClientError, match="2 validation errors detected"):
        registry.update_model_package(ModelPackageArn=ARN, ModelApprovalStatus="x", ApprovalDescription="\n")


def test_metadata_in_the_allowed_characters_passes(registry: Any) -> None:
    """Letters of any script, digits, spaces and the listed signs are stored as sent."""
    metadata = {"modelgate-verdict": "approved", "päß.1": "s3://bucket/é=1+2 @-_:/中"}

    registry.update_model_package(ModelPackageArn=ARN, CustomerMetadataProperties=metadata)

    assert registry.describe_model_package(ModelPackageName=ARN)["CustomerMetadataProperties"] == metadata


def test_combining_marks_are_no_letters(registry: Any) -> None:
    """Accented text must be composed (NFC): the service's pattern has no marks."""
    with pytest.raises(ClientError, match="regular expression pattern"):
        registry.update_model_package(ModelPackageArn=ARN, CustomerMetadataProperties={"a": "e\u0301"})


def test_wrong_type_is_a_serialization_fault(registry: Any) -> None:
    """A list where a text belongs is not a validation error on the service."""
    with pytest.raises(ClientError) as caught:
        registry.list_model_packages(MaxResults=True)

    assert caught.value.response["Error"]["Code"] == "SerializationException"


def test_short_token_is_refused(registry: Any) -> None:
    """ClientRequestToken has 32 characters at least."""
    with pytest.raises(ClientError, match="length greater than or equal to 32"):
        registry.start_pipeline_execution(PipelineName="p", ClientRequestToken="short")
