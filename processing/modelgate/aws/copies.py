"""Copies into the artifact store: server side, by version, and verified against the bytes of the source."""

import base64
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from modelgate.aws.content import Content, digest_stream
from modelgate.aws.faults import infrastructure, is_absent
from modelgate.contracts.layout import META_SHA256, META_SOURCE_SEQUENCER, META_SOURCE_VERSION
from modelgate.contracts.uris import S3Uri
from modelgate.errors import InfrastructureError

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

THREADS = 8
MAX_VERSIONS = 100  # looked at for an earlier copy; beyond it a second copy is made, which changes nothing
META_SOURCE_ETAG = "source-etag"
META_SOURCE_ACCOUNT = "source-account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One version of an object in the bucket of *account*."""

    account: str
    uri: S3Uri
    version_id: str
    sequencer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where the copy goes: a key of the artifact store, which *account* must own."""

    account: str
    uri: S3Uri


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """A finished copy."""

    version_id: str
    sha256: str
    size: int


def find_copy_of_version(s3: "S3Client", target: Target, source_version_id: str) -> str | None:
    """The version of the target that was copied from *source_version_id*, or None.

    Raises:
        InfrastructureError: S3 did not answer.
    """
    with infrastructure(f"looking for an earlier copy at {target.uri}"):
        for version_id in islice(_versions(s3, target), MAX_VERSIONS):
            try:
                head = s3.head_object(VersionId=version_id, **_place(target))
            except ClientError as error:
                if is_absent(error):
                    continue
                raise
            if head["Metadata"].get(META_SOURCE_VERSION) == source_version_id:
                return version_id
    return None


def read_content(s3: "S3Client", source: Source) -> Content | None:
    """Stream the source once and digest it in chunks, so that memory does not grow with the object.

    None when that version is gone.

    Raises:
        InfrastructureError: S3 did not answer, or ended early.
    """
    try:
        with infrastructure(f"reading {source.uri} version {source.version_id}"):
            answer = s3.get_object(
                Bucket=source.uri.bucket,
                Key=source.uri.key,
                VersionId=source.version_id,
                ExpectedBucketOwner=source.account,
            )
            return digest_stream(answer["Body"], size=answer["ContentLength"], etag=answer["ETag"])
    except InfrastructureError as error:
        if isinstance(error.__cause__, ClientError) and is_absent(error.__cause__):
            return None
        raise


def copy(s3: "S3Client", source: Source, target: Target, content: Content) -> Copied:
    """Copy the source's version to the target, server side, and verify that the copy holds *content*.

    Every object with bytes is a multipart upload, a small one of a single part: its parts are verified before the
    upload is completed. So nothing unverified is ever visible, and the copier needs no right to delete a version.

    Raises:
        InfrastructureError: S3 did not copy, or what it copied is not *content*; the upload is aborted then.
    """
    with infrastructure(f"copying {source.uri} version {source.version_id} to {target.uri}"):
        copied = _copy_parts(s3, source, target, content) if content.size else _copy_empty(s3, source, target, content)
    return Copied(version_id=copied, sha256=content.sha256.hex(), size=content.size)


def _copy_empty(s3: "S3Client", source: Source, target: Target, content: Content) -> str:
    answer = s3.copy_object(
        **_request(source, target, content),
        MetadataDirective="REPLACE",
        TaggingDirective="REPLACE",  # the producer's tags mean nothing here, and reading them needs more rights
        Metadata=_metadata(source, content),
        ChecksumAlgorithm="SHA256",
    )
    return answer["VersionId"]


def _copy_parts(s3: "S3Client", source: Source, target: Target, content: Content) -> str:
    place = _place(target)
    upload = s3.create_multipart_upload(Metadata=_metadata(source, content), ChecksumAlgorithm="SHA256", **place)
    place["UploadId"] = upload["UploadId"]
    try:
        parts = _copy_each_part(s3, _request(source, target, content), upload["UploadId"], content)
        # S3 checks the parts' checksums once more, and answers with the checksum of these checksums.
        answer = s3.complete_multipart_upload(MultipartUpload={"Parts": parts}, **place)
    except BaseException:  # parts of an upload that nobody ends cost money for ever; raised again
        s3.abort_multipart_upload(**place)
        raise
    if answer.get("ChecksumSHA256") != _composite(content):
        raise InfrastructureError(
            f"{target.uri} version {answer['VersionId']} has the checksum {answer.get('ChecksumSHA256')}, "
            f"expected {_composite(content)}; its parts were verified, so look at the store itself"
        )
    return answer["VersionId"]


def _copy_each_part(s3: "S3Client", request: dict[str, Any], upload_id: str, content: Content) -> list[Any]:
    def copy_part(number: int) -> dict[str, Any]:
        first = (number - 1) * content.part_size
        last = min(first + content.part_size, content.size) - 1
        # S3 takes a range only of objects above 5 MB.
        part: dict[str, Any] = {"CopySourceRange": f"bytes={first}-{last}"} if len(content.parts) > 1 else {}
        answer = s3.upload_part_copy(**request, **part, UploadId=upload_id, PartNumber=number)["CopyPartResult"]
        expected = _base64(content.parts[number - 1])
        if answer.get("ChecksumSHA256") != expected:
            raise InfrastructureError(
                f"part {number} of the copy has the checksum {answer.get('ChecksumSHA256')}, "
                f"its source has {expected}; the upload is aborted and tried again"
            )
        return {"PartNumber": number, "ETag": answer["ETag"], "ChecksumSHA256": expected}

    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        running = [pool.submit(copy_part, number) for number in range(1, len(content.parts) + 1)]
        try:
            done = [part.result() for part in as_completed(running)]
        except BaseException:  # whatever ended one part, none may be sent after the abort; raised again
            pool.shutdown(cancel_futures=True)  # waits for calls under way: an abort must come after them
            raise
    return sorted(done, key=lambda part: int(part["PartNumber"]))


def _place(target: Target) -> dict[str, Any]:
    return {"Bucket": target.uri.bucket, "Key": target.uri.key, "ExpectedBucketOwner": target.account}


def _request(source: Source, target: Target, content: Content) -> dict[str, Any]:
    return {
        **_place(target),
        "CopySource": {"Bucket": source.uri.bucket, "Key": source.uri.key, "VersionId": source.version_id},
        "CopySourceIfMatch": content.etag,
        "ExpectedSourceBucketOwner": source.account,
    }


def _metadata(source: Source, content: Content) -> dict[str, str]:
    return {
        META_SHA256: content.sha256.hex(),
        META_SOURCE_VERSION: source.version_id,
        META_SOURCE_SEQUENCER: source.sequencer,
        META_SOURCE_ETAG: content.etag.strip('"'),
        META_SOURCE_ACCOUNT: source.account,
    }


def _versions(s3: "S3Client", target: Target) -> Iterator[str]:
    pages = s3.get_paginator("list_object_versions").paginate(
        Bucket=target.uri.bucket, Prefix=target.uri.key, ExpectedBucketOwner=target.account
    )
    for page in pages:
        for version in page.get("Versions", []):
            if version["Key"] != target.uri.key:
                return  # keys come in order: everything later only begins with ours
            yield version["VersionId"]


def _composite(content: Content) -> str:
    # S3 user guide, "Checking object integrity": of a multipart upload, the digest of the parts' digests.
    return f"{_base64(hashlib.sha256(b''.join(content.parts)).digest())}-{len(content.parts)}"


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()
