"""Answers in S3: written once, whoever comes first, and read as they were written."""

import base64
import hashlib
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from modelgate.aws import answer_store
from modelgate.aws.answer_store import AnswerStore
from modelgate.contracts.layout import ANSWERS, META_SHA256
from modelgate.errors import InfrastructureError

from tests.stateful.clock import Clock
from tests.stateful.s3 import Bucket as FakeBucket
from tests.stateful.s3 import FakeS3
from tests.unit.aws.conftest import STORE

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

KEY = "0a.jsonl"


@pytest.fixture
def answers(s3: "S3Client") -> AnswerStore:
    """The answers in the artifact store."""
    return AnswerStore(s3=s3, bucket=STORE, prefix=ANSWERS, owner="123456789012")


def test_nothing_is_there_before(answers: AnswerStore) -> None:
    """An absent key is no error."""
    assert answers.get(KEY) is None


def test_what_is_written_is_read(answers: AnswerStore, s3: "S3Client") -> None:
    """Below the prefix, an empty part included."""
    assert answers.put_once(KEY, b"") == b""

    assert answers.get(KEY) == b""
    assert [one["Key"] for one in s3.list_objects_v2(Bucket=STORE)["Contents"]] == [ANSWERS + KEY]


def test_the_first_writer_wins(answers: AnswerStore, s3: "S3Client") -> None:
    """A second one gets the first one's bytes, and no version is added."""
    answers.put_once(KEY, b"first")

    assert answers.put_once(KEY, b"second") == b"first"
    assert len(s3.list_object_versions(Bucket=STORE)["Versions"]) == 1


def test_the_integrity_of_the_way_is_asked_for(s3: "S3Client", monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 gets the checksum, the condition and the owner, and no key but the bucket's own."""
    asked: dict[str, Any] = {}
    monkeypatch.setattr(s3, "put_object", lambda **request: asked.update(request))

    AnswerStore(s3=s3, bucket=STORE, prefix=ANSWERS, owner="1").put_once(KEY, b"x")

    assert asked == {
        "Bucket": STORE,
        "Key": ANSWERS + KEY,
        "Body": b"x",
        "IfNoneMatch": "*",
        "ChecksumSHA256": base64.b64encode(hashlib.sha256(b"x").digest()).decode(),
        "Metadata": {META_SHA256: hashlib.sha256(b"x").hexdigest()},
        "ExpectedBucketOwner": "1",
    }


@pytest.mark.parametrize("metadata", [{}, {META_SHA256: "0" * 64}])
def test_other_bytes_are_refused(answers: AnswerStore, s3: "S3Client", metadata: dict[str, str]) -> None:
    """What somebody else put there is no answer."""
    s3.put_object(Bucket=STORE, Key=ANSWERS + KEY, Body=b"forged", Metadata=metadata)

    with pytest.raises(InfrastructureError, match="is not what was written there"):
        answers.get(KEY)


def test_the_size_is_bounded_both_ways(answers: AnswerStore, s3: "S3Client", monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written that could not be read back."""
    monkeypatch.setattr(answer_store, "STORED_BYTES", 3)
    s3.put_object(Bucket=STORE, Key=ANSWERS + KEY, Body=b"four")

    with pytest.raises(InfrastructureError, match="at most 3 are read"):
        answers.get(KEY)
    with pytest.raises(InfrastructureError, match="ask smaller parts"):
        answers.put_once("other", b"four")


def test_the_bucket_of_another_account_is_no_store() -> None:
    """Its answers are not taken."""
    fake = FakeS3(clock=Clock(), created=lambda *_: None, buckets={STORE: FakeBucket(owner="1")})

    with pytest.raises(InfrastructureError, match="AccessDenied"):
        AnswerStore(s3=fake, bucket=STORE, prefix=ANSWERS, owner="2").get(KEY)  # type: ignore[arg-type]


class Meeting:
    """S3 where a write meets another one's, *times* in a row, and then finds *there* or room."""

    def __init__(self, times: int, there: bytes | None) -> None:
        self.times = times
        self.there = there
        self.written: list[bytes] = []

    def put_object(self, *, Body: bytes, **_: Any) -> None:  # noqa: N803
        self.times -= 1
        if self.times >= 0:
            raise ClientError({"Error": {"Code": "ConditionalRequestConflict"}}, "PutObject")
        self.written.append(Body)

    def get_object(self, **_: Any) -> Any:
        if self.there is None:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        digest = hashlib.sha256(self.there).hexdigest()
        body = type("Body", (), {"read": lambda _, __: self.there})()
        return {"ContentLength": len(self.there), "Metadata": {META_SHA256: digest}, "Body": body}


def test_a_write_that_meets_another_reads_the_winner() -> None:
    """S3 answers 409 then."""
    store = AnswerStore(s3=Meeting(1, b"winner"), bucket=STORE, prefix=ANSWERS)  # type: ignore[arg-type]

    assert store.put_once(KEY, b"loser") == b"winner"


def test_a_write_that_met_one_that_failed_is_written() -> None:
    """Nobody won, so it tries again."""
    meeting = Meeting(2, None)

    assert AnswerStore(s3=meeting, bucket=STORE, prefix=ANSWERS).put_once(KEY, b"x") == b"x"  # type: ignore[arg-type]
    assert meeting.written == [b"x"]


def test_a_write_that_meets_others_for_ever_ends() -> None:
    """With a sentence."""
    store = AnswerStore(s3=Meeting(99, None), bucket=STORE, prefix=ANSWERS)  # type: ignore[arg-type]

    with pytest.raises(InfrastructureError, match="was being written by another 5 times"):
        store.put_once(KEY, b"x")
