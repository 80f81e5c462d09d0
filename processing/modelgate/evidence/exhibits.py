"""Every object that a decision rests on, by address, version and digest: what an auditor reads again."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from modelgate.contracts.digests import is_digest
from modelgate.contracts.layout import pinned_copy_key
from modelgate.contracts.subject import Artifact, ArtifactState
from modelgate.contracts.uris import S3Uri
from modelgate.errors import ContentError
from modelgate.evidence.record import EvidenceRecord


class ExhibitKind(StrEnum):
    """What an object is. A document is the gate document, the policy bundle, the signing keys or the evaluations."""

    DOCUMENT = "document"
    REPORT = "report"
    MODEL = "model"
    DECISION = "decision"
    REVIEW = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One object. *bucket* is None for the evidence store, which no record names, and *version_id* where keys are
    written once. *name* is what the record calls it, *size* in bytes where the record says it.
    """

    kind: ExhibitKind
    name: str
    bucket: str | None
    key: str
    version_id: str | None
    digest: str
    size: int | None

    @property
    def place(self) -> str:
        """Where it lies, for people."""
        version = f" version {self.version_id}" if self.version_id else ""
        return f"s3://{self.bucket or '<evidence store>'}/{self.key}{version}"


class Exhibits(Protocol):
    """Where objects are read: the stores, an exported archive, or nowhere."""

    @property
    def complete(self) -> bool:
        """Whether what is not there should be there."""
        ...

    def chunks(self, exhibit: Exhibit) -> Iterator[bytes] | None:
        """The content of *exhibit* as it is stored, in pieces of at most a MiB; None when it is not there.

        Raises:
            ContentError: it lies where this gate has nothing.
            InfrastructureError: a service did not answer.
        """
        ...


@dataclass(frozen=True, slots=True)
class NoExhibits:
    """A record alone, without what it rests on."""

    complete: bool = False

    def chunks(self, exhibit: Exhibit) -> Iterator[bytes] | None:
        """None: there is nothing but the record."""
        return None


def exhibits_of(record: EvidenceRecord) -> tuple[Exhibit, ...]:
    """What *record* rests on, in this order: documents, artifacts, approved versions, reviews.

    Raises:
        ContentError: the record judged nothing, or names an object without address or digest.
    """
    binding, subject = record.report.binding, record.subject
    documents = {
        "gate document": binding.gate_digest,
        "policy bundle": binding.policy_digest,
        "signing keys": binding.signing_keys_digest,
    }
    if binding.evaluations_digest is not None:
        documents["evaluations"] = binding.evaluations_digest
    return (
        *(_of_evidence(ExhibitKind.DOCUMENT, name, pinned_copy_key(d), d) for name, d in documents.items()),
        *(artifact_exhibit(artifact) for artifact in subject.artifacts if has_copy(artifact)),
        *(
            _of_evidence(
                ExhibitKind.DECISION,
                f"approved version {prior.version}",
                f"decisions/{prior.decision_id}.json",
                prior.record_digest,
            )
            for prior in subject.history
        ),
        *(
            _versioned(ExhibitKind.REVIEW, f"review of {r.reviewer}", r.uri, r.version_id, r.digest, None)
            for r in subject.reviews
        ),
    )


def has_copy(artifact: Artifact) -> bool:
    """Whether a version of it was looked at: of what has not arrived or lies elsewhere there is none."""
    return artifact.state is ArtifactState.PINNED or artifact.version_id is not None


def artifact_exhibit(artifact: Artifact) -> Exhibit:
    """The version of *artifact* that was judged.

    Raises:
        ContentError: the record does not say which.
    """
    kind = ExhibitKind.REPORT if artifact.is_report else ExhibitKind.MODEL
    return _versioned(kind, artifact.name, artifact.stored_uri, artifact.version_id, artifact.digest, artifact.size)


def _versioned(
    kind: ExhibitKind, name: str, uri: str | None, version_id: str | None, digest: str | None, size: int | None
) -> Exhibit:
    place = S3Uri.parse(uri)
    if not version_id:
        raise ContentError(f"the record names {name[:200]!a} without its version; such a record proves nothing")
    return Exhibit(
        kind=kind,
        name=name,
        bucket=place.bucket,
        key=place.key,
        version_id=version_id,
        digest=_digest(name, digest),
        size=size,
    )


def _of_evidence(kind: ExhibitKind, name: str, key: str, digest: str) -> Exhibit:
    return Exhibit(kind=kind, name=name, bucket=None, key=key, version_id=None, digest=_digest(name, digest), size=None)


def _digest(name: str, digest: str | None) -> str:
    if digest is None or not is_digest(digest):
        raise ContentError(f"the record names {name[:200]!a} without a digest; such a record proves nothing")
    return digest.lower()
