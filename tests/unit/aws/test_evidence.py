"""Keys of the evidence store are written once, also by many at the same time."""

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from modelgate.aws.evidence import write_once
from modelgate.aws.objects import Bucket
from modelgate.errors import InfrastructureError

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

BUCKET, OWNER = "gate-evidence", "222222222222"


class Contended:
    """S3 while another conditional write to the same key is under way, for the first *times* writes."""

    def __init__(self, s3: "S3Client", times: int) -> None:
        self._s3, self.times = s3, times

    def put_object(self, **request: Any) -> Any:
        if self.times:
            self.times -= 1
            raise ClientError({"Error": {"Code": "ConditionalRequestConflict", "Message": "busy"}}, "PutObject")
        return self._s3.put_object(**request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._s3, name)


@pytest.fixture
def evidence_store(s3: "S3Client") -> "S3Client":
    """S3 with an evidence store."""
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return s3


def write(s3: Any, body: bytes) -> bytes:
    """Write without waiting."""
    evidence = Bucket(s3=s3, name=BUCKET, owner=OWNER)
    return write_once(evidence, "pinned/a.json", body, pause=lambda _: None)


def test_the_first_one_wins_and_the_second_is_told(evidence_store: "S3Client") -> None:
    """What is there is what everybody gets."""
    assert write(evidence_store, b"one") == b"one"
    assert write(evidence_store, b"two") == b"one"


def test_a_write_that_met_another_under_way_is_tried_again(evidence_store: "S3Client") -> None:
    """S3 answers 409 before there is anything to read: that is no reason to fail a run."""
    assert write(Contended(evidence_store, 3), b"one") == b"one"


def test_a_key_that_is_contended_without_end_is_trouble(evidence_store: "S3Client") -> None:
    """The step may be run again; nothing is decided without a record."""
    with pytest.raises(InfrastructureError, match="being written by others"):
        write(Contended(evidence_store, 100), b"one")
