"""The evidence record of one run: written once, before the registry hears of it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from modelgate.contracts.arns import ExecutionArn, ModelPackageArn
from modelgate.contracts.check_report import CheckReport
from modelgate.contracts.gate import Group, Mode
from modelgate.contracts.results import Judgement, Verdict
from modelgate.contracts.strict import canonical, decode, encode
from modelgate.contracts.subject import Subject
from modelgate.errors import ContentError

SCHEMA = "modelgate/decision/v2"
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
    """One decision.

    *registry_status* is what the registry said just before; *description* what it was to be told, or would have been.
    """

    decision_id: str
    outcome: Outcome
    registry_status: str
    description: str
    report: CheckReport
    decided_at: str

    def to_json(self) -> bytes:
        """The object in the evidence store."""
        return canonical({"schema": SCHEMA, **encode(self)})

    @classmethod
    def from_json(cls, data: bytes) -> "EvidenceRecord":
        """Read a record.

        Raises:
            ContentError: it is not a record of the schema this code reads.
        """
        try:
            document: Any = json.loads(data)
            schema = document.pop("schema")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ContentError(f"the evidence record cannot be read: {error!r}") from error
        if schema != SCHEMA:
            raise ContentError(f"the evidence record has schema {schema!a}, this code reads {SCHEMA!r}")
        return decode(cls, document)

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
