"""The messages from both sides: what one function sends, the other reads."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.layout import review_key
from modelgate.contracts.messages import ApprovalRequest, ArtifactUploaded, RevertRequest, ReviewWritten, parse_message
from modelgate.contracts.uris import S3Uri
from modelgate.errors import ContentError, MalformedMessageError

ARN = ModelPackageArn(partition="aws", region="eu-west-1", account="222222222222", group="loan-approval", version=7)
PLAIN = {
    "schema": "modelgate/approval-request/v1",
    "model_package_arn": str(ARN),
    "change": "2026-05-04T12:00:00Z",
    "attempt": 1,
}

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
_FIELDS = st.sampled_from(
    (
        *("schema", "source", "detail-type", "detail", "account", "object", "bucket", "key", "name", "version-id"),
        *("model_package_arn", "change", "attempt", "waits", "deferred", "ModelPackageArn", "CreationTime"),
    )
)
_VALUES = _JSON | st.sampled_from(["aws.s3", "Object Created", "aws.sagemaker", PLAIN["schema"], str(ARN)])


@given(
    st.builds(
        ApprovalRequest,
        arn=st.just(ARN),
        change=st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=256),
        attempt=st.integers(1, 1_000_000),
        deferred=st.integers(0, 1_000_000),
        waits=st.booleans(),
    )
)
def test_a_request_is_read_as_it_was_sent(request: ApprovalRequest) -> None:
    """Every field survives the queue."""
    assert parse_message(request.to_json()) == request


def test_a_request_with_only_the_public_fields_is_a_first_look() -> None:
    """Whoever asks for a judgement need not know how waiting is counted."""
    assert parse_message(json.dumps(PLAIN)) == ApprovalRequest(arn=ARN, change="2026-05-04T12:00:00Z")


@pytest.mark.parametrize("field", sorted(PLAIN))
def test_a_request_that_lacks_a_field_is_refused(field: str) -> None:
    """No default hides a missing field."""
    with pytest.raises(MalformedMessageError):
        parse_message(json.dumps({name: value for name, value in PLAIN.items() if name != field}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"attempt": 0},
        {"attempt": True},
        {"attempt": "1"},
        {"change": ""},
        {"change": "a\nb"},
        {"waits": 1},
        {"deferred": -1},
        {"model_package_arn": str(ARN).replace("loan", "lo\N{CYRILLIC SMALL LETTER A}n")},
        {"surprise": 1},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_request_with_a_wrong_field_is_refused(wrong: dict[str, object]) -> None:
    """Types are exact and unknown fields are errors."""
    with pytest.raises(MalformedMessageError):
        parse_message(json.dumps({**PLAIN, **wrong}))


@given(
    st.builds(
        RevertRequest,
        arn=st.just(ARN),
        change=st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=256),
        deferred=st.integers(0, 1_000_000),
    )
)
def test_a_revert_request_is_read_as_it_was_sent(request: RevertRequest) -> None:
    """Every field survives the queue."""
    assert parse_message(request.to_json()) == request


@pytest.mark.parametrize("wrong", [{"change": ""}, {"deferred": -1}, {"attempt": 1}, {"model_package_arn": "x"}])
def test_a_revert_request_with_a_wrong_field_is_refused(wrong: dict[str, object]) -> None:
    """It has no attempts and waits for nothing, so such fields are errors."""
    plain = {"schema": "modelgate/revert-request/v1", "model_package_arn": str(ARN), "change": "audit 1"}

    assert parse_message(json.dumps(plain)) == RevertRequest(arn=ARN, change="audit 1")
    with pytest.raises(MalformedMessageError):
        parse_message(json.dumps({**plain, **wrong}))


@given(st.text(max_size=200) | st.dictionaries(_FIELDS, _VALUES | st.dictionaries(_FIELDS, _VALUES)).map(json.dumps))
def test_whatever_arrives_is_read_or_refused(body: str) -> None:
    """No input raises anything but a content error: a crash would be retried in vain."""
    try:
        reason = str(parse_message(body))
    except ContentError as error:
        reason = str(error)

    assert reason


def uploaded(key: str) -> ArtifactUploaded:
    """The event of an object in the evidence store."""
    uri = S3Uri(bucket="gate-evidence", key=key)
    return ArtifactUploaded(account="222222222222", uri=uri, version_id="v1", etag=None, sequencer="01")


# aws:userid of a role's session: IAM's unique id, and a session name of the characters that STS takes.
@given(
    st.from_regex(r"AROA[A-Z0-9]{16}:[\w+=,.@-]{2,64}", fullmatch=True).filter(str.isascii), st.integers(1, 999_999_999)
)
def test_the_event_of_a_review_is_read_as_its_key_was_made(reviewer: str, version: int) -> None:
    """Whoever writes reviews and whoever hears of them agree, whatever the reviewer's session is called."""
    review = ReviewWritten.from_upload(uploaded(review_key("loan-approval", version, "abc123", reviewer)))

    assert (review.group, review.version, review.execution_id, review.reviewer) == (
        "loan-approval",
        version,
        "abc123",
        reviewer,
    )
    assert ApprovalRequest(arn=ARN, change=review.change) == parse_message(
        ApprovalRequest(arn=ARN, change=review.change).to_json()
    )


@given(st.text(max_size=100) | st.text(max_size=60).map(lambda rest: f"reviews/{rest}"))
def test_whatever_lies_in_the_evidence_store_is_a_review_or_refused(key: str) -> None:
    """No key raises anything else."""
    try:
        said = f"version {ReviewWritten.from_upload(uploaded(key)).version}"
    except MalformedMessageError as error:
        said = str(error)

    assert said.startswith("version ") or "is not the key of a review; expected reviews/<group>/" in said
