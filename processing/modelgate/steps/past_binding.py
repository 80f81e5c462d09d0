"""Is what a check report says of the past what the evidence store says?

More may have been written since the check: what is newer than the check's clock reading is not held against it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from modelgate.aws.approvals import list_approvals
from modelgate.aws.bundle_notes import noted_bundles
from modelgate.aws.objects import Bucket
from modelgate.aws.reviews import FoundReview, find_reviews
from modelgate.contracts.check_report import CheckReport
from modelgate.contracts.package import ModelPackage
from modelgate.contracts.results import Judgement, Verdict
from modelgate.contracts.review import ReviewVerdict
from modelgate.contracts.subject import Subject
from modelgate.errors import BindingError
from modelgate.evaluate import history_wanted
from modelgate.steps.past import chosen, governing, read_history
from modelgate.steps.pinned import Pinned

CLOCKS_DIFFER = timedelta(minutes=5)  # at most, those of the steps and of S3
LONGEST_RUN = timedelta(days=7)  # between check and update, retries for want of capacity and repairs included


def verify_time(report: CheckReport, subject: Subject, now: datetime) -> None:
    """Compare the time of the judgement with the clock: waivers and ages count from it.

    Raises:
        BindingError: it is not the time of the check, lies ahead, or is older than a run can be.
    """
    if subject.as_of != report.checked_at:
        raise BindingError(f"the judgement is as of {subject.as_of}, but was made at {report.checked_at}")
    if not now - LONGEST_RUN <= _time(subject.as_of) <= now + CLOCKS_DIFFER:
        raise BindingError(
            f"the judgement is as of {subject.as_of}, and it is {now.isoformat()}; have the package judged again"
        )


def verify_past(evidence: Bucket, subject: Subject, package: ModelPackage, pinned: Pinned) -> None:
    """Read again what was approved before, and which bundles have judged the group.

    Raises:
        BindingError: something else was judged than what is there.
        SignatureError: a record of the past is not signed by a key that is trusted.
        InfrastructureError: S3 did not answer.
    """
    _verify_history(evidence, subject, package, pinned)
    _verify_newest_bundle(evidence, subject, package, pinned)


def verify_reviews(evidence: Bucket, subject: Subject, judgement: Judgement, package: ModelPackage) -> None:
    """Read the reviews again, each by version and digest.

    Raises:
        BindingError: one that was judged is not there, or one that was there was not judged.
        InfrastructureError: S3 did not answer.
    """
    found = find_reviews(evidence, package.arn)
    there = [one.review for one in found]
    for review in subject.reviews:
        if review not in there:
            raise BindingError(f"the review that was judged is not at {review.uri} version {review.version_id}")
    left_out = [one for one in found if one.review not in subject.reviews]
    _refuse_left_out(left_out, subject)
    refused = any(_refuses(one, judgement) for one in left_out)
    if judgement.review is not None and judgement.verdict is Verdict.APPROVE and refused:
        raise BindingError("a person has rejected the package since it was judged; the run of that review decides")


def _verify_history(evidence: Bucket, subject: Subject, package: ModelPackage, pinned: Pinned) -> None:
    policy = governing(pinned, package)
    if policy is None or not history_wanted(policy):
        if subject.history:
            raise BindingError("the check report brings approved versions that no check asked for")
        return
    judged = {prior.decision_id for prior in subject.history}
    known = [
        approval
        for approval in list_approvals(evidence, package.arn.group)
        if approval.decision_id in judged or not _newer(approval.noted_at, subject)
    ]
    approvals = chosen(known, policy, but=package.arn.version)
    expected = read_history(evidence, policy, approvals, pinned)
    if subject.history != expected:
        versions = ", ".join(str(prior.version) for prior in expected) or "none"
        raise BindingError(
            f"the check report compares with other approved versions than those of {package.arn.group} that count "
            f"({versions}); run the pipeline again"
        )


def _verify_newest_bundle(evidence: Bucket, subject: Subject, package: ModelPackage, pinned: Pinned) -> None:
    """The answer must be the same: whether the bundle in force is older than one that has judged the group."""
    noted, version = noted_bundles(evidence, package.arn.group), pinned.bundle.version
    if subject.newest_bundle is not None and subject.newest_bundle not in noted:
        raise BindingError(f"no bundle of version {subject.newest_bundle} has judged {package.arn.group}")
    if _older(version, subject.newest_bundle) != _older(version, max(noted, default=None)):
        raise BindingError(
            f"{package.arn.group} has been judged by bundle version {max(noted)} since this run used {version}; "
            "have the package judged again"
        )


def _older(version: int, newest: int | None) -> bool:
    return newest is not None and version < newest


def _refuse_left_out(left_out: Sequence[FoundReview], subject: Subject) -> None:
    for one in left_out:
        if not _newer(one.written_at, subject):
            raise BindingError(f"the check report leaves out the review at {one.review.uri}; run the pipeline again")


def _refuses(found: FoundReview, judgement: Judgement) -> bool:
    record = found.review.record
    return record.verdict is ReviewVerdict.REJECT and record.basis == judgement.basis


def _newer(written_at: str, subject: Subject) -> bool:
    """Whether something may have been written after the check looked."""
    return _time(written_at) >= _time(subject.as_of) - CLOCKS_DIFFER


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BindingError(f"{text[:100]!a} is not a time") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
