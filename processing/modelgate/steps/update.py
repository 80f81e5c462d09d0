"""The step that writes the status: ``checks.json`` in, evidence record and registry status out."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from modelgate.aws.clients import Clients, clients_for
from modelgate.aws.evidence import write_once
from modelgate.aws.registry import describe_package
from modelgate.aws.status import StatusWrite, write_status
from modelgate.contracts.check_report import MAX_CHECK_REPORT_BYTES, CheckReport
from modelgate.contracts.layout import CHECKS_FILE, conflict_key, decision_key, pinned_copy_key
from modelgate.contracts.package import APPROVED, PENDING, REJECTED, ModelPackage
from modelgate.contracts.results import Judgement
from modelgate.contracts.strict import canonical
from modelgate.errors import BindingError, InfrastructureError
from modelgate.evidence.record import CONFLICT_SCHEMA, OUTCOMES, EvidenceRecord, Outcome, client_token, decision_id
from modelgate.evidence.registry_text import META_DECISION, describe, metadata
from modelgate.steps.arguments import Arguments, ml_root
from modelgate.steps.binding import verify_binding, verify_evidence, verify_judgement, verify_subject
from modelgate.steps.pinned import Pinned, load_pinned
from modelgate.steps.run import run as run_step

Clock = Callable[[], datetime]

_STATUS = {Outcome.APPROVED: APPROVED, Outcome.REJECTED: REJECTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One run of the step."""

    arguments: Arguments
    clients: Clients
    pinned: Pinned
    now: Clock

    @property
    def key(self) -> str:
        """Where the record of this run lives in the evidence store."""
        return decision_key(self.arguments.package.group, self.arguments.package.version, self.arguments.execution.id)

    @property
    def evidence_uri(self) -> str:
        """The address of that record."""
        return f"s3://{self.pinned.gate.evidence_store}/{self.key}"

    def keep(self, key: str, body: bytes) -> bytes:
        """Write to the evidence store once; return what is there."""
        gate = self.pinned.gate
        return write_once(
            self.clients.s3, bucket=gate.evidence_store, key=key, body=body, owner=gate.governance_account
        )

    def look(self) -> ModelPackage | None:
        """The registry's word of now."""
        return describe_package(self.clients.sagemaker, self.arguments.package)


def update(arguments: Arguments, clients: Clients, report_bytes: bytes, now: Clock) -> str:
    """Apply the verdict of a check report; return what was done, as a sentence.

    The order matters: verify, record, look again, write, look again. A crash at any point is repeated with the same
    outcome, because the record that was written first wins.

    Raises:
        BindingError: the report is not about this run; nothing is recorded or written.
        InfrastructureError: a service failed; the step may be run again.
    """
    run = _Run(arguments=arguments, clients=clients, pinned=load_pinned(clients.s3, arguments), now=now)
    report = CheckReport.from_json(report_bytes)
    verify_binding(report.binding, arguments.binding(run.pinned.bundle.version))
    if report.subject is None or report.judgement is None:
        return str(report.note)
    package = run.look()
    if package is None:
        return f"{arguments.package} no longer exists; nothing was written"
    verify_subject(report.subject, package, run.pinned)
    verify_judgement(report.subject, report.judgement, run.pinned)
    verify_evidence(clients.s3, report.subject, arguments.package.account)
    _keep_documents(run)
    return _apply(run, _record(run, report, report.judgement, package))


def _keep_documents(run: _Run) -> None:
    """The gate document and the bundle stay readable as long as the decisions made under them."""
    documents = {
        run.arguments.gate_digest: run.pinned.gate_bytes,
        run.arguments.policy_digest: run.pinned.bundle_bytes,
    }
    for digest, body in documents.items():
        if run.keep(pinned_copy_key(digest), body) != body:
            raise InfrastructureError(f"the evidence store holds something else under {digest}; find out who wrote it")


def _record(run: _Run, report: CheckReport, judgement: Judgement, package: ModelPackage) -> EvidenceRecord:
    """Write the record, or read the one that an earlier attempt of this execution wrote."""
    pending = package.approval_status == PENDING
    record = EvidenceRecord(
        decision_id=decision_id(run.arguments.package, run.arguments.execution),
        outcome=OUTCOMES[judgement.verdict] if pending else Outcome.CONFLICT,
        registry_status=package.approval_status,
        description=describe(judgement, run.evidence_uri),
        report=report,
        decided_at=run.now().isoformat(),
    )
    kept = EvidenceRecord.from_json(run.keep(run.key, record.to_json()))
    # Only the outcome may differ, because of what the registry said then, and the time.
    if kept != replace(record, outcome=kept.outcome, registry_status=kept.registry_status, decided_at=kept.decided_at):
        raise BindingError(f"{run.evidence_uri} holds another decision than this run's; find out who wrote it")
    if kept.outcome not in (OUTCOMES[judgement.verdict], Outcome.CONFLICT):
        raise BindingError(f"{run.evidence_uri} says {kept.outcome} where its own checks say {judgement.verdict}")
    return kept


def _apply(run: _Run, record: EvidenceRecord) -> str:
    """Bring the registry to what the record says, unless somebody else has decided."""
    arn, status = run.arguments.package, _STATUS.get(record.outcome)
    before = run.look()
    if before is None:
        return f"{arn} no longer exists; nothing was written. Evidence: {run.evidence_uri}"
    if before.approval_status == _STATUS.get(record.outcome, PENDING) and _is_ours(before, record):
        return f"{record.description} (written before)"
    if before.approval_status != PENDING:
        _note_conflict(run, record, before)
        return f"{arn} is {before.approval_status} already and was not overwritten. Evidence: {run.evidence_uri}"
    if record.outcome is Outcome.CONFLICT:
        return f"{arn} was {record.registry_status} when it was judged; judge it again. Evidence: {run.evidence_uri}"
    words = metadata(record.outcome, record.decision_id, run.arguments.policy_digest, run.evidence_uri)
    write = StatusWrite(
        arn=arn,
        approval_status=status,
        description=record.description,
        metadata=words,
        stale=tuple(key for key in words if key in before.metadata),
        token=client_token(record.decision_id),
    )
    write_status(run.clients.sagemaker, write)
    return _confirm(run, record)


def _confirm(run: _Run, record: EvidenceRecord) -> str:
    """Look again: the registry has no "only if still pending", so another may have decided in the same moment."""
    arn, after = run.arguments.package, run.look()
    if after is None or after.approval_status == _STATUS.get(record.outcome, PENDING):
        return record.description
    if after.approval_status == PENDING or _is_ours(after, record):
        raise InfrastructureError(
            f"{arn} is {after.approval_status} after {record.outcome} was written; compare with {run.evidence_uri}"
        )
    _note_conflict(run, record, after)
    return f"{arn} became {after.approval_status} by a later decision. Evidence of this one: {run.evidence_uri}"


def _is_ours(package: ModelPackage, record: EvidenceRecord) -> bool:
    """Whether the registry's words are those of this decision; either of them may have found no room."""
    return package.metadata.get(META_DECISION) == record.decision_id or package.description == record.description


def _note_conflict(run: _Run, record: EvidenceRecord, found: ModelPackage) -> None:
    """A record written before the status changed stays as it is; what happened is noted beside it."""
    if record.outcome is not Outcome.CONFLICT:
        package = run.arguments.package
        key = conflict_key(package.group, package.version, run.arguments.execution.id)
        note = {"schema": CONFLICT_SCHEMA, "decision_id": record.decision_id, "registry_status": found.approval_status}
        run.keep(key, canonical(note))


def _read_report() -> bytes:
    path = ml_root() / "processing" / "input" / "checks" / CHECKS_FILE
    try:
        with path.open("rb") as file:
            data = file.read(MAX_CHECK_REPORT_BYTES + 1)
    except OSError as error:
        raise BindingError(f"there is no check report: {error}; run the pipeline again") from error
    if len(data) > MAX_CHECK_REPORT_BYTES:
        raise BindingError(f"the check report is larger than {MAX_CHECK_REPORT_BYTES} bytes, which no check writes")
    return data


def _step(argv: Sequence[str] | None) -> str:
    arguments = Arguments.parse("modelgate.steps.update", "Write the verdict on one model package.", argv)
    clients = clients_for(arguments.package.region)
    return update(arguments, clients, _read_report(), lambda: datetime.now(UTC))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the step as a process."""
    return run_step(lambda: _step(argv))


if __name__ == "__main__":
    sys.exit(main())
