"""A review record: what a person says about a held package. The next run of the pipeline applies it.

    {"schema": "modelgate/review/v1", "package_arn": "arn:…:model-package/loan-approval/7",
     "decision_id": "loan-approval/7/<execution id>", "basis": "sha256:…",
     "verdict": "approve", "reason": "…", "reviewed_at": "2026-11-25T10:00:00+00:00"}

Its key names the reviewer: governance's role policy lets a reviewer write below a prefix of their own only.
"""

from dataclasses import dataclass
from enum import StrEnum

from modelgate.contracts.strict import canonical, decode, encode
from modelgate.contracts.strict_json import Limits, read_object
from modelgate.errors import ContentError, UnreadableJsonError

SCHEMA = "modelgate/review/v1"
MAX_REASON = 1000
MAX_REVIEW_BYTES = 20_000

_LIMITS = Limits(size=MAX_REVIEW_BYTES)


class ReviewVerdict(StrEnum):
    """What the reviewer decided."""

    APPROVE = "approve"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRecord:
    """The document. *decision_id* and *basis* are those of the held decision that the person has read."""

    package_arn: str
    decision_id: str
    basis: str
    verdict: ReviewVerdict
    reason: str
    reviewed_at: str

    def to_json(self) -> bytes:
        """The object in the evidence store."""
        return canonical({"schema": SCHEMA, **encode(self)})

    @classmethod
    def from_json(cls, data: bytes) -> "ReviewRecord":
        """Read a review record.

        Raises:
            ContentError: it is not one of the schema this code reads, or gives no reason.
        """
        try:
            document = read_object(data, _LIMITS)
        except UnreadableJsonError as error:
            raise ContentError(f"the review record cannot be read: {error}") from error
        if (schema := document.pop("schema", None)) != SCHEMA:
            raise ContentError(f"the review record has schema {schema!a}, this code reads {SCHEMA!r}")
        record = decode(cls, document)
        if not record.reason.strip() or len(record.reason) > MAX_REASON:
            raise ContentError(f"the review record gives no reason, or one of more than {MAX_REASON} characters")
        return record


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A review record as the check step found it: pinned by version and digest. *reviewer* is taken from its key."""

    reviewer: str
    uri: str
    version_id: str
    digest: str
    record: ReviewRecord

    @property
    def id(self) -> str:
        """A name for it: its address."""
        return self.uri
