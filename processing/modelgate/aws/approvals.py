"""Approvals that took effect, as the update step noted them in the evidence store."""

import re
from dataclasses import dataclass

from modelgate.aws.objects import Bucket
from modelgate.contracts.layout import approved_prefix
from modelgate.errors import InfrastructureError
from modelgate.evidence.notes import MAX_NOTE_BYTES, ApprovalNote

_KEY = re.compile(r"approved/[^/]+/(?P<version>[0-9]{9})/(?P<execution>[^/]+)\.json", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """The note of one approval. *noted_at* is when it was written, by the store's clock."""

    group: str
    version: int
    execution_id: str
    key: str
    noted_at: str

    @property
    def decision_id(self) -> str:
        """The decision that approved."""
        return f"{self.group}/{self.version}/{self.execution_id}"


def list_approvals(evidence: Bucket, group: str) -> tuple[Approval, ...]:
    """Every noted approval of *group*, the newest version first, and of one version the newest note.

    Raises:
        InfrastructureError: S3 did not answer.
    """
    found = []
    for listed in evidence.list(approved_prefix(group)):
        if match := _KEY.fullmatch(listed.key):
            approval = Approval(
                group=group,
                version=int(match["version"]),
                execution_id=match["execution"],
                key=listed.key,
                noted_at=listed.written_at,
            )
            found.append(approval)
    return tuple(sorted(found, key=lambda one: (one.version, one.noted_at, one.execution_id), reverse=True))


def read_approval_note(evidence: Bucket, approval: Approval) -> ApprovalNote:
    """Read what was noted.

    Raises:
        ContentError: it is not a note that this code reads.
        InfrastructureError: S3 did not answer, or the note is gone.
    """
    stored = evidence.read(approval.key, max_bytes=MAX_NOTE_BYTES)
    if stored is None:
        raise InfrastructureError(f"{evidence.uri(approval.key)} is gone; notes of the evidence store must stay")
    return ApprovalNote.from_json(stored.data)
