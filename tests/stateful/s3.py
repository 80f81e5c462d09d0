"""S3 in memory: versions, owners, conditional puts and multipart copies."""
# ruff: noqa: N803 - arguments are named as the services name them

import base64
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from tests.stateful.clock import Clock


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of a key; *body* is None for a delete marker."""

    id: str
    body: bytes | None
    metadata: dict[str, str]
    at: datetime

    @property
    def etag(self) -> str:
        """As S3 quotes it."""
        return f'"{hashlib.md5(self.body or b"", usedforsecurity=False).hexdigest()}"'


@dataclass
class Bucket:
    """Keys, and the versions of each, the oldest first."""

    owner: str
    keys: dict[str, list[Version]] = field(default_factory=dict)


@dataclass
class FakeS3:
    """Every bucket keeps versions. *created* hears of each version that is not a delete marker.

    *conditional* is whether ``If-None-Match`` counts.
    """

    clock: Clock
    created: Callable[[str, str, Version], None]
    buckets: dict[str, Bucket] = field(default_factory=dict)
    uploads: dict[str, dict[str, Any]] = field(default_factory=dict)
    conditional: bool = True
    number: int = 0

    def put_object(
        self, *, Bucket: str, Key: str, Body: bytes, Metadata: dict[str, str] | None = None, **more: Any
    ) -> Any:
        newest = self._keys(Bucket, more).get(Key, [])
        if "IfNoneMatch" in more and self.conditional and newest and newest[-1].body is not None:
            raise refused("PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
        version = self._add(Bucket, Key, Body, Metadata or {})
        return {"VersionId": version.id, "ETag": version.etag}

    def delete_object(self, *, Bucket: str, Key: str) -> Any:
        self._add(Bucket, Key, None, {})
        return {}

    def get_object(self, *, Bucket: str, Key: str, VersionId: str | None = None, **more: Any) -> Any:
        version = self.find(Bucket, Key, VersionId, more)
        body = version.body or b""
        return {**self._head(version), "Body": io.BytesIO(body)}

    def head_object(self, *, Bucket: str, Key: str, VersionId: str | None = None, **more: Any) -> Any:
        return self._head(self.find(Bucket, Key, VersionId, more))

    def list_object_versions(self, *, Bucket: str, Prefix: str, **more: Any) -> Any:
        keys = self._keys(Bucket, more)
        found = [
            {"Key": key, "VersionId": version.id, "LastModified": version.at}
            for key in sorted(keys)
            if key.startswith(Prefix)
            for version in reversed(keys[key])
            if version.body is not None
        ]
        return {"Versions": found} if found else {}

    def list_objects_v2(self, *, Bucket: str, Prefix: str, **more: Any) -> Any:
        keys = self._keys(Bucket, more)
        found = [
            {"Key": key, "LastModified": keys[key][-1].at, "Size": len(keys[key][-1].body or b"")}
            for key in sorted(keys)
            if key.startswith(Prefix) and keys[key][-1].body is not None
        ]
        return {"Contents": found} if found else {}

    def copy_object(self, *, Bucket: str, Key: str, Metadata: dict[str, str], **more: Any) -> Any:
        return {"VersionId": self._add(Bucket, Key, self._source(more), Metadata).id}

    def create_multipart_upload(self, *, Bucket: str, Key: str, Metadata: dict[str, str], **more: Any) -> Any:
        self._keys(Bucket, more)
        self.number += 1
        self.uploads[f"u{self.number}"] = {"bucket": Bucket, "key": Key, "metadata": Metadata, "parts": {}}
        return {"UploadId": f"u{self.number}"}

    def upload_part_copy(self, *, UploadId: str, PartNumber: int, **more: Any) -> Any:
        body = self._source(more)
        self.uploads[UploadId]["parts"][PartNumber] = body
        return {"CopyPartResult": {"ETag": '"part"', "ChecksumSHA256": _checksum(body)}}

    def complete_multipart_upload(self, *, UploadId: str, **more: Any) -> Any:
        upload = self.uploads.pop(UploadId)
        parts = [upload["parts"][number] for number in sorted(upload["parts"])]
        version = self._add(upload["bucket"], upload["key"], b"".join(parts), upload["metadata"])
        digests = b"".join(hashlib.sha256(part).digest() for part in parts)
        return {"VersionId": version.id, "ChecksumSHA256": f"{_checksum(digests)}-{len(parts)}"}

    def abort_multipart_upload(self, *, UploadId: str, **more: Any) -> Any:
        self.uploads.pop(UploadId)
        return {}

    def find(self, bucket: str, key: str, version_id: str | None, more: dict[str, Any]) -> Version:
        """The version asked for, or the newest."""
        versions = self._keys(bucket, more).get(key, [])
        chosen = [version for version in versions if version_id in (None, version.id)]
        if not chosen or chosen[-1].body is None:
            raise refused("NoSuchKey" if version_id is None else "NoSuchVersion", f"no {key} {version_id}")
        return chosen[-1]

    def _source(self, request: dict[str, Any]) -> bytes:
        source = request["CopySource"]
        owner = {"ExpectedBucketOwner": request["ExpectedSourceBucketOwner"]}
        version = self.find(source["Bucket"], source["Key"], source["VersionId"], owner)
        if version.etag != request["CopySourceIfMatch"]:
            raise refused("PreconditionFailed", "the source has another ETag")
        return version.body or b""

    def _keys(self, bucket: str, request: dict[str, Any]) -> dict[str, list[Version]]:
        found = self.buckets[bucket]
        if request.get("ExpectedBucketOwner", found.owner) != found.owner:
            raise refused("AccessDenied", f"{bucket} belongs to {found.owner}")
        return found.keys

    def _head(self, version: Version) -> dict[str, Any]:
        return {
            "ContentLength": len(version.body or b""),
            "ETag": version.etag,
            "VersionId": version.id,
            "LastModified": version.at,
            "Metadata": dict(version.metadata),
        }

    def _add(self, bucket: str, key: str, body: bytes | None, metadata: dict[str, str]) -> Version:
        self.number += 1
        version = Version(id=f"v{self.number:06d}", body=body, metadata=dict(metadata), at=self.clock.now())
        self.buckets[bucket].keys.setdefault(key, []).append(version)
        if body is not None:
            self.created(bucket, key, version)
        return version


def refused(code: str, message: str) -> ClientError:
    """The service's answer with that code."""
    return ClientError({"Error": {"Code": code, "Message": message}}, "Call")


def _checksum(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode()
