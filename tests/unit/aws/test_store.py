"""Which copy of an artifact counts."""

import hashlib
from typing import TYPE_CHECKING

import pytest
from modelgate.aws.store import MAX_UPLOADS, describe_copy, find_copy, read_copy
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.uris import S3Uri
from modelgate.errors import InfrastructureError, UnreadableReportError

from tests.unit.aws.conftest import STORE

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

URI = S3Uri.of(STORE, "333333333333/lending/run 1/bias.json")


def put(s3: "S3Client", body: bytes, *, sequencer: str, uri: S3Uri = URI) -> str:
    """Store a copy as the copier does."""
    metadata = {"sha256": hashlib.sha256(body).hexdigest(), "source-version-id": "v", "source-sequencer": sequencer}
    return s3.put_object(Bucket=uri.bucket, Key=uri.key, Body=body, Metadata=metadata)["VersionId"]


def test_the_copy_with_the_declared_digest_counts(s3: "S3Client") -> None:
    """With a ContentDigest, a newer upload under the same name changes nothing."""
    first = put(s3, b"first", sequencer="01")
    put(s3, b"second", sequencer="02")

    found = find_copy(s3, URI, sha256_of(b"first"))

    assert found is not None
    assert (first, sha256_of(b"first"), 5) == (found.version_id, found.digest, found.size)


def test_the_newest_upload_counts_whatever_the_order_of_copies(s3: "S3Client") -> None:
    """Sequencers compare after padding with zeros: 0A is 0A00, so 0A01 is newer though it was copied first."""
    put(s3, b"newest", sequencer="0a01")
    put(s3, b"older", sequencer="0A")
    put(s3, b"oldest", sequencer="01FFFF")

    found = find_copy(s3, URI, None)

    assert found is not None
    assert sha256_of(b"newest") == found.digest


def test_what_has_not_arrived_is_none(s3: "S3Client") -> None:
    """Neither another digest, nor a longer key, nor an object the copier did not write is the artifact."""
    put(s3, b"longer", sequencer="01", uri=S3Uri.of(STORE, URI.key + ".bak"))
    s3.put_object(Bucket=STORE, Key=URI.key, Body=b"stray")

    assert find_copy(s3, URI, None) is None
    put(s3, b"first", sequencer="01")
    assert find_copy(s3, URI, sha256_of(b"second")) is None


def test_a_copy_is_read_by_version_and_within_its_cap(s3: "S3Client") -> None:
    """The bytes are those of the version that was found; a larger object is refused unread."""
    put(s3, b"first", sequencer="01")
    found = find_copy(s3, URI, None)
    put(s3, b"second", sequencer="02")
    assert found is not None

    assert read_copy(s3, found, max_bytes=5) == b"first"
    with pytest.raises(UnreadableReportError, match="it has 5 bytes, at most 4 are read"):
        read_copy(s3, found, max_bytes=4)


def test_one_version_is_described_or_gone(s3: "S3Client") -> None:
    """A deleted version is None, never another one."""
    put(s3, b"first", sequencer="01")
    version = put(s3, b"second", sequencer="02")

    found = describe_copy(s3, URI, version)
    s3.delete_object(Bucket=STORE, Key=URI.key, VersionId=version)

    assert found is not None
    assert sha256_of(b"second") == found.digest
    assert describe_copy(s3, URI, version) is None


def test_a_service_that_fails_is_not_missing_evidence(s3: "S3Client") -> None:
    """Only a listing that worked can say that something has not arrived."""
    with pytest.raises(InfrastructureError, match="looking for s3://absent/a failed"):
        find_copy(s3, S3Uri.of("absent", "a"), None)


def test_a_key_with_uploads_without_end_costs_a_bounded_look(s3: "S3Client") -> None:
    """A team that uploads to one key for years must not hold up the gate: the newest hundred copies are compared."""
    put(s3, b"oldest copy, of the newest upload", sequencer="FF")
    for number in range(MAX_UPLOADS):
        put(s3, b"upload %d" % number, sequencer=f"{number:02X}")
    asked: list[str] = []
    s3.meta.events.register("before-call.s3.HeadObject", lambda **_: asked.append("head"))

    found = find_copy(s3, URI, None)

    assert found is not None
    assert sha256_of(b"upload 99") == found.digest
    assert len(asked) == MAX_UPLOADS


def test_sequencers_that_differ_in_trailing_zeros_are_one_upload(s3: "S3Client") -> None:
    """After padding they are equal, so the newest copy of that upload counts."""
    put(s3, b"copied first", sequencer="0A00")
    put(s3, b"copied again", sequencer="0A")

    found = find_copy(s3, URI, None)

    assert found is not None
    assert sha256_of(b"copied again") == found.digest
