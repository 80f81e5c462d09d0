"""The artifact store: which copy of an artifact counts, and its bytes."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from modelgate.aws.content import CHUNK
from modelgate.aws.faults import infrastructure, is_absent
from modelgate.aws.objects import in_utc
from modelgate.aws.owner import owned_by
from modelgate.contracts.digests import is_digest, same_digest
from modelgate.contracts.layout import META_SHA256, META_SOURCE_SEQUENCER
from modelgate.contracts.uris import S3Uri
from modelgate.errors import InfrastructureError, UnreadableReportError

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

# Of one key, newest first: a team that uploads to one key without end must not occupy the gate.
MAX_VERSIONS = 1000  # looked through for a content
MAX_UPLOADS = 100  # compared for the newest upload; of copies this recent, none is made late
_SEQUENCER_WIDTH = 64  # S3 user guide: sequencers are compared as text after right-padding with zeros


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCopy:
    """One version of a copy in the artifact store; *digest* is the copier's word for its content.

    *arrived_at* is when the copy was stored, by the store's clock (ISO 8601, UTC).
    """

    uri: S3Uri
    version_id: str
    digest: str
    size: int
    sequencer: str
    arrived_at: str


def find_copy(s3: "S3Client", uri: S3Uri, digest: str | None, *, owner: str | None = None) -> StoredCopy | None:
    """Find the copy at *uri* that counts, or None when it has not arrived.

    With a *digest* it is the newest copy of that content. Without, it is the copy of the newest upload, by S3's own
    sequencer: copies may be made in another order than the uploads.

    Raises:
        InfrastructureError: S3 did not answer.
    """
    with infrastructure(f"looking for {uri}"):
        if digest is not None:
            copies = _copies(s3, uri, owner, most=MAX_VERSIONS)
            return next((copy for copy in copies if same_digest(copy.digest, digest)), None)
        copies = _copies(s3, uri, owner, most=MAX_UPLOADS)
        # `max` keeps the first of equals, and versions are listed newest first.
        return max(copies, key=lambda copy: copy.sequencer.ljust(_SEQUENCER_WIDTH, "0"), default=None)


def describe_copy(s3: "S3Client", uri: S3Uri, version_id: str, *, owner: str | None = None) -> StoredCopy | None:
    """Read the metadata of one version; None when it is gone, or was not written by the copier.

    Raises:
        InfrastructureError: S3 did not answer.
    """
    with infrastructure(f"looking at {uri} version {version_id}"):
        return _copy(s3, uri, version_id, owner)


def read_copy(s3: "S3Client", copy: StoredCopy, *, max_bytes: int, owner: str | None = None) -> bytes:
    """Read exactly that version.

    Raises:
        UnreadableReportError: it is larger than *max_bytes*; nothing was read then.
        InfrastructureError: S3 did not answer, or the version is gone.
    """
    with infrastructure(f"reading {copy.uri} version {copy.version_id}"):
        answer = s3.get_object(Bucket=copy.uri.bucket, Key=copy.uri.key, VersionId=copy.version_id, **owned_by(owner))
        size = answer["ContentLength"]
        if size > max_bytes:
            raise UnreadableReportError(f"it has {size} bytes, at most {max_bytes} are read; register a smaller report")
        data = answer["Body"].read(max_bytes + 1)
    if len(data) != size:
        raise InfrastructureError(f"{copy.uri} version {copy.version_id} gave {len(data)} of {size} bytes")
    return data


def save_copy(s3: "S3Client", copy: StoredCopy, path: Path, *, owner: str | None = None) -> str:
    """Write exactly that version to *path*, which may be too large for the memory; return the digest of what came.

    Raises:
        InfrastructureError: S3 did not answer, or the version is gone.
    """
    found = hashlib.sha256()
    with infrastructure(f"reading {copy.uri} version {copy.version_id}"), path.open("wb") as file:
        answer = s3.get_object(Bucket=copy.uri.bucket, Key=copy.uri.key, VersionId=copy.version_id, **owned_by(owner))
        while piece := answer["Body"].read(CHUNK):
            found.update(piece)
            file.write(piece)
    return f"sha256:{found.hexdigest()}"


def _copies(s3: "S3Client", uri: S3Uri, owner: str | None, *, most: int) -> Iterator[StoredCopy]:
    for version_id in islice(_version_ids(s3, uri, owner), most):
        copy = _copy(s3, uri, version_id, owner)
        if copy is not None:
            yield copy


def _version_ids(s3: "S3Client", uri: S3Uri, owner: str | None) -> Iterator[str]:
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=uri.bucket, Prefix=uri.key, **owned_by(owner))
    for page in pages:
        for version in page.get("Versions", []):
            if version["Key"] == uri.key:
                yield version["VersionId"]
        # Keys come in order and the exact one is first among those that begin with it.
        if page.get("NextKeyMarker", uri.key) != uri.key:
            return


def _copy(s3: "S3Client", uri: S3Uri, version_id: str, owner: str | None) -> StoredCopy | None:
    try:
        head = s3.head_object(Bucket=uri.bucket, Key=uri.key, VersionId=version_id, **owned_by(owner))
    except ClientError as error:
        if is_absent(error):
            return None
        raise
    digest = f"sha256:{head['Metadata'].get(META_SHA256, '')}"
    if not is_digest(digest):
        return None
    return StoredCopy(
        uri=uri,
        version_id=version_id,
        digest=digest.lower(),
        size=head["ContentLength"],
        sequencer=head["Metadata"].get(META_SOURCE_SEQUENCER, "").upper(),
        arrived_at=in_utc(head["LastModified"]),
    )
