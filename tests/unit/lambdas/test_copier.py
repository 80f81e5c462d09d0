"""The copier: exactly the version of the event, verified, once."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelgate.contracts.messages import parse_message
from modelgate.contracts.uris import check_key
from modelgate.errors import ContentError, InvalidUriError, MalformedMessageError, UnmappedUriError

from lambdas.copy_artifacts.copier import ALREADY_COPIED, COPIED, SOURCE_GONE, copy_artifact
from lambdas.intake import Outcome
from tests.unit.lambdas.world import (
    GOVERNANCE,
    INSURANCE,
    LENDING,
    LENDING_BUCKET,
    STORE,
    World,
    package_arn,
    registered_event,
    uploaded_event,
)


def copy_of(world: World, key: str, version_id: str, **thing: object) -> Outcome:
    """Let the copier answer the upload of that version."""
    event = uploaded_event(LENDING_BUCKET, key, version_id, account=LENDING, **thing)
    return copy_artifact(world.copying_s3, world.gate, parse_message(event))


@pytest.mark.parametrize("key", ["model.tar.gz", "run 1/bias report.json", "läufe/日本/é+%41&=?#.json"])
def test_the_copy_carries_bytes_digest_and_provenance(world: World, key: str) -> None:
    """Spaces, Unicode and characters that mean something in a URL all arrive under the same name."""
    version_id, etag = world.upload(key, b"evidence")

    outcome = copy_of(world, key, version_id, etag=etag, size=8)

    copied = world.s3.get_object(Bucket=STORE, Key=f"{LENDING}/{LENDING_BUCKET}/{key}")
    assert outcome.action == COPIED
    assert copied["Body"].read() == b"evidence"
    assert copied["Metadata"] == {
        "sha256": hashlib.sha256(b"evidence").hexdigest(),
        "source-version-id": version_id,
        "source-sequencer": "006408CAD69598B05E",
        "source-etag": etag,
        "source-account": LENDING,
    }


def test_the_version_of_the_event_is_copied_though_a_newer_one_exists(world: World) -> None:
    """The name alone would give the newer bytes."""
    old, _ = world.upload("k", b"old")
    world.upload("k", b"new")

    copy_of(world, "k", old)

    assert world.s3.get_object(Bucket=STORE, Key=f"{LENDING}/{LENDING_BUCKET}/k")["Body"].read() == b"old"


def test_an_empty_object_is_copied(world: World) -> None:
    """A report of no bytes is evidence too; the check step says what is wrong with it."""
    version_id, _ = world.upload("empty", b"")

    assert copy_of(world, "empty", version_id).details["bytes"] == 0


def test_a_redelivery_finds_the_copy_and_makes_no_second_version(world: World) -> None:
    """Also after a newer version was copied meanwhile."""
    first, _ = world.upload("k", b"first")
    second, _ = world.upload("k", b"second")
    copy_of(world, "k", first)
    copy_of(world, "k", second)

    outcome = copy_of(world, "k", first)

    assert outcome.action == ALREADY_COPIED
    assert len(world.copies(f"{LENDING}/{LENDING_BUCKET}/k")) == 2


def test_a_source_deleted_meanwhile_ends_quietly(world: World) -> None:
    """Nothing is copied and nothing is retried."""
    version_id, _ = world.upload("k", b"x")
    world.s3.delete_object(Bucket=LENDING_BUCKET, Key="k", VersionId=version_id)

    assert copy_of(world, "k", version_id).action == SOURCE_GONE
    assert world.copies(f"{LENDING}/{LENDING_BUCKET}/k") == []


def test_an_upload_to_a_bucket_that_keeps_no_versions_is_refused(world: World) -> None:
    """Where versioning is suspended every upload is version "null": a replaced file would count as copied already."""
    world.upload("k", b"x")

    with pytest.raises(MalformedMessageError, match="is the bucket versioned"):
        copy_of(world, "k", "null")


def test_an_etag_that_the_version_does_not_have_is_refused(world: World) -> None:
    """Such an event describes another object than it names."""
    version_id, _ = world.upload("k", b"x")

    with pytest.raises(MalformedMessageError, match="ETag"):
        copy_of(world, "k", version_id, etag="0" * 32)


@pytest.mark.parametrize(
    ("bucket", "account", "reason"),
    [
        ("not-a-product", LENDING, "belongs to no product"),
        (LENDING_BUCKET, INSURANCE, "not from its owner"),
        (STORE, GOVERNANCE, "belongs to no product"),
    ],
    ids=["unknown-bucket", "bucket-of-another-account", "our-own-store"],
)
def test_a_bucket_that_is_not_the_accounts_own_is_refused(world: World, bucket: str, account: str, reason: str) -> None:
    """The copier is nobody's deputy: buckets and owners come from configuration."""
    event = uploaded_event(bucket, "k", "v", account=account)

    with pytest.raises(MalformedMessageError, match=reason):
        copy_artifact(world.copying_s3, world.gate, parse_message(event))


def test_a_key_too_long_for_its_place_in_the_store_is_refused(world: World) -> None:
    """The key fits S3's limit at the source, and no longer with account and bucket before it."""
    with pytest.raises(UnmappedUriError, match="too long"):
        copy_of(world, "k" * 1024, "v")


def test_another_kind_of_message_is_refused(world: World) -> None:
    """A registration on the copier's queue means that a rule is wrong."""
    with pytest.raises(MalformedMessageError, match="Object Created"):
        copy_artifact(world.copying_s3, world.gate, parse_message(registered_event(package_arn())))


_TRICKS = st.sampled_from(["..", ".", "", "%2e%2e", "a\nb", "\x00", "\x7f", "a", "ü", "x y"])


@given(st.lists(_TRICKS, min_size=1, max_size=5).map("/".join))
def test_an_event_is_refused_exactly_when_its_key_plays_tricks(key: str) -> None:
    """Dot segments, empty segments and control characters never reach S3."""
    try:
        check_key(key)
        refused = False
    except InvalidUriError:
        refused = True

    try:
        parse_message(uploaded_event(LENDING_BUCKET, key, "v", account=LENDING))
        raised = False
    except ContentError:
        raised = True

    assert raised == refused
