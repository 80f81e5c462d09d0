"""Reading documents pinned by digest."""

from typing import TYPE_CHECKING

import pytest
from modelgate.aws.pinned import read_pinned
from modelgate.contracts.digests import sha256_of
from modelgate.errors import InfrastructureError, PinError

from tests.unit.aws.conftest import STORE

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


def test_the_version_with_the_pinned_digest_is_read_though_a_newer_one_exists(s3: "S3Client") -> None:
    """A run that pins the document before the last apply still reads the one it pins."""
    for body in (b"one", b"two", b"three"):
        s3.put_object(Bucket=STORE, Key="pinned/gate.json", Body=body)
    s3.put_object(Bucket=STORE, Key="pinned/gate.json.bak", Body=b"elsewhere")

    assert read_pinned(s3, bucket=STORE, key="pinned/gate.json", digest=sha256_of(b"one")) == b"one"
    assert read_pinned(s3, bucket=STORE, key="pinned/gate.json", digest=sha256_of(b"three")) == b"three"


def test_a_deleted_document_is_still_found_by_its_digest(s3: "S3Client") -> None:
    """A delete marker hides nothing: versions stay."""
    s3.put_object(Bucket=STORE, Key="pinned/gate.json", Body=b"one")
    s3.delete_object(Bucket=STORE, Key="pinned/gate.json")

    assert read_pinned(s3, bucket=STORE, key="pinned/gate.json", digest=sha256_of(b"one")) == b"one"


@pytest.mark.parametrize("bodies", [[], [b"other"]])
def test_no_version_with_that_digest_is_a_sentence(s3: "S3Client", bodies: list[bytes]) -> None:
    """An absent or different document is never used in its place."""
    for body in bodies:
        s3.put_object(Bucket=STORE, Key="pinned/gate.json", Body=body)

    with pytest.raises(PinError, match=r"no version of s3://gate-artifacts/pinned/gate\.json has the digest sha256:"):
        read_pinned(s3, bucket=STORE, key="pinned/gate.json", digest=sha256_of(b"one"))


def test_a_service_that_fails_is_not_a_wrong_pin(s3: "S3Client") -> None:
    """A missing bucket is trouble with infrastructure, to be retried."""
    with pytest.raises(InfrastructureError, match=r"reading s3://absent/pinned/gate\.json failed"):
        read_pinned(s3, bucket="absent", key="pinned/gate.json", digest=sha256_of(b"one"))
