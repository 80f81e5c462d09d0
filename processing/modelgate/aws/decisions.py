"""Decisions in the evidence store: found, and read with the digest that names them."""

import re
from dataclasses import dataclass

from modelgate.aws.objects import Bucket
from modelgate.aws.pinned import MAX_PINNED_BYTES
from modelgate.contracts.digests import same_digest, sha256_of
from modelgate.contracts.layout import pinned_copy_key
from modelgate.errors import InfrastructureError, PinError
from modelgate.evidence.envelope import MAX_ENVELOPE_BYTES, Sealed, open_envelope
from modelgate.evidence.record import EvidenceRecord

# Not the notes of conflicts beside them: execution ids hold no dot.
_KEY = re.compile(
    r"decisions/(?P<group>[a-zA-Z0-9-]+)/(?P<version>[1-9][0-9]{0,8})/(?P<execution>[a-zA-Z0-9]+)\.json", re.ASCII
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDecision:
    """Where a decision lies; *written_at* is when it was recorded, by the store's clock (ISO 8601, UTC).

    *met_another*: the note of a conflict lies beside it.
    """

    key: str
    group: str
    version: int
    execution_id: str
    written_at: str
    size: int
    met_another: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDecision:
    """A signed record as it is stored. Whoever acts on it verifies the signature first (`verify_signature`)."""

    key: str
    sealed: Sealed

    @property
    def record(self) -> EvidenceRecord:
        """What was decided."""
        return self.sealed.record

    @property
    def digest(self) -> str:
        """The SHA-256 of the stored bytes, signatures included."""
        return self.sealed.digest


def list_decisions(
    evidence: Bucket, *, group: str | None = None, version: int | None = None
) -> tuple[ListedDecision, ...]:
    """The decisions on one *version* of *group*, on all its versions, or on everything; newest first.

    Raises:
        InfrastructureError: S3 did not answer.
    """
    prefix = "decisions/"
    if group is not None:
        prefix += f"{group}/" if version is None else f"{group}/{version}/"
    objects = tuple(evidence.list(prefix))
    keys, found = {listed.key for listed in objects}, []
    for listed in objects:
        if match := _KEY.fullmatch(listed.key):
            decision = ListedDecision(
                key=listed.key,
                group=match["group"],
                version=int(match["version"]),
                execution_id=match["execution"],
                written_at=listed.written_at,
                size=listed.size,
                met_another=listed.key.removesuffix(".json") + ".conflict.json" in keys,
            )
            found.append(decision)
    return tuple(sorted(found, key=lambda one: (one.written_at, one.key), reverse=True))


def read_decision(evidence: Bucket, key: str) -> StoredDecision | None:
    """Read the record at *key*; None when there is none.

    Raises:
        ContentError: it is not a record that this code reads.
        InfrastructureError: S3 did not answer.
    """
    stored = evidence.read(key, max_bytes=MAX_ENVELOPE_BYTES)
    if stored is None:
        return None
    return StoredDecision(key=key, sealed=open_envelope(stored.data))


def existing_decision(evidence: Bucket, key: str) -> StoredDecision:
    """Read the record at *key*, which a note or a person says is there.

    Raises:
        ContentError: it is not a record that this code reads.
        InfrastructureError: S3 did not answer, or there is none.
    """
    found = read_decision(evidence, key)
    if found is None:
        raise InfrastructureError(f"there is no decision at {evidence.uri(key)}; decisions must stay")
    return found


def read_pinned_copy(evidence: Bucket, digest: str) -> bytes:
    """Read the gate document, policy bundle or signing keys of *digest* that decisions were made under.

    Raises:
        PinError: it is not there, or has another digest.
        InfrastructureError: S3 did not answer.
    """
    key = pinned_copy_key(digest)
    stored = evidence.read(key, max_bytes=MAX_PINNED_BYTES)
    if stored is None or not same_digest(sha256_of(stored.data), digest):
        raise PinError(f"{evidence.uri(key)} is not the document with the digest {digest}; ask for another decision")
    return stored.data
