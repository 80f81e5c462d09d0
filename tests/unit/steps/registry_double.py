"""A registry in memory that merges and refuses as the service does: moto sets what an update leaves out to nothing."""

import re
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

_METADATA = re.compile(r"[\w .:/=+\-@]{1,256}")
_CREATED = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


class RegistryDouble:
    """Packages by ARN. It has no call that lists them, so nothing can take "the first of the group"."""

    def __init__(self) -> None:
        self.packages: dict[str, dict[str, Any]] = {}
        self.writes: list[dict[str, Any]] = []
        self.refuse_descriptions = False

    def add(self, arn: str, *, metrics: dict[str, Any], model_data: str, status: str = "PendingManualApproval") -> None:
        """Register a package."""
        self.packages[arn] = {
            "ModelPackageArn": arn,
            "CreationTime": _CREATED,
            "ModelPackageStatus": "Completed",
            "ModelApprovalStatus": status,
            "InferenceSpecification": {
                "Containers": [
                    {
                        "Image": "222222222222.dkr.ecr.eu-west-1.amazonaws.com/serve:1",
                        "ImageDigest": "sha256:" + "1" * 64,
                        "ModelDataUrl": model_data,
                        "ModelDataETag": "etag-1",
                    }
                ]
            },
            "ModelMetrics": metrics,
        }

    def describe_model_package(self, *, ModelPackageName: str) -> dict[str, Any]:  # noqa: N803 - the service's name
        """Answer as DescribeModelPackage does."""
        if ModelPackageName not in self.packages:
            raise _refused("DescribeModelPackage", f"ModelPackage {ModelPackageName} does not exist.")
        return dict(self.packages[ModelPackageName])

    def update_model_package(self, **request: Any) -> dict[str, Any]:
        """Merge as UpdateModelPackage does, within its limits."""
        description = request.get("ApprovalDescription")
        if description is not None and (
            self.refuse_descriptions or len(description) > 1024 or re.fullmatch(".*", description) is None
        ):
            raise _refused("UpdateModelPackage", "approvalDescription failed to satisfy constraint")
        for value in request.get("CustomerMetadataProperties", {}).values():
            if _METADATA.fullmatch(value) is None:
                raise _refused("UpdateModelPackage", f"metadata value {value!r} failed to satisfy constraint")
        package = self.packages[request["ModelPackageArn"]]
        gone = request.get("CustomerMetadataPropertiesToRemove", [])
        kept = {k: v for k, v in package.get("CustomerMetadataProperties", {}).items() if k not in gone}
        merged = {**kept, **request.get("CustomerMetadataProperties", {})}
        if len(merged) > 50:
            raise _refused("UpdateModelPackage", f"{len(merged)} metadata properties, over 50")
        if re.fullmatch(r"[a-zA-Z0-9-]{1,36}", request["ClientToken"]) is None:
            raise _refused("UpdateModelPackage", "clientToken failed to satisfy constraint")
        if "ModelApprovalStatus" in request:
            package["ModelApprovalStatus"] = request["ModelApprovalStatus"]
        if description is not None:
            package["ApprovalDescription"] = description
        package["CustomerMetadataProperties"] = merged
        self.writes.append(request)
        return {"ModelPackageArn": request["ModelPackageArn"]}


def _refused(operation: str, message: str) -> ClientError:
    return ClientError({"Error": {"Code": "ValidationException", "Message": message}}, operation)
