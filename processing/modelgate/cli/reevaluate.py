"""``modelgate reevaluate``: have the gate look at a pending package again."""

from datetime import UTC, datetime

import typer

from modelgate.aws.identity import find_caller
from modelgate.aws.queue import request_again
from modelgate.cli.decision.find import newest_decision
from modelgate.cli.options import AsJson, PackageArn
from modelgate.cli.platform import Platform, platform_of
from modelgate.cli.printing import emit, say
from modelgate.cli.registered import described
from modelgate.cli.where import EvidenceStore, Prefix, StartQueue
from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.gate import Mode
from modelgate.contracts.messages import ApprovalRequest
from modelgate.contracts.package import PENDING
from modelgate.errors import ContentError


def reevaluate(
    arn: PackageArn,
    *,
    prefix: Prefix = None,
    start_queue_url: StartQueue = None,
    evidence_store: EvidenceStore = None,
    as_json: AsJson = False,
) -> None:
    """
    Ask the gate to judge a package again, for instance after a policy has changed.

    Only a pending package is judged, or one of a group in shadow mode; a verdict is never taken back by it.
    """
    platform = platform_of(arn, prefix=prefix, queue_url=start_queue_url, evidence_store=evidence_store)
    status = described(platform, arn).approval_status
    if status != PENDING and not _only_recorded(platform, arn):
        raise ContentError(f"{arn} is {status} already, so the gate would not judge it; register a new version")
    caller = find_caller(platform.session.sts())
    request = ApprovalRequest.reevaluation(arn, at=datetime.now(UTC).isoformat(), caller=caller.arn)
    queue_url = platform.start_queue()
    request_again(platform.session.sqs(), queue_url=queue_url, request=request, delay_seconds=0)
    if as_json:
        emit({"package_arn": str(arn), "change": request.change, "queue_url": queue_url})
    else:
        say(f"asked for; see what is decided with: modelgate explain {arn}")


def _only_recorded(platform: Platform, arn: ModelPackageArn) -> bool:
    """Whether the last decision says that the group is in shadow mode; where none is to be had, it is not."""
    try:
        return newest_decision(platform.evidence(), arn).record.subject.group.mode is Mode.SHADOW
    except (typer.BadParameter, ContentError):
        return False
