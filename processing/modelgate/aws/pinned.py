"""Documents that Terraform stores at a fixed key and pins by digest: gate document, policies, evaluations, prompts."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from modelgate.aws.content import CHUNK
from modelgate.aws.faults import infrastructure, is_absent
from modelgate.aws.owner import owned_by
from modelgate.contracts.digests import same_digest, sha256_of
from modelgate.errors import PinError

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

MAX_PINNED_BYTES = 10_000_000
MAX_SAVED_BYTES = 2 * 2**30
MAX_VERSIONS = 100


def read_pinned(s3: "S3Client", *, bucket: str, key: str, digest: str, owner: str | None = None) -> bytes:
    """Read the version of *key* whose SHA-256 is *digest*: the latest, else an older one, newest first.

    An older version fits while Terraform has stored a new document but a run still pins the one before.
    *owner* is the account that must own the bucket.

    Raises:
        PinError: no object, or none of the newest 100 versions has that digest.
        InfrastructureError: S3 did not answer.
    """
    place = f"s3://{bucket}/{key}"
    with infrastructure(f"reading {place}"):
        for version_id in _versions(s3, bucket, key, owner):
            data = _read(s3, bucket, key, version_id, owner)
            if data is not None and same_digest(sha256_of(data), digest):
                return data
    raise _none(place, digest)


def save_pinned(s3: "S3Client", path: Path, *, bucket: str, key: str, digest: str, owner: str | None = None) -> None:
    """The same for a document that is too large for the memory: write it to *path*.

    Errors as of `read_pinned`.
    """
    place = f"s3://{bucket}/{key}"
    with infrastructure(f"reading {place}"):
        for version_id in _versions(s3, bucket, key, owner):
            answer = _get(s3, bucket, key, version_id, owner)
            if answer is None or answer["ContentLength"] > MAX_SAVED_BYTES:
                continue
            found = hashlib.sha256()
            with path.open("wb") as file:
                while piece := answer["Body"].read(CHUNK):
                    found.update(piece)
                    file.write(piece)
            if same_digest(f"sha256:{found.hexdigest()}", digest):
                return
    raise _none(place, digest)


def _none(place: str, digest: str) -> PinError:
    return PinError(f"no version of {place} has the digest {digest}; apply the governance root again")


def _versions(s3: "S3Client", bucket: str, key: str, owner: str | None) -> Iterator[str | None]:
    yield None  # the latest, in most runs the only one asked for
    answer = s3.list_object_versions(Bucket=bucket, Prefix=key, MaxKeys=MAX_VERSIONS, **owned_by(owner))
    for version in answer.get("Versions", []):
        if version["Key"] == key:
            yield version["VersionId"]


def _read(s3: "S3Client", bucket: str, key: str, version_id: str | None, owner: str | None) -> bytes | None:
    answer = _get(s3, bucket, key, version_id, owner)
    if answer is None or answer["ContentLength"] > MAX_PINNED_BYTES:
        return None
    data: bytes = answer["Body"].read()
    return data


def _get(s3: "S3Client", bucket: str, key: str, version_id: str | None, owner: str | None) -> Any:
    chosen = {"VersionId": version_id} if version_id else {}
    try:
        return s3.get_object(Bucket=bucket, Key=key, **chosen, **owned_by(owner))  # type: ignore[arg-type]
    except ClientError as error:
        if is_absent(error):
            return None
        raise
