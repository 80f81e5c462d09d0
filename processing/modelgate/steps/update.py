"""The step that writes the status: ``checks.json`` in, evidence record and registry status out."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from modelgate.aws.clients import Clients, clients_for
from modelgate.aws.metrics import count_package_without_policy
from modelgate.contracts.check_report import MAX_CHECK_REPORT_BYTES, CheckReport
from modelgate.contracts.layout import CHECKS_FILE
from modelgate.contracts.package import ModelPackage
from modelgate.contracts.results import Judgement
from modelgate.contracts.subject import Subject
from modelgate.errors import BindingError, SignatureError
from modelgate.steps.apply import apply
from modelgate.steps.arguments import Arguments, ml_root
from modelgate.steps.binding import verify_binding, verify_evidence, verify_judgement, verify_subject
from modelgate.steps.decision import Clock, Run, keep_documents, note_bundle, write_record
from modelgate.steps.extra_reports import extra_reports
from modelgate.steps.past import governing
from modelgate.steps.past_binding import verify_past, verify_reviews, verify_time
from modelgate.steps.pinned import load_pinned
from modelgate.steps.refusal import record_refusal
from modelgate.steps.revert import set_back
from modelgate.steps.run import run as run_step


def update(arguments: Arguments, clients: Clients, report_bytes: bytes, now: Clock) -> str:
    """Apply the verdict of a check report; return what was done, as a sentence.

    The order matters: verify, record, look again, write, look again, note. A crash at any point is repeated with the
    same outcome, because the record that was written first wins.

    Raises:
        BindingError, SignatureError: the report is not about this run, or something it leans on was forged. That is
            noted in the evidence store and counted; nothing is decided.
        InfrastructureError: a service failed; the step may be run again.
    """
    run = Run(arguments=arguments, clients=clients, pinned=load_pinned(clients.s3, arguments), now=now)
    try:
        return _update(run, report_bytes)
    except (BindingError, SignatureError) as error:
        record_refusal(run, report_bytes, error)
        raise


def _update(run: Run, report_bytes: bytes) -> str:
    report = CheckReport.from_json(report_bytes)
    expected = run.arguments.binding(
        policy_digest=run.pinned.policy_digest, policy_bundle_version=run.pinned.bundle.version
    )
    verify_binding(report.binding, expected)
    if report.subject is None or report.judgement is None:
        return set_back(run) or str(report.note)
    package = run.look()
    if package is None:
        return f"{run.arguments.package} no longer exists; nothing was written"
    verify_time(report, report.subject, run.now())
    _verify(run, report.subject, report.judgement, package)
    keep_documents(run)
    note_bundle(run, report.subject)
    if governing(run.pinned, package) is None:
        # Before the record: a count that fails leaves nothing behind, so the repeated step counts it. Counted twice, it
        # is the same alarm; recorded and never counted, nobody would mend the policies.
        count_package_without_policy(run.clients.cloudwatch)
    recorded = write_record(run, report, report.subject, report.judgement, package.approval_status)
    return apply(run, recorded)


def _verify(run: Run, subject: Subject, judgement: Judgement, package: ModelPackage) -> None:
    arguments = run.arguments
    extra = extra_reports(arguments.artifact_store, arguments.execution, arguments.extra_reports)
    verify_subject(subject, package, extra, run.pinned)
    verify_judgement(subject, judgement, run.pinned)
    verify_evidence(run.clients.s3, subject, run.pinned)
    verify_past(run.evidence, subject, package, run.pinned)
    verify_reviews(run.evidence, subject, judgement, package)


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
