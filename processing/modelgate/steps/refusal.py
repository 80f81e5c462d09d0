"""A check report that the update step refused: counted, so that somebody hears of it, and recorded."""

from modelgate.aws.metrics import count_report_refused
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.layout import refusal_key
from modelgate.errors import ModelgateError
from modelgate.evidence.notes import RefusalNote
from modelgate.steps.decision import Run

_MAX_REASON = 2000  # characters; what a report says is quoted in it


def record_refusal(run: Run, report_bytes: bytes, error: ModelgateError) -> None:
    """Count that *report_bytes* were refused because of *error*, and note it; the first refusal of a run stays.

    Counted first: an alarm that rings twice is better than a note that nobody looks for.

    Raises:
        InfrastructureError: it could not be counted or noted; the step may be run again, and refuses again.
    """
    package, execution = run.arguments.package, run.arguments.execution
    count_report_refused(run.clients.cloudwatch)
    note = RefusalNote(
        package_arn=str(package),
        execution_arn=str(execution),
        report_digest=sha256_of(report_bytes),
        reason=str(error)[:_MAX_REASON],
        refused_at=run.now().isoformat(),
    )
    run.keep(refusal_key(package.group, package.version, execution.id), note.to_json())
