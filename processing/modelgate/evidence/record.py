"""The evidence record of one run: written once, before the registry hears of it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from modelgate.contracts.arns import ExecutionArn, ModelPackageArn
from modelgate.contracts.check_report import CheckReport
from modelgate.contracts.gate import Group, Mode
from modelgate.contracts.results import Judgement, Verdict
from modelgate.contracts.subject import Subject
from modelgate.errors import ContentError

CONFLICT_SCHEMA = "modelgate/decision-conflict/v1"


class Outcome(StrEnum):
    """What became of the verdict.

    A conflict: somebody else had decided already, and was not overruled. Shadow: it was only recorded, because the
    group's verdicts do not bind yet.
    """

    APPROVED = "approved"
    REJECTED = "rejected"
    HELD = "held"
    CONFLICT = "conflict"
    SHADOW = "shadow"


OUTCOMES: Mapping[Verdict, Outcome] = {
    Verdict.APPROVE: Outcome.APPROVED,
    Verdict.REJECT: Outcome.REJECTED,
    Verdict.HOLD: Outcome.HELD,
}


def outcome_of(judgement: Judgement, group: Group) -> Outcome:
    """What a verdict on a package of *group* leads to, unless somebody else has decided."""
    return Outcome.SHADOW if group.mode is Mode.SHADOW else OUTCOMES[judgement.verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRecord:
    """One decision, stored signed: see `modelgate.evidence.envelope`.

    *registry_status* is what the registry said just before; *description* what it was to be told, or would have been.
    """

    decision_id: str
    outcome: Outcome
    registry_status: str
    description: str
    report: CheckReport
    decided_at: str

    @property
    def subject(self) -> Subject:
        """What was judged; only judged packages have a record."""
        if self.report.subject is None:
            raise ContentError(f"decision {self.decision_id} judged nothing")
        return self.report.subject

    @property
    def judgement(self) -> Judgement:
        """The verdict with its results."""
        if self.report.judgement is None:
            raise ContentError(f"decision {self.decision_id} judged nothing")
        return self.report.judgement


def decision_id(package: ModelPackageArn, execution: ExecutionArn) -> str:
    """Name a decision: readable, and within the characters that registry metadata allows."""
    return f"{package.group}/{package.version}/{execution.id}"


def client_token(decision: str) -> str:
    """A token of at most 36 letters and digits: the same decision written twice is one write."""
    return hashlib.sha256(decision.encode()).hexdigest()[:36]
