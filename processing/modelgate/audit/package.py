"""One package as it was read, and what is not as the gate left it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from modelgate.audit.execution import UnfinishedExecution
from modelgate.audit.finding import Finding, Kind
from modelgate.audit.remedy import Remedy, RemedyKind
from modelgate.contracts.gate import Group, Mode
from modelgate.contracts.package import APPROVED, PENDING, REJECTED, ModelPackage
from modelgate.contracts.results import Verdict
from modelgate.evidence.adoption import Adoption
from modelgate.evidence.proof import Flaw, FoundBreakGlass, Proof, ProofKind, RecordFault, SignedRecord, proof_of
from modelgate.evidence.record import EvidenceRecord, Outcome

_STATUS = {Outcome.APPROVED: APPROVED, Outcome.REJECTED: REJECTED, Outcome.HELD: PENDING}
_MOST_SHOWN = 3  # of records that do not count, in one sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A package under the gate with everything that was read about it.

    *records* and *break_glass* are all that lie in the evidence store for its ARN. *unfinished* is the newest
    execution about it that failed or was stopped, of those that were looked at.
    """

    package: ModelPackage
    group: Group
    records: tuple[SignedRecord | RecordFault, ...]
    break_glass: tuple[FoundBreakGlass | RecordFault, ...]
    unfinished: UnfinishedExecution | None = None

    def proof(self, adoption: Adoption | None) -> Proof:
        """What proves that it may be Approved."""
        return proof_of(self.package, self.records, adoption, self.break_glass)

    @property
    def last(self) -> SignedRecord | None:
        """What was decided last about this very package, in shadow too; None when nothing was."""
        decided = [
            found
            for found in self.records
            if isinstance(found, SignedRecord)
            and found.record.outcome is not Outcome.CONFLICT  # somebody else had decided
            and found.record.subject.package_arn == str(self.package.arn)
            and found.record.subject.creation_time == self.package.creation_time
        ]
        return max(decided, key=lambda found: (found.written_at, found.record.decided_at), default=None)

    @property
    def was_bound(self) -> bool:
        """Whether a decision was ever made whose verdict bound, whatever has become of the package."""
        signed = (found for found in self.records if isinstance(found, SignedRecord))
        return any(found.record.outcome in _STATUS for found in signed)

    @property
    def since(self) -> str:
        """The registry's last change of the package, or its registration (ISO 8601, UTC)."""
        return self.package.last_modified_time or self.package.creation_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the audit goes by. *now* is its clock; all numbers are seconds.

    *undecided_seconds* is how long a package may wait for a decision, and *evaluation_seconds* how much longer where
    its group has an evaluation. *shown_seconds* is how long a use of break-glass is a finding: its alarm is to be over
    when somebody has looked, so that the next use rings again.
    """

    now: datetime
    undecided_seconds: float
    shown_seconds: float = 86_400
    evaluation_seconds: float = 0

    def patience(self, group: Group | None) -> float:
        """How long a package of *group* may wait for a decision."""
        evaluated = group is not None and group.evaluation is not None
        return self.undecided_seconds + (self.evaluation_seconds if evaluated else 0)

    def age(self, moment: str) -> float:
        """How many seconds ago *moment* (ISO 8601) was."""
        return (self.now - datetime.fromisoformat(moment)).total_seconds()


def findings_of(watched: Watched, adoption: Adoption | None, rules: Rules) -> tuple[Finding, ...]:
    """What is to be said of one package. *adoption* is the note of its group; None where there is none yet."""
    found = [*_invalid_records(watched, adoption), *_unfinished(watched), *_undecided(watched, rules)]
    found += _uses_of_break_glass(watched, rules)
    if watched.group.mode is Mode.ENFORCE:  # the status of a shadow group's packages is not the gate's
        found += _status_findings(watched, watched.proof(adoption))
    if watched.package.approval_status != APPROVED or watched.group.mode is Mode.SHADOW:
        found += _edited(watched)
    return tuple(found)


def canary_finding(watched: Watched) -> Finding | None:
    """What is to be said of a package known to be bad: it was, or would have been, approved; None if it was not."""
    last = None if watched.last is None else watched.last.record
    if watched.package.approval_status != APPROVED and (last is None or last.judgement.verdict is not Verdict.APPROVE):
        return None
    said = f"decision {last.decision_id} says {last.judgement.verdict}" if last else "no decision says so"
    return _finding(
        watched,
        Kind.CANARY_APPROVED,
        f"{watched.package.arn} is known to be bad, and is {watched.package.approval_status} ({said}); deploy nothing "
        "that was approved since its last rejection, and find out which policy, image or person let it pass",
    )


def _status_findings(watched: Watched, proof: Proof) -> Iterator[Finding]:
    """A binding status follows from the last word on the package."""
    status = watched.package.approval_status
    if status == APPROVED and proof.kind is ProofKind.NONE:
        yield _unproved(watched, proof)
    elif status == REJECTED:
        said = _other_word(proof, status)
        if said is not None:
            yield _not_decided(watched, said)


def _unproved(watched: Watched, proof: Proof) -> Finding:
    arn, why = watched.package.arn, "; ".join(proof.reasons)
    match proof.flaw:
        case Flaw.CHANGED:
            kind, said = Kind.CHANGED_SINCE_DECISION, "is Approved and no longer what was judged"
        case Flaw.NOT_APPROVED:
            kind, said = Kind.STATUS_NOT_DECIDED, "is Approved and was decided otherwise"
        case _:
            kind, said = Kind.APPROVED_WITHOUT_RECORD, "is Approved and nothing proves it"
    sentence = f"{arn} {said}: {why}; do not deploy it, find out who did that, and have it judged again"
    return _finding(watched, kind, sentence, remedy=RemedyKind.REVERT)


def _not_decided(watched: Watched, said: str) -> Finding:
    package = watched.package
    return _finding(
        watched,
        Kind.STATUS_NOT_DECIDED,
        f"{package.arn} is {package.approval_status}, but {said}; find out who wrote the status",
    )


def _other_word(proof: Proof, status: str) -> str | None:
    """The last word on the package, if it says another status; a verdict that was only recorded says none."""
    if proof.break_glass is not None:
        note = proof.break_glass.note
        return None if note.status == status else f"{note.opened_by} broke the glass at {note.at} to set {note.status}"
    if proof.record is not None and _STATUS.get(proof.record.record.outcome, status) != status:
        record = proof.record.record
        return f"its last decision, {record.decision_id}, says {record.outcome}"
    return None


def _uses_of_break_glass(watched: Watched, rules: Rules) -> Iterator[Finding]:
    """Each use, whatever the status is by now: set and set back between two audits, it was used all the same."""
    for used in watched.break_glass:
        if isinstance(used, FoundBreakGlass) and rules.age(used.written_at) <= rules.shown_seconds:
            note = used.note
            yield _finding(
                watched,
                Kind.BREAK_GLASS_USED,
                f"{note.opened_by} with {note.second_person} broke the glass at {note.at} to set {watched.package.arn} "
                f"to {note.status}, it is {watched.package.approval_status}: {note.reason}; make sure that both know "
                "of it, and that it is followed up",
            )


def _edited(watched: Watched) -> Iterator[Finding]:
    """Somebody edited the registration of a package that is not approved, or not by the gate, after it was judged."""
    package, last = watched.package, watched.last
    if last is not None and last.record.subject.registration != package.registration:
        yield _finding(
            watched,
            Kind.CHANGED_SINCE_DECISION,
            f"{package.arn} is {package.approval_status} and no longer what decision {last.record.decision_id} "
            f"judged: its registration is {package.registration}, judged was {last.record.subject.registration}; find "
            "out who edited it, and register it as a new version",
        )


def _invalid_records(watched: Watched, adoption: Adoption | None) -> Iterator[Finding]:
    """Records that nobody we trust signed; those from before the gate watched the group are of an earlier form."""
    bad = [found for found in _faults(watched) if adoption is None or _is_after(found.written_at, adoption.adopted_at)]
    if bad:
        shown = "; ".join(found.sentence for found in bad[:_MOST_SHOWN])
        more = f"; and {len(bad) - _MOST_SHOWN} more" if len(bad) > _MOST_SHOWN else ""
        yield _finding(
            watched,
            Kind.RECORD_NOT_VALID,
            f"{watched.package.arn} has {len(bad)} records that do not count: {shown}{more}; find out who wrote them, "
            "the gate writes none like these",
        )


def _faults(watched: Watched) -> Sequence[RecordFault]:
    return [found for found in (*watched.records, *watched.break_glass) if isinstance(found, RecordFault)]


def _unfinished(watched: Watched) -> Iterator[Finding]:
    """An execution failed and nothing has been decided since, though a decision is still wanted."""
    execution, last = watched.unfinished, watched.last
    if execution is None or not _is_open(watched):
        return
    if last is not None and _is_after(last.written_at, execution.started_at):
        return
    reason = f" ({execution.reason})" if execution.reason else ""
    yield _finding(
        watched,
        Kind.EXECUTION_FAILED,
        f"the execution {execution.arn} of {watched.package.arn} is {execution.status}{reason} and nothing has been "
        "decided since; read the log of its step and mend the cause, the audit asks again a few times by itself",
        remedy=RemedyKind.JUDGE,
    )


def _undecided(watched: Watched, rules: Rules) -> Iterator[Finding]:
    """Pending, without a decision that says so: never decided, or decided and the status never written."""
    package, last = watched.package, watched.last
    if package.approval_status != PENDING or (last is not None and _stays_pending(last.record, watched.group)):
        return
    waited = min(rules.age(moment) for moment in (watched.since, *([last.written_at] if last is not None else [])))
    if waited <= rules.patience(watched.group):
        return
    said = "no decision" if last is None else f"decision {last.record.decision_id} ({last.record.outcome}) not applied"
    yield _finding(
        watched,
        Kind.UNDECIDED,
        f"{package.arn} has been pending for {waited / 3600:.1f} hours with {said}; see whether the start queue is "
        "read and how its executions ended, the audit asks again a few times by itself",
        remedy=RemedyKind.JUDGE,
    )


def _stays_pending(last: EvidenceRecord, group: Group) -> bool:
    """Whether a package may be pending after *last*. A shadow verdict says nothing once the group's verdicts bind."""
    return last.outcome is Outcome.HELD or (last.outcome is Outcome.SHADOW and group.mode is Mode.SHADOW)


def _is_open(watched: Watched) -> bool:
    """Whether a decision is wanted: of a shadow group's package it is, whatever people have decided."""
    return watched.package.approval_status == PENDING or watched.group.mode is Mode.SHADOW


def _is_after(moment: str, other: str) -> bool:
    return datetime.fromisoformat(moment) > datetime.fromisoformat(other)


def _finding(watched: Watched, kind: Kind, sentence: str, *, remedy: RemedyKind | None = None) -> Finding:
    arn = watched.package.arn
    return Finding(
        kind=kind,
        sentence=sentence,
        package=arn,
        group=arn.group,
        remedy=None if remedy is None else Remedy(kind=remedy, arn=arn, since=watched.since),
    )
