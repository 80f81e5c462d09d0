"""Copies in parts: boundaries, verification, and what is left after a failure."""

import hashlib
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelgate.aws import content as content_module
from modelgate.aws.content import CHUNK, MAX_PARTS, MIB, digest_stream, part_size
from modelgate.aws.copies import Copied, Source, Target, copy, read_content
from modelgate.contracts.uris import S3Uri
from modelgate.errors import InfrastructureError

from tests.unit.lambdas.checksums import ReportingChecksums
from tests.unit.lambdas.world import GOVERNANCE, LENDING, LENDING_BUCKET, STORE, World

BODY = bytes(range(256)) * (12 * MIB // 256) + b"the last part is shorter"
TARGET = Target(account=GOVERNANCE, uri=S3Uri.of(STORE, f"{LENDING}/{LENDING_BUCKET}/model.tar.gz"))


@pytest.fixture
def source(world: World, monkeypatch: pytest.MonkeyPatch) -> Source:
    """An object of three parts, with parts of 5 MiB, the smallest that S3 takes."""
    monkeypatch.setattr(content_module, "SMALLEST_PART", 5 * MIB)
    version_id, _ = world.upload("model.tar.gz", BODY)
    return Source(account=LENDING, uri=S3Uri.of(LENDING_BUCKET, "model.tar.gz"), version_id=version_id, sequencer="0A")


def copy_all(s3: Any, source: Source) -> Copied:
    """Read the source and copy it."""
    content = read_content(s3, source)
    assert content is not None
    return copy(s3, source, TARGET, content)


def test_a_large_object_is_copied_in_parts_and_verified(world: World, source: Source) -> None:
    """Bytes, number of parts and metadata are as they should be."""
    copied = copy_all(ReportingChecksums(world.s3), source)

    stored = world.s3.get_object(Bucket=STORE, Key=TARGET.uri.key, VersionId=copied.version_id)
    assert stored["Body"].read() == BODY
    assert stored["ETag"].endswith('-3"')
    assert stored["Metadata"]["sha256"] == hashlib.sha256(BODY).hexdigest() == copied.sha256


@pytest.mark.parametrize("client", [lambda s3: ReportingChecksums(s3, "part"), lambda s3: s3], ids=["wrong", "absent"])
def test_a_part_that_is_not_verified_leaves_nothing(
    world: World, source: Source, client: Callable[[object], object]
) -> None:
    """The upload is aborted before anything is visible; the message comes again."""
    with pytest.raises(InfrastructureError, match="aborted and tried again"):
        copy_all(client(world.s3), source)

    assert world.copies(TARGET.uri.key) == []
    assert world.s3.list_multipart_uploads(Bucket=STORE).get("Uploads", []) == []


def test_a_finished_copy_with_another_checksum_is_reported(world: World, source: Source) -> None:
    """Its parts were verified, so this is the store's own contradiction, and nobody's verdict."""
    with pytest.raises(InfrastructureError, match="look at the store"):
        copy_all(ReportingChecksums(world.s3, "whole"), source)


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
        patch.setattr(content_module, "SMALLEST_PART", step)
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


def test_every_call_of_a_copy_names_version_etag_and_both_owners(world: World, source: Source) -> None:
    """A bucket that changed hands, or bytes that changed under the version, must be refused by S3 itself."""
    asked: list[tuple[str, dict[str, Any]]] = []

    def keep(params: dict[str, Any], model: Any, **_: Any) -> None:
        asked.append((model.name, dict(params)))

    world.s3.meta.events.register("provide-client-params.s3.*", keep)
    try:
        copy_all(ReportingChecksums(world.s3), source)
    finally:
        world.s3.meta.events.unregister("provide-client-params.s3.*", keep)

    name, read = asked[0]  # later reads are those of the test's own checksums
    assert (name, read["VersionId"], read["ExpectedBucketOwner"]) == ("GetObject", source.version_id, LENDING)
    parts = [params for name, params in asked if name == "UploadPartCopy"]
    assert len(parts) == 3
    for part in parts:
        assert part["CopySource"]["VersionId"] == source.version_id
        assert part["CopySourceIfMatch"].endswith('"')
        assert (part["ExpectedSourceBucketOwner"], part["ExpectedBucketOwner"]) == (LENDING, GOVERNANCE)
    others = [params for name, params in asked if name not in {"GetObject", "UploadPartCopy"}]
    assert {params["ExpectedBucketOwner"] for params in others} == {GOVERNANCE}
