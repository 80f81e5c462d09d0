"""A bucket as a place to list and read."""

import pytest
from modelgate.aws.objects import Bucket
from modelgate.errors import ContentError, InfrastructureError


def test_an_object_is_read_with_its_version_and_the_time_it_was_stored(evidence: Bucket) -> None:
    """The newest version, or the one that is named."""
    first = evidence.s3.put_object(Bucket=evidence.name, Key="a", Body=b"one")["VersionId"]
    evidence.s3.put_object(Bucket=evidence.name, Key="a", Body=b"two")

    newest, named = evidence.read("a", max_bytes=3), evidence.read("a", max_bytes=3, version_id=first)

    assert newest is not None
    assert named is not None
    assert (newest.data, named.data, named.version_id) == (b"two", b"one", first)
    assert newest.written_at.endswith("+00:00")


def test_what_is_not_there_is_none_and_what_is_too_large_is_refused(evidence: Bucket) -> None:
    """A cap on the bytes, looked at before they are read."""
    evidence.s3.put_object(Bucket=evidence.name, Key="a", Body=b"1234")

    assert evidence.read("b", max_bytes=3) is None
    assert evidence.read("a", max_bytes=4, version_id="0" * 32) is None
    with pytest.raises(ContentError, match="s3://gate-evidence/a has 4 bytes, at most 3 are read"):
        evidence.read("a", max_bytes=3)


def test_a_bucket_without_versions_is_refused(evidence: Bucket) -> None:
    """What is read could not be named later."""
    evidence.s3.create_bucket(Bucket="plain")
    evidence.s3.put_object(Bucket="plain", Key="a", Body=b"1")

    with pytest.raises(InfrastructureError, match="turn on the versioning of plain"):
        Bucket(s3=evidence.s3, name="plain", owner=None).read("a", max_bytes=3)


def test_a_service_that_fails_is_trouble(evidence: Bucket) -> None:
    """Neither an empty list nor an absent object."""
    absent = Bucket(s3=evidence.s3, name="absent", owner="222222222222")

    with pytest.raises(InfrastructureError, match="listing s3://absent/a failed"):
        list(absent.list("a"))
    with pytest.raises(InfrastructureError, match="reading s3://absent/a failed"):
        absent.read("a", max_bytes=3)
