"""A registration as the gate would see it: a request has no ARN, time or status yet, so they are filled in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from modelgate.cli.groups import NO_ACCOUNT
from modelgate.contracts.package import PENDING, ModelPackage
from modelgate.errors import ContentError

_REGION = "not-registered-yet"


def group_named(registration: Mapping[str, Any]) -> str | None:
    """The group that *registration* names, by name or ARN; None where it names none."""
    arn = registration.get("ModelPackageArn")
    if isinstance(arn, str) and arn.count("/") == 2:
        return arn.split("/")[1]
    name = registration.get("ModelPackageGroupName")
    return name.rpartition("/")[2] if isinstance(name, str) else None


def as_described(registration: Mapping[str, Any], group: str, now: datetime) -> ModelPackage:
    """*registration* as DescribeModelPackage will answer once it has been made in *group*.

    Raises:
        ContentError: it does not have the shape of a registration.
        InvalidArnError: *group* cannot be the name of a group.
    """
    filled_in = {
        "ModelPackageArn": f"arn:aws:sagemaker:{_REGION}:{NO_ACCOUNT}:model-package/{group}/1",
        "CreationTime": now,
        "ModelPackageStatus": "Completed",
        "ModelApprovalStatus": PENDING,
    }
    metadata = registration.get("CustomerMetadataProperties") or {}
    if not isinstance(metadata, Mapping) or not all(isinstance(value, str) for value in metadata.values()):
        raise ContentError("CustomerMetadataProperties is something else than an object with texts")
    return ModelPackage.from_describe({**filled_in, **registration})
