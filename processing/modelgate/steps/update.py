"""The step that writes the status: ``checks.json`` in, evidence record and registry status out."""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from modelgate.aws.clients import Clients, clients_for
from modelgate.aws.evidence import write_once
from modelgate.aws.registry import StatusWrite, describe_package, write_status
from modelgate.contracts.check_report import MAX_CHECK_REPORT_BYTES, CheckReport
from modelgate.contracts.layout import CHECKS_FILE, conflict_key, decision_key, pinned_copy_key
from modelgate.contracts.package import APPROVED, PENDING, REJECTED, ModelPackage
from modelgate.contracts.strict import canonical
from modelgate.errors import BindingError, InfrastructureError
from modelgate.evidence.record import CONFLICT_SCHEMA, OUTCOMES, EvidenceRecord, Outcome, client_token, decision_id
from modelgate.evidence.registry_text import META_DECISION, describe, metadata
from modelgate.steps.arguments import Arguments, ml_root
from modelgate.steps.binding import verify_binding, verify_evidence, verify_judgement, verify_subject
from modelgate.steps.pinned import Pinned, load_pinned
from modelgate.steps.run import run

Clock = Callable[[], datetime]

_STATUS = {Outcome.APPROVED: APPROVED, Outcome.REJECTED: REJECTED}


def update(arguments: Arguments, clients: Clients, report_bytes: bytes, now: Clock) -> str:
    """Apply the verdict of a check report; return what was done, as a sentence.

    The order matters: verify, record, look again, write, look again. A crash at any point is repeated with the same
    outcome, because the record that was written first wins.

    Raises:
        BindingError: the report is not about this run; nothing is recorded or written.
        InfrastructureError: a service failed; the step may be run again.
    """
    pinned = load_pinned(clients.s3, arguments)
    report = CheckReport.from_json(report_bytes)
    verify_binding(report.binding, arguments.binding(pinned.bundle.version))
    if report.subject is None or report.judgement is None:
        return str(report.note)
    package = describe_package(clients.sagemaker, arguments.package)
    if package is None:
        return f"{arguments.package} no longer exists; nothing was written"
    verify_subject(report.subject, package, pinned)
    verify_judgement(report.subject, report.judgement, pinned)
    verify_evidence(clients.s3, report.subject, arguments.package.account)
    record = _record(arguments, clients, pinned, report, package, now)
    return _apply(arguments, clients, pinned, record)


def _record(
    arguments: Arguments, clients: Clients, pinned: Pinned, report: CheckReport, package: ModelPackage, now: Clock
) -> EvidenceRecord:
    """Write the record, or read the one that an earlier attempt of this execution wrote."""
    bucket, owner = pinned.gate.evidence_store, pinned.gate.governance_account
    documents = ((arguments.gate_digest, pinned.gate_bytes), (arguments.policy_digest, pinned.bundle_bytes))
    for digest, body in documents:
        write_once(clients.s3, bucket=bucket, key=pinned_copy_key(digest), body=body, owner=owner)
    assert report.judgement is not None  # noqa: S101 - for the type checker; `update` has looked
    decided = OUTCOMES[report.judgement.verdict] if package.approval_status == PENDING else Outcome.CONFLICT
    record = EvidenceRecord(
        decision_id=decision_id(arguments.package, arguments.execution),
        outcome=decided,
        registry_status=package.approval_status,
        description=describe(report.judgement, evidence_uri(arguments, pinned)),
        report=report,
        decided_at=now().isoformat(),
    )
    written = write_once(clients.s3, bucket=bucket, key=_key(arguments), body=record.to_json(), owner=owner)
    kept = EvidenceRecord.from_json(written)
    if kept.report.binding != report.binding:
        raise BindingError(f"the evidence record of {record.decision_id} is about another run; nothing was written")
    return kept


def _apply(arguments: Arguments, clients: Clients, pinned: Pinned, record: EvidenceRecord) -> str:
    """Bring the registry to what the record says, unless somebody else has decided."""
    uri = evidence_uri(arguments, pinned)
    status = _STATUS.get(record.outcome)
    before = _describe(arguments, clients)
    if before.metadata.get(META_DECISION) == record.decision_id and before.approval_status == (status or PENDING):
        return f"{record.description} (written before)"
    if before.approval_status != PENDING:
        _note_conflict(arguments, clients, pinned, record, before)
        return f"{arguments.package} is {before.approval_status} already and was not overwritten. Evidence: {uri}"
    if record.outcome is Outcome.CONFLICT:
        return f"{arguments.package} was {record.registry_status} when it was judged; judge it again. Evidence: {uri}"
    write_status(
        clients.sagemaker,
        StatusWrite(
            arn=arguments.package,
            approval_status=status,
            description=record.description,
            metadata=metadata(record.outcome, record.decision_id, arguments.policy_digest, uri),
            token=client_token(record.decision_id),
        ),
    )
    after = _describe(arguments, clients)
    if after.approval_status != (status or PENDING) or after.metadata.get(META_DECISION) != record.decision_id:
        raise InfrastructureError(
            f"{arguments.package} is {after.approval_status} after {record.outcome} was written; compare with {uri}"
        )
    return record.description


def _note_conflict(
    arguments: Arguments, clients: Clients, pinned: Pinned, record: EvidenceRecord, found: ModelPackage
) -> None:
    """The record was written before the status changed and stays as it is; what happened is noted beside it."""
    if record.outcome is Outcome.CONFLICT:
        return
    package = arguments.package
    note = {"schema": CONFLICT_SCHEMA, "decision_id": record.decision_id, "registry_status": found.approval_status}
    write_once(
        clients.s3,
        bucket=pinned.gate.evidence_store,
        key=conflict_key(package.group, package.version, arguments.execution.id),
        body=canonical(note),
        owner=pinned.gate.governance_account,
    )


def evidence_uri(arguments: Arguments, pinned: Pinned) -> str:
    """Where the record of this run lives."""
    return f"s3://{pinned.gate.evidence_store}/{_key(arguments)}"


def _key(arguments: Arguments) -> str:
    return decision_key(arguments.package.group, arguments.package.version, arguments.execution.id)


def _describe(arguments: Arguments, clients: Clients) -> ModelPackage:
    package = describe_package(clients.sagemaker, arguments.package)
    if package is None:
        raise InfrastructureError(f"{arguments.package} disappeared while its verdict was written; the record stays")
    return package


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
    return run(lambda: _step(argv))


if __name__ == "__main__":
    sys.exit(main())
