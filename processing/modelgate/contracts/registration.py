"""The digest of a registration: of everything it says that an approval lets into production."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from modelgate.contracts.digests import sha256_of
from modelgate.contracts.strict import canonical

# SageMaker API reference, DescribeModelPackage. Left out is what decisions themselves change (status, description,
# metadata, life cycle) and what the service says about its own work (last modification, validation status).
_MEMBERS = (
    "AdditionalInferenceSpecifications",
    "CreationTime",
    "Domain",
    "DriftCheckBaselines",
    "InferenceSpecification",
    "ModelCard",
    "ModelMetrics",
    "ModelPackageArn",
    "SamplePayloadUrl",
    "SkipModelValidation",
    "SourceAlgorithmSpecification",
    "SourceUri",
    "Task",
    "ValidationSpecification",
)


def registration_digest(answer: Mapping[str, Any]) -> str:
    """The digest of what DescribeModelPackage answered; the same as long as nobody edits the registration.

    Raises:
        ValueError, TypeError: the answer holds what JSON cannot.
    """
    said = {member: _plain(answer[member]) for member in _MEMBERS if answer.get(member) is not None}
    return sha256_of(canonical(said))


def utc(value: object) -> str:
    """A time of the registry as text, in UTC: botocore answers in the time zone of whoever asks."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return utc(value) if isinstance(value, datetime) else value
