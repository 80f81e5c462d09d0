"""The digest of a registration: it changes with what was registered, and with nothing else."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from botocore.session import get_session
from modelgate.contracts.package import ModelPackage
from modelgate.contracts.registration import registration_digest

REGISTERED: dict[str, Any] = {
    "ModelPackageArn": "arn:aws:sagemaker:eu-west-1:222222222222:model-package/loan-approval/1",
    "CreationTime": datetime(2026, 11, 23, 6, 0, tzinfo=UTC),
    "ModelPackageStatus": "Completed",
    "ModelApprovalStatus": "PendingManualApproval",
    "InferenceSpecification": {
        "Containers": [{"Image": "serve:1", "ModelDataUrl": "s3://b/m"}],
        "SupportedContentTypes": ["text/csv"],
    },
    "ModelMetrics": {"Bias": {"Report": {"ContentType": "application/json", "S3Uri": "s3://b/bias.json"}}},
}


def digest(**changes: Any) -> str:
    """The digest of the registration with *changes*."""
    return ModelPackage.from_describe({**REGISTERED, **changes}).registration


@pytest.mark.parametrize(
    "edit",
    [
        {"InferenceSpecification": {**REGISTERED["InferenceSpecification"], "SupportedContentTypes": ["text/html"]}},
        {"AdditionalInferenceSpecifications": [{"Name": "more", "Containers": [{"Image": "serve:2"}]}]},
        {"SourceUri": "s3://b/elsewhere"},
        {"ModelCard": {"ModelCardContent": "{}", "ModelCardStatus": "Draft"}},
        {"DriftCheckBaselines": {"Bias": {"ConfigFile": {"S3Uri": "s3://b/c"}}}},
        {"ModelMetrics": {}},
        {"Task": "OTHER"},
        {"SkipModelValidation": "All"},
        {"CreationTime": datetime(2026, 11, 23, 6, 1, tzinfo=UTC)},
        {"ModelPackageArn": "arn:aws:sagemaker:eu-west-1:222222222222:model-package/loan-approval/2"},
    ],
    ids=lambda edit: next(iter(edit)),
)
def test_every_edit_of_what_was_registered_shows(edit: dict[str, Any]) -> None:
    """Also where no check looks at it: an approval lets it into production."""
    assert digest() != digest(**edit)


@pytest.mark.parametrize(
    "change",
    [
        {"ModelApprovalStatus": "Approved", "ApprovalDescription": "Approved by policy credit v1."},
        {"CustomerMetadataProperties": {"modelgate-verdict": "approved"}},
        {"LastModifiedTime": datetime(2026, 11, 24, tzinfo=UTC)},
        {"ModelLifeCycle": {"Stage": "Production", "StageStatus": "Active"}},
        {"ModelPackageStatusDetails": {"ValidationStatuses": []}},
        {"CreationTime": REGISTERED["CreationTime"].astimezone(timezone(timedelta(hours=9)))},
        {"SourceUri": None},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_a_decision_or_the_service_changes_does_not(change: dict[str, Any]) -> None:
    """Otherwise the gate's own write would look like an edit; and it is one digest in every time zone."""
    assert digest() == digest(**change)


# Of UpdateModelPackage: what names the package or the request, and what decisions themselves write.
DECIDED = {
    "ApprovalDescription",
    "ClientToken",
    "CustomerMetadataProperties",
    "CustomerMetadataPropertiesToRemove",
    "ModelApprovalStatus",
    "ModelLifeCycle",
    "ModelPackageArn",
    "ModelPackageRegistrationType",
}


def test_whatever_an_update_can_edit_is_in_the_digest() -> None:
    """By the service's own description: a member that AWS adds fails here until somebody decides about it."""
    update = get_session().get_service_model("sagemaker").operation_model("UpdateModelPackage")
    edited = {member.removesuffix("ToAdd") for member in set(update.input_shape.members) - DECIDED}

    unseen = {member for member in edited if registration_digest(REGISTERED | {member: "edited"}) == digest()}
    assert unseen == set()
    assert "InferenceSpecification" in edited
