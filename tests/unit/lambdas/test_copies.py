"""Copies in parts: boundaries, verification, and what is left after a failure."""

import base64
import hashlib
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelgate.aws import content as content_module
from modelgate.aws.content import CHUNK, MAX_PARTS, MIB, digest_stream, part_size
from modelgate.aws.copies import Source, Target, copy, read_content
from modelgate.contracts.uris import S3Uri
from modelgate.errors import InfrastructureError

from tests.unit.lambdas.world import GOVERNANCE, LENDING, LENDING_BUCKET, STORE, World

BODY = bytes(range(256)) * (12 * MIB // 256) + b"the last part is shorter"
TARGET = Target(account=GOVERNANCE, uri=S3Uri.of(STORE, f"{LENDING}/{LENDING_BUCKET}/model.tar.gz"))


@pytest.fixture
def source(world: World, monkeypatch: pytest.MonkeyPatch) -> Source:
    """An object of three parts, with parts of 5 MiB, the smallest that S3 takes."""
    monkeypatch.setattr(content_module, "SINGLE_COPY_LIMIT", 5 * MIB)
    version_id, _ = world.upload("model.tar.gz", BODY)
    return Source(account=LENDING, uri=S3Uri.of(LENDING_BUCKET, "model.tar.gz"), version_id=version_id, sequencer="0A")


class ReportingChecksums:
    """A client that reports checksums of parts and of the whole copy, as S3 does and moto does not.

    *lie* names a call whose checksum is wrong: the bytes of the copy are others.
    """

    def __init__(self, world: World, lie: str = "") -> None:
        self.s3, self.lie = world.s3, lie
        self.parts: dict[int, bytes] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.s3, name)

    def upload_part_copy(self, **request: Any) -> dict[str, Any]:
        answer = self.s3.upload_part_copy(**request)
        first, last = (int(end) for end in request["CopySourceRange"].removeprefix("bytes=").split("-"))
        digest = hashlib.sha256(BODY[first : last + 1]).digest()
        self.parts[request["PartNumber"]] = digest
        answer["CopyPartResult"]["ChecksumSHA256"] = self._told("part", digest)
        return answer  # type: ignore[return-value]

    def complete_multipart_upload(self, **request: Any) -> dict[str, Any]:
        sent = {p["PartNumber"]: p["ChecksumSHA256"] for p in request["MultipartUpload"]["Parts"]}
        assert sent == {n: base64.b64encode(d).decode() for n, d in self.parts.items()}
        answer = self.s3.complete_multipart_upload(**request)
        digest = hashlib.sha256(b"".join(self.parts[n] for n in sorted(self.parts))).digest()
        answer["ChecksumSHA256"] = f"{self._told('whole', digest)}-{len(self.parts)}"
        return answer  # type: ignore[return-value]

    def copy_object(self, **request: Any) -> dict[str, Any]:
        answer = self.s3.copy_object(**request)
        answer["CopyObjectResult"]["ChecksumSHA256"] = self._told("single", b"")
        return answer  # type: ignore[return-value]

    def _told(self, call: str, digest: bytes) -> str:
        return base64.b64encode(b"wrong" if self.lie == call else digest).decode()


@pytest.mark.parametrize("reports_checksums", [True, False], ids=["with-checksums", "read-back"])
def test_a_large_object_is_copied_in_parts_and_verified(
    world: World, source: Source, *, reports_checksums: bool
) -> None:
    """By S3's own checksums, or by reading the copy where none are reported; metadata is set either way."""
    s3: Any = ReportingChecksums(world) if reports_checksums else world.s3
    content = read_content(s3, source)
    assert content is not None

    copied = copy(s3, source, TARGET, content)

    stored = world.s3.get_object(Bucket=STORE, Key=TARGET.uri.key, VersionId=copied.version_id)
    assert stored["Body"].read() == BODY
    assert stored["ETag"].endswith('-3"')
    assert stored["Metadata"]["sha256"] == hashlib.sha256(BODY).hexdigest() == copied.sha256


@pytest.mark.parametrize("lie", ["part", "whole"])
def test_a_copy_in_parts_that_differs_leaves_nothing(world: World, source: Source, lie: str) -> None:
    """A wrong part aborts the upload, a wrong whole deletes that version; both are tried again."""
    s3: Any = ReportingChecksums(world, lie)
    content = read_content(s3, source)
    assert content is not None

    with pytest.raises(InfrastructureError, match="differ"):
        copy(s3, source, TARGET, content)

    assert world.copies(TARGET.uri.key) == []
    assert world.s3.list_multipart_uploads(Bucket=STORE).get("Uploads", []) == []


def test_a_single_copy_that_differs_is_deleted(world: World) -> None:
    """Neither a version nor a delete marker stays."""
    version_id, _ = world.upload("small", b"small")
    source = Source(account=LENDING, uri=S3Uri.of(LENDING_BUCKET, "small"), version_id=version_id, sequencer="0A")
    s3: Any = ReportingChecksums(world, "single")
    content = read_content(s3, source)
    assert content is not None

    with pytest.raises(InfrastructureError, match="differed"):
        copy(s3, source, TARGET, content)

    answer = world.s3.list_object_versions(Bucket=STORE, Prefix=TARGET.uri.key)
    assert (answer.get("Versions", []), answer.get("DeleteMarkers", [])) == ([], [])


def test_a_failing_part_aborts_the_upload(world: World, source: Source) -> None:
    """S3 keeps the parts of an open upload, and bills them, until it is aborted."""
    content = read_content(world.s3, source)
    assert content is not None
    world.s3.delete_object(Bucket=LENDING_BUCKET, Key="model.tar.gz", VersionId=source.version_id)

    with pytest.raises(InfrastructureError, match="copying"):
        copy(world.s3, source, TARGET, content)

    assert world.s3.list_multipart_uploads(Bucket=STORE).get("Uploads", []) == []


@given(st.integers(min_value=0, max_value=MAX_PARTS * 5 * 1024 * MIB))
def test_parts_fit_the_limits_of_s3_up_to_its_largest_object(size: int) -> None:
    """At most 10,000 parts, each of 64 MiB to 5 GiB but the last, for every size that S3 holds."""
    step = part_size(size)

    assert 64 * MIB <= step <= 5 * 1024 * MIB
    assert -(-size // step) <= MAX_PARTS


@given(st.binary(max_size=300), st.integers(min_value=1, max_value=64))
def test_part_digests_follow_the_boundaries_whatever_the_stream_hands_out(body: bytes, step: int) -> None:
    """A stream may hand out less than asked for; whole and parts stay the same."""

    class Dribble:
        def __init__(self) -> None:
            self.left = body

        def read(self, amt: int, /) -> bytes:
            piece, self.left = self.left[: min(amt, 7)], self.left[min(amt, 7) :]
            return piece

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(content_module, "SINGLE_COPY_LIMIT", step)
        content = digest_stream(Dribble(), size=len(body), etag="e")

    assert content.sha256 == hashlib.sha256(body).digest()
    assert content.parts == tuple(
        hashlib.sha256(body[n : n + content.part_size]).digest() for n in range(0, len(body), content.part_size)
    )


def test_a_stream_that_ends_early_is_no_content() -> None:
    """Half an object has a digest too, and it must not be recorded."""

    class Nothing:
        def read(self, amt: int, /) -> bytes:
            return b""

    with pytest.raises(InfrastructureError, match="ended after 0 of 5 bytes"):
        digest_stream(Nothing(), size=5, etag="e")


def test_memory_does_not_grow_with_the_object() -> None:
    """Sixteen times the size takes the same memory: a few chunks."""

    class Zeros:
        def read(self, amt: int, /) -> bytes:
            assert amt <= CHUNK
            return bytes(amt)

    def peak(size: int) -> int:
        tracemalloc.start()
        digest_stream(Zeros(), size=size, etag="e")
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    assert peak(64 * MIB) < 4 * CHUNK
    assert peak(64 * MIB) < 2 * peak(4 * MIB)
