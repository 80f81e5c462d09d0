"""``modelgate review``: a person's word on a held package, which the next run of the pipeline applies."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from modelgate.aws.identity import find_caller
from modelgate.aws.reviews import write_review
from modelgate.cli.asking import refuse_without_a_yes
from modelgate.cli.decision.find import newest_decision
from modelgate.cli.decision.story import tell
from modelgate.cli.decision.told import Told
from modelgate.cli.options import AsJson, PackageArn
from modelgate.cli.platform import Platform, platform_of
from modelgate.cli.printing import emit, say
from modelgate.cli.registered import described
from modelgate.cli.where import EvidenceStore, Prefix
from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.package import PENDING
from modelgate.contracts.review import MAX_REASON, ReviewRecord, ReviewVerdict
from modelgate.decide import approvable
from modelgate.errors import ContentError
from modelgate.evidence.record import Outcome


def reason_of(text: str) -> str:
    """Read a reason.

    Raises:
        typer.BadParameter: it says nothing, or too much.
    """
    if not text.strip() or len(text) > MAX_REASON:
        raise typer.BadParameter(f"say in 1 to {MAX_REASON} characters why; the decision's record will cite it")
    return text.strip()


def review(
    arn: PackageArn,
    *,
    approve: Annotated[bool, typer.Option("--approve", help="The package may go to production.")] = False,
    reject: Annotated[bool, typer.Option("--reject", help="It may not.")] = False,
    reason: Annotated[str, typer.Option("--reason", parser=reason_of, help="Why; the record will cite it.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before writing.")] = False,
    prefix: Prefix = None,
    evidence_store: EvidenceStore = None,
    as_json: AsJson = False,
) -> None:
    """
    Approve or reject a held package, under your own name and with a reason.

    Shows the held decision, asks, and writes a review to the evidence store; the pipeline then runs again by itself
    and applies it. A review answers exactly the decision that it was written on, and is never changed.
    """
    if approve == reject:
        raise typer.BadParameter("give one of the two", param_hint="--approve or --reject")
    verdict = ReviewVerdict.APPROVE if approve else ReviewVerdict.REJECT
    platform = platform_of(arn, prefix=prefix, evidence_store=evidence_store)
    told = newest_decision(platform.evidence(), arn)
    _refuse(told, verdict)
    _refuse_decided(platform, arn)
    if not as_json:
        tell(told, everything=False)
    refuse_without_a_yes(f"{verdict} {arn.group} version {arn.version}?", said=yes, can_ask=not as_json)
    caller = find_caller(platform.session.sts())
    record = ReviewRecord(
        package_arn=str(arn),
        decision_id=told.record.decision_id,
        basis=told.record.judgement.basis,
        verdict=verdict,
        reason=reason,
        reviewed_at=datetime.now(UTC).isoformat(),
    )
    address = write_review(platform.evidence(), record, reviewer=caller.user_id)
    if as_json:
        emit({"review": address, "reviewer": caller.user_id, "decision_id": record.decision_id, "verdict": verdict})
    else:
        say(f"written: {address}")
        say(f"the pipeline runs again by itself; see what it decides with: modelgate explain {arn}")


def _refuse(told: Told, verdict: ReviewVerdict) -> None:
    """Only a hold waits for people, and only one that people can decide may be approved."""
    record = told.record
    if record.outcome is not Outcome.HELD:
        raise ContentError(
            f"the newest decision, {record.decision_id}, is {record.outcome}; only a held package waits for a review"
        )
    if verdict is ReviewVerdict.APPROVE and not approvable(record.judgement):
        why = "; ".join(record.judgement.reasons)
        raise ContentError(f"{record.decision_id} cannot be approved by a review: {why}; mend that first, or reject it")


def _refuse_decided(platform: Platform, arn: ModelPackageArn) -> None:
    status = described(platform, arn).approval_status
    if status != PENDING:
        raise ContentError(f"{arn} is {status} already; a review would change nothing")
