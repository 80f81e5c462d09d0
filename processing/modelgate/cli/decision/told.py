"""One recorded decision with everything around it that a reader needs; and its JSON document."""

from dataclasses import dataclass
from typing import Any

from modelgate.cli.documents import document_of
from modelgate.cli.verdict import judgement_document
from modelgate.evidence.record import EvidenceRecord
from modelgate.policy.model import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A decision.

    *place* is where its record was read, *digest* the SHA-256 of the record. *policy* is the one that judged; None
    where its bundle is not at hand. *conflict* is the status that the registry had already when the verdict was to be
    written; None where it was written. *others* are the ids of the package's other decisions, newest first.
    """

    record: EvidenceRecord
    place: str
    digest: str
    policy: Policy | None = None
    conflict: str | None = None
    others: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """What ``--json`` prints: the record's content, facts left out, under keys that are always there."""
        record, subject = self.record, self.record.subject
        return {
            "decision_id": record.decision_id,
            "outcome": record.outcome.value,
            "decided_at": record.decided_at,
            "registry_status": record.registry_status,
            "conflict": self.conflict,
            "package_arn": subject.package_arn,
            "registration": subject.registration,
            "group": document_of(subject.group),
            "binding": document_of(record.report.binding),
            **judgement_document(record.judgement, self.policy),
            "reviews": document_of(subject.reviews),
            "artifacts": document_of(subject.artifacts),
            "containers": document_of(subject.containers),
            "compared_with": [
                {"version": prior.version, "decision_id": prior.decision_id, "record_digest": prior.record_digest}
                for prior in subject.history
            ],
            "record": {"place": self.place, "digest": self.digest},
            "other_decisions": list(self.others),
        }
