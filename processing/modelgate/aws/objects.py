"""One bucket of ours as a place to list and read: keys under a prefix, and objects with the version that was read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from modelgate.aws.faults import infrastructure, is_absent
from modelgate.aws.owner import owned_by
from modelgate.errors import ContentError, InfrastructureError

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One key; *written_at* is when its newest version was stored, by the store's clock (ISO 8601, UTC)."""

    key: str
    written_at: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """The bytes of one version."""

    key: str
    version_id: str
    written_at: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A versioned bucket. *owner* is the account that must own it; None where that is not known."""

    s3: "S3Client"
    name: str
    owner: str | None

    def list(self, prefix: str) -> Iterator[Listed]:
        """Every key that begins with *prefix*, in the order of keys.

        Raises:
            InfrastructureError: S3 did not answer.
        """
        with infrastructure(f"listing s3://{self.name}/{prefix}"):
            paginator = self.s3.get_paginator("list_objects_v2")
            for page in paginator.paginate(Bucket=self.name, Prefix=prefix, **owned_by(self.owner)):
                for found in page.get("Contents", []):
                    written_at = in_utc(found["LastModified"])
                    yield Listed(key=found["Key"], written_at=written_at, size=found["Size"])

    def read(self, key: str, *, max_bytes: int, version_id: str | None = None) -> StoredObject | None:
        """Read *key*, its newest version or the one named; None when there is none.

        Raises:
            ContentError: it is larger than *max_bytes*; nothing was read then.
            InfrastructureError: S3 did not answer, or the bucket keeps no versions.
        """
        place = f"s3://{self.name}/{key}"
        chosen = {"VersionId": version_id} if version_id else {}
        with infrastructure(f"reading {place}"):
            try:
                answer = self.s3.get_object(Bucket=self.name, Key=key, **chosen, **owned_by(self.owner))  # type: ignore[arg-type]
            except ClientError as error:
                if is_absent(error):
                    return None
                raise
            if answer["ContentLength"] > max_bytes:
                raise ContentError(f"{place} has {answer['ContentLength']} bytes, at most {max_bytes} are read")
            data = answer["Body"].read()
        if "VersionId" not in answer:
            raise InfrastructureError(f"{place} has no version; turn on the versioning of {self.name}")
        written_at = in_utc(answer["LastModified"])
        return StoredObject(key=key, version_id=answer["VersionId"], written_at=written_at, data=data)

    def uri(self, key: str) -> str:
        """The address of *key*."""
        return f"s3://{self.name}/{key}"


def in_utc(moment: datetime) -> str:
    """A time of the service as text, whatever time zone it was answered in."""
    return moment.astimezone(UTC).isoformat()
