"""Short notes of the evidence store.

An approval took effect, a bundle has judged a group, a report was refused, an approval without proof was set back.
"""

from dataclasses import dataclass

from modelgate.contracts.strict import T, canonical, decode, encode
from modelgate.contracts.strict_json import Limits, read_object
from modelgate.errors import ContentError, UnreadableJsonError

APPROVAL_SCHEMA = "modelgate/approval-note/v1"
BUNDLE_SCHEMA = "modelgate/bundle-note/v1"
REFUSAL_SCHEMA = "modelgate/refusal/v1"
REVERT_SCHEMA = "modelgate/revert/v1"
MAX_NOTE_BYTES = 10_000

_LIMITS = Limits(size=MAX_NOTE_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalNote:
    """An approval that took effect: the signed record lies at *record_key*, *record_digest* is that of its bytes."""

    decision_id: str
    record_key: str
    record_digest: str

    def to_json(self) -> bytes:
        """The object in the evidence store."""
        return canonical({"schema": APPROVAL_SCHEMA, **encode(self)})

    @classmethod
    def from_json(cls, data: bytes) -> "ApprovalNote":
        """Read a note.

        Raises:
            ContentError: it is not one of the schema this code reads.
        """
        return _read(cls, APPROVAL_SCHEMA, data)


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleNote:
    """A policy bundle has judged a group: its *version*, and the one *digest* that this version stands for."""

    version: int
    digest: str

    def to_json(self) -> bytes:
        """The object in the evidence store."""
        return canonical({"schema": BUNDLE_SCHEMA, **encode(self)})

    @classmethod
    def from_json(cls, data: bytes) -> "BundleNote":
        """Read a note.

        Raises:
            ContentError: it is not one of the schema this code reads.
        """
        return _read(cls, BUNDLE_SCHEMA, data)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalNote:
    """A check report (*report_digest* is the SHA-256 of its bytes) that the update step refused, and why."""

    package_arn: str
    execution_arn: str
    report_digest: str
    reason: str
    refused_at: str

    def to_json(self) -> bytes:
        """The object in the evidence store."""
        return canonical({"schema": REFUSAL_SCHEMA, **encode(self)})

    @classmethod
    def from_json(cls, data: bytes) -> "RefusalNote":
        """Read a note.

        Raises:
            ContentError: it is not one of the schema this code reads.
        """
        return _read(cls, REFUSAL_SCHEMA, data)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevertNote:
    """A package that was Approved without proof (*flaw* is the kind of it, *reasons* are sentences), as it was then."""

    package_arn: str
    registration: str
    execution_arn: str
    flaw: str
    reasons: tuple[str, ...]
    reverted_at: str

    def to_json(self) -> bytes:
        """The object in the evidence store."""
        return canonical({"schema": REVERT_SCHEMA, **encode(self)})

    @classmethod
    def from_json(cls, data: bytes) -> "RevertNote":
        """Read a note.

        Raises:
            ContentError: it is not one of the schema this code reads.
        """
        return _read(cls, REVERT_SCHEMA, data)


def _read(kind: type[T], schema: str, data: bytes) -> T:
    try:
        document = read_object(data, _LIMITS)
    except UnreadableJsonError as error:
        raise ContentError(f"the note cannot be read: {error}") from error
    if (found := document.pop("schema", None)) != schema:
        raise ContentError(f"the note has schema {found!a}, this code reads {schema!r}")
    return decode(kind, document)
