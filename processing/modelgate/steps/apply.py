"""Bringing the registry to what a record says: status and words, or the words alone."""

from modelgate.aws.status import StatusWrite, write_status
from modelgate.contracts.package import APPROVED, PENDING, REJECTED, ModelPackage
from modelgate.errors import BindingError, InfrastructureError
from modelgate.evidence.envelope import Sealed
from modelgate.evidence.record import EvidenceRecord, Outcome, client_token
from modelgate.evidence.registry_text import META_DECISION, metadata
from modelgate.steps.decision import Run, note_approval, note_conflict

_STATUS = {Outcome.APPROVED: APPROVED, Outcome.REJECTED: REJECTED}


def apply(run: Run, recorded: Sealed) -> str:
    """Bring the registry to what the record says, unless somebody else has decided; return what was done.

    Raises:
        BindingError: an approval was noted with another record, or the registration was edited since it was judged.
        InfrastructureError: a service failed, or the write does not show.
    """
    record, before = recorded.record, run.look()
    if before is None:
        return f"{run.arguments.package} no longer exists; nothing was written. Evidence: {run.evidence_uri}"
    if record.outcome is Outcome.SHADOW:
        return _tell(run, record, before)
    return _decide(run, recorded, before)


def _tell(run: Run, record: EvidenceRecord, before: ModelPackage) -> str:
    """The metadata of a shadow verdict; status and description belong to whoever decides."""
    if before.metadata.get(META_DECISION) == record.decision_id:
        return f"{record.description} (written before)"
    write_status(run.clients.sagemaker, _write(run, record, before, description=None))
    return record.description


def _decide(run: Run, recorded: Sealed, before: ModelPackage) -> str:
    arn, record = run.arguments.package, recorded.record
    if before.approval_status == _STATUS.get(record.outcome, PENDING) and _is_ours(before, record):
        _refuse_edited(before, record)
        note_approval(run, recorded)  # an attempt that ended between status and note left it out
        return f"{record.description} (written before)"
    if before.approval_status != PENDING:
        note_conflict(run, record, before)
        return f"{arn} is {before.approval_status} already and was not overwritten. Evidence: {run.evidence_uri}"
    if record.outcome is Outcome.CONFLICT:
        return f"{arn} was {record.registry_status} when it was judged; judge it again. Evidence: {run.evidence_uri}"
    _refuse_edited(before, record)
    write_status(run.clients.sagemaker, _write(run, record, before, description=record.description))
    return _confirm(run, recorded)


def _write(run: Run, record: EvidenceRecord, before: ModelPackage, *, description: str | None) -> StatusWrite:
    words = metadata(
        record.outcome, record.judgement.verdict, record.decision_id, run.pinned.policy_digest, run.evidence_uri
    )
    return StatusWrite(
        arn=run.arguments.package,
        approval_status=_STATUS.get(record.outcome),
        description=description,
        metadata=words,
        stale=tuple(key for key in words if key in before.metadata),
        token=client_token(record.decision_id),
    )


def _confirm(run: Run, recorded: Sealed) -> str:
    """Look again: the registry has no "only if still pending", so another may have decided in the same moment."""
    arn, record, after = run.arguments.package, recorded.record, run.look()
    if after is None:
        return record.description
    if after.approval_status == _STATUS.get(record.outcome, PENDING):
        _refuse_edited(after, record)
        note_approval(run, recorded)
        return record.description
    if after.approval_status == PENDING or _is_ours(after, record):
        raise InfrastructureError(
            f"{arn} is {after.approval_status} after {record.outcome} was written; compare with {run.evidence_uri}"
        )
    note_conflict(run, record, after)
    return f"{arn} became {after.approval_status} by a later decision. Evidence of this one: {run.evidence_uri}"


def _refuse_edited(package: ModelPackage, record: EvidenceRecord) -> None:
    """Verifying takes time, and the registry takes edits meanwhile: compared right before and after the write."""
    judged = record.subject.registration
    if package.registration != judged:
        raise BindingError(
            f"{package.arn} was edited while it was judged: its registration is {package.registration}, judged was "
            f"{judged}; it is {package.approval_status} now. Find out who edits packages, and register a new version"
        )


def _is_ours(package: ModelPackage, record: EvidenceRecord) -> bool:
    """Whether the registry's words are those of this decision; either of them may have found no room."""
    return package.metadata.get(META_DECISION) == record.decision_id or package.description == record.description
