"""The step that judges: package, evidence and policy in, ``checks.json`` out. It has no right to change a status."""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from modelgate.aws.clients import Clients, clients_for
from modelgate.aws.registry import describe_package
from modelgate.contracts.check_report import Binding, CheckReport
from modelgate.contracts.layout import CHECKS_FILE
from modelgate.decide import judge
from modelgate.steps.arguments import Arguments, ml_root
from modelgate.steps.extra_reports import extra_reports
from modelgate.steps.gather import gather
from modelgate.steps.generative_report import write_generative_report
from modelgate.steps.model_data import require_same_files
from modelgate.steps.past import look_back
from modelgate.steps.pinned import load_pinned
from modelgate.steps.run import run

Clock = Callable[[], datetime]


def check(arguments: Arguments, clients: Clients, now: Clock) -> CheckReport:
    """Judge the package of *arguments*.

    Raises:
        ModelgateError: nothing was decided; see the tree in `modelgate.errors`.
    """
    as_of = now().isoformat()  # before anything is read: what is written later may be missing
    pinned = load_pinned(clients.s3, arguments)
    binding = arguments.binding(policy_digest=pinned.policy_digest, policy_bundle_version=pinned.bundle.version)
    package = describe_package(clients.sagemaker, arguments.package)
    if package is None:
        return _not_judged(binding, f"{arguments.package} no longer exists; nothing was judged", as_of)
    if not pinned.judges(package):
        note = f"{arguments.package} is {package.approval_status} already; nothing was judged"
        return _not_judged(binding, note, as_of)
    asked = None
    if pinned.evaluation is not None:
        asked = write_generative_report(arguments, clients.s3, pinned, pinned.evaluation, package)
    extra = extra_reports(arguments.artifact_store, arguments.execution, arguments.extra_reports)
    past = look_back(pinned.evidence(clients.s3), pinned, package)
    subject = gather(clients.s3, pinned, package, extra, past, as_of)
    if asked is not None:
        require_same_files(asked, subject)
    return CheckReport(
        binding=binding,
        subject=subject,
        judgement=judge(subject, pinned.bundle),
        note=None,
        checked_at=as_of,
    )


def _not_judged(binding: Binding, note: str, as_of: str) -> CheckReport:
    return CheckReport(binding=binding, subject=None, judgement=None, note=note, checked_at=as_of)


def _message(report: CheckReport) -> str:
    if report.judgement is None:
        return str(report.note)
    return f"{report.judgement.verdict}: {'; '.join(report.judgement.reasons)}"


def _step(argv: Sequence[str] | None) -> str:
    arguments = Arguments.parse("modelgate.steps.check", "Judge one model package.", argv)
    report = check(arguments, clients_for(arguments.package.region), lambda: datetime.now(UTC))
    folder = ml_root() / "processing" / "output" / "checks"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CHECKS_FILE).write_bytes(report.to_json())
    return _message(report)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the step as a process."""
    return run(lambda: _step(argv))


if __name__ == "__main__":
    sys.exit(main())
