"""Ask the pipeline for what would mend a finding: each attempt once, a few of them, well apart."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelgate.audit.finding import Finding
from modelgate.audit.remedy import Attempt, Patience, Remedy, RemedyKind, change_of
from modelgate.aws.attempts import Attempts
from modelgate.aws.queue import request_again
from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.messages import ApprovalRequest, Request, RevertRequest
from modelgate.errors import InfrastructureError

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

MOST_REVERTS = 20  # in one run; more at once look like a key that is missing, not like people who approve by hand
ASKS = 16  # at a time: after an outage, thousands of packages may have been forgotten at once
_ASKED = {RemedyKind.JUDGE: "asked to have it judged again", RemedyKind.REVERT: "asked to have it set back to pending"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A finding, and what was done about it; None when nothing was."""

    finding: Finding
    action: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What came of asking; one of the two, or neither where there was nothing to ask for."""

    action: str | None = None
    trouble: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How to ask. *patience* is that with a package.

    *reverts* is the gate's word on approvals without proof; *now* is in epoch seconds.

    *out_of_time* says whether to stop asking: what was found has to be told as well.
    """

    sqs: "SQSClient"
    queue_url: str
    attempts: Attempts
    patience: Callable[[ModelPackageArn], Patience]
    reverts: bool
    now: float
    out_of_time: Callable[[], bool] = lambda: False

    def answer(self, findings: Sequence[Finding]) -> tuple[tuple[Told, ...], tuple[str, ...]]:
        """Ask for the remedies of *findings*, each once however many ask for it; also what could not be asked for."""
        remedies = tuple(dict.fromkeys(finding.remedy for finding in findings if finding.remedy is not None))
        reverts = sum(remedy.kind is RemedyKind.REVERT for remedy in remedies)
        with ThreadPoolExecutor(ASKS) as pool:
            answers = dict(zip(remedies, pool.map(lambda remedy: self._answer(remedy, reverts), remedies), strict=True))
        told = tuple(Told(finding=finding, action=_action(finding, answers)) for finding in findings)
        return told, tuple(answer.trouble for answer in answers.values() if answer.trouble is not None)

    def _answer(self, remedy: Remedy, reverts: int) -> _Answer:
        if self.out_of_time():
            return _Answer(trouble=f"nothing was asked for {remedy.arn}, the run was out of time")
        try:
            return _Answer(action=self._ask(remedy, reverts))
        except InfrastructureError as error:
            return _Answer(trouble=str(error))

    def _ask(self, remedy: Remedy, reverts: int) -> str | None:
        if remedy.kind is RemedyKind.REVERT and not self.reverts:
            return None
        if remedy.kind is RemedyKind.REVERT and reverts > MOST_REVERTS:
            return f"none: {reverts} approvals without proof at once look like a missing key, a person has to look"
        last = self.attempts.last(remedy)
        patience = self.patience(remedy.arn)
        attempt = patience.next(last, now=self.now)
        if attempt is None:
            return _waiting(last, patience)
        # Sent before it is noted: after a crash in between the same attempt is sent again, and its claim answers that.
        request_again(self.sqs, queue_url=self.queue_url, request=_request(remedy, attempt), delay_seconds=0)
        self.attempts.note(remedy, attempt)
        return f"{_ASKED[remedy.kind]}, attempt {attempt.number} of {patience.attempts}"


def _waiting(last: Attempt | None, patience: Patience) -> str | None:
    made = 0 if last is None else last.number
    if made < patience.attempts:
        return None  # the last one may still succeed
    return f"none any more: {made} attempts have changed nothing, a person has to look"


def _request(remedy: Remedy, attempt: Attempt) -> Request:
    change = change_of(remedy, attempt)
    if remedy.kind is RemedyKind.REVERT:
        return RevertRequest(arn=remedy.arn, change=change)
    return ApprovalRequest(arn=remedy.arn, change=change)


def _action(finding: Finding, answers: Mapping[Remedy, _Answer]) -> str | None:
    return None if finding.remedy is None else answers[finding.remedy].action
