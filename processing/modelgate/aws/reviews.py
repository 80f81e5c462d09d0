"""Reviews in the evidence store: written once by the person who reviews, and read with version and digest."""

import logging
import re
from dataclasses import dataclass

from modelgate.aws.evidence import write_once
from modelgate.aws.objects import Bucket, Listed
from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.layout import review_key, reviews_prefix
from modelgate.contracts.review import MAX_REVIEW_BYTES, Review, ReviewRecord
from modelgate.errors import ContentError, InfrastructureError

MAX_REVIEWS = 500  # of one package version; more than people write
_KEY = re.compile(r"reviews/[^/]+/[0-9]+/(?P<execution>[a-zA-Z0-9]{1,64})/(?P<reviewer>[^/]{1,256})\.json", re.ASCII)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundReview:
    """A review; *written_at* is when it was stored, by the store's clock."""

    review: Review
    written_at: str


def find_reviews(evidence: Bucket, package: ModelPackageArn) -> tuple[FoundReview, ...]:
    """Every review of *package* that can be read, in the order of keys; what cannot is left out with a line in the log.

    Raises:
        InfrastructureError: S3 did not answer, or there are more reviews than people write.
    """
    found = []
    for number, listed in enumerate(evidence.list(reviews_prefix(package.group, package.version))):
        if number == MAX_REVIEWS:
            raise InfrastructureError(f"{package} has more than {MAX_REVIEWS} reviews; find out who writes them")
        try:
            found.append(FoundReview(review=_review(evidence, listed, package), written_at=listed.written_at))
        except ContentError as error:
            log.warning("review %s is ignored: %s", ascii(listed.key)[:300], error)
    return tuple(found)


def write_review(evidence: Bucket, record: ReviewRecord, *, reviewer: str) -> str:
    """Write what *reviewer* (the caller's ``aws:userid``) says of a held decision; return its address.

    Raises:
        ContentError: this reviewer has reviewed that decision already; a review is never changed.
        InfrastructureError: S3 did not answer, or refused.
    """
    package = ModelPackageArn.parse(record.package_arn)
    execution_id = record.decision_id.rpartition("/")[2]
    key, body = review_key(package.group, package.version, execution_id, reviewer), record.to_json()
    if write_once(evidence, key, body) != body:
        raise ContentError(
            f"{reviewer} has reviewed {record.decision_id} already; have the package judged again to review that"
        )
    return evidence.uri(key)


def _review(evidence: Bucket, listed: Listed, package: ModelPackageArn) -> Review:
    match = _KEY.fullmatch(listed.key)
    if match is None:
        raise ContentError("its key is not that of a review")
    stored = evidence.read(listed.key, max_bytes=MAX_REVIEW_BYTES)
    if stored is None:
        raise ContentError("it is gone")
    record = ReviewRecord.from_json(stored.data)
    about = (str(package), f"{package.group}/{package.version}/{match['execution']}")
    if (record.package_arn, record.decision_id) != about:
        raise ContentError(f"it speaks of another decision than its key: {ascii(record.decision_id)[:200]}")
    return Review(
        reviewer=match["reviewer"],
        uri=evidence.uri(listed.key),
        version_id=stored.version_id,
        digest=sha256_of(stored.data),
        record=record,
    )
