"""Reviews are written once, under the reviewer's own name, and found with version and digest."""

from typing import Any

import pytest
from modelgate.aws import reviews
from modelgate.aws.objects import Bucket
from modelgate.aws.reviews import find_reviews, write_review
from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.review import ReviewRecord, ReviewVerdict
from modelgate.errors import ContentError, InfrastructureError, InvalidArnError

ARN = ModelPackageArn(partition="aws", region="eu-west-1", account="222222222222", group="loan-approval", version=7)
ADA, BO = "AROAEXAMPLE:ada@example.com", "AROAEXAMPLE:bo"


def record(**changes: Any) -> ReviewRecord:
    """What a person says."""
    said = {
        "package_arn": str(ARN),
        "decision_id": "loan-approval/7/run1",
        "basis": "sha256:" + "a" * 64,
        "verdict": ReviewVerdict.APPROVE,
        "reason": "I have looked at it",
        "reviewed_at": "2026-11-25T10:00:00+00:00",
    }
    return ReviewRecord(**(said | changes))


def test_a_review_is_found_as_it_was_written(evidence: Bucket) -> None:
    """Address, reviewer, version and digest; another version's reviews are not this one's."""
    uri = write_review(evidence, record(), reviewer=ADA)
    write_review(evidence, record(decision_id="loan-approval/7/run2", reason="again"), reviewer=BO)
    other = ModelPackageArn.parse(str(ARN).replace("/7", "/70"))
    write_review(evidence, record(package_arn=str(other), decision_id="loan-approval/70/run1"), reviewer=ADA)

    first, second = (found.review for found in find_reviews(evidence, ARN))

    assert uri == f"s3://gate-evidence/reviews/loan-approval/7/run1/{ADA}.json"
    assert (first.uri, first.reviewer, first.record, first.digest) == (
        uri,
        ADA,
        record(),
        sha256_of(record().to_json()),
    )
    assert first.version_id
    assert (second.reviewer, second.record.reason) == (BO, "again")
    assert find_reviews(evidence, ARN)[0].written_at.endswith("+00:00")


def test_a_review_is_never_changed(evidence: Bucket) -> None:
    """The same again is the same; another word is refused, with the way to have one."""
    write_review(evidence, record(), reviewer=ADA)

    assert write_review(evidence, record(), reviewer=ADA).endswith(f"{ADA}.json")
    with pytest.raises(ContentError, match="has reviewed loan-approval/7/run1 already; have the package judged again"):
        write_review(evidence, record(verdict=ReviewVerdict.REJECT), reviewer=ADA)


def test_a_review_of_no_package_is_refused_before_anything_is_written(evidence: Bucket) -> None:
    """The key is made from what the review is about."""
    with pytest.raises(InvalidArnError):
        write_review(evidence, record(package_arn="loan-approval/7"), reviewer=ADA)


def test_more_reviews_than_people_write_are_trouble(evidence: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaving one out could leave out the refusal."""
    monkeypatch.setattr(reviews, "MAX_REVIEWS", 1)
    write_review(evidence, record(), reviewer=ADA)
    assert len(find_reviews(evidence, ARN)) == 1
    write_review(evidence, record(), reviewer=BO)

    with pytest.raises(InfrastructureError, match="has more than 1 reviews; find out who writes them"):
        find_reviews(evidence, ARN)


def test_what_cannot_be_read_is_left_out_with_one_line(evidence: Bucket, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever its key or its bytes hold."""
    for key in ("reviews/loan-approval/7/run1/deep/er.json", "reviews/loan-approval/7/run1/a\nb.json"):
        evidence.s3.put_object(Bucket=evidence.name, Key=key, Body=b"{")

    assert find_reviews(evidence, ARN) == ()
    assert len(caplog.records) == 2
    assert all("\n" not in line.getMessage() for line in caplog.records)
