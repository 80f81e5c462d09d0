"""From a message to at most one execution: look, wait within a bound, claim, start."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from modelgate.aws.claims import Claims, ClaimState
from modelgate.aws.pipeline import TooBusyError, count_running, start_execution
from modelgate.aws.queue import request_again
from modelgate.aws.registry import describe
from modelgate.aws.waiting import WaitingList
from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.gate import Gate, Mode
from modelgate.contracts.messages import (
    ApprovalRequest,
    ArtifactUploaded,
    Message,
    ModelRegistered,
    Request,
    RevertRequest,
    ReviewWritten,
)
from modelgate.contracts.package import APPROVED, PENDING
from modelgate.errors import InfrastructureError, MalformedMessageError

from lambdas.intake import Outcome
from lambdas.start_approval.evidence import Expected, expected_evidence, judged_change, not_arrived
from lambdas.start_approval.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_sagemaker.client import SageMakerClient
    from mypy_boto3_sqs.client import SQSClient

STARTED = "ApprovalStarted"
ALREADY_STARTED = "ApprovalAlreadyStarted"
WAITING = "ApprovalWaiting"
DEFERRED = "ApprovalDeferred"
IGNORED = "RegistrationIgnored"
WOKEN = "ArtifactArrived"

_DOUBLINGS = 3  # a deferred start comes back after at most 8 times the retry delay: a burst ends without idle slots


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter:
    """What the decisions need; *now* is epoch seconds, *jitter* a number from 0 up to 1."""

    settings: Settings
    gate: Gate
    sagemaker: "SageMakerClient"
    s3: "S3Client"
    sqs: "SQSClient"
    claims: Claims
    waiting: WaitingList
    now: Callable[[], float]
    jitter: Callable[[], float]

    def answer(self, message: Message) -> Outcome:
        """Answer one message.

        Raises:
            ContentError: the message does not belong here.
            InfrastructureError: a service failed; the message must come again.
        """
        match message:
            case ArtifactUploaded() if message.uri.bucket == self.gate.evidence_store:
                return self._reviewed(message)
            case ArtifactUploaded():
                return self._arrived(message)
            case ModelRegistered():
                return self._registered(message)
            case ApprovalRequest():
                return self._judge(message)
            case RevertRequest():
                return self._revert(message)

    def _arrived(self, event: ArtifactUploaded) -> Outcome:
        if (event.uri.bucket, event.account) != (self.gate.artifact_store, self.gate.governance_account):
            raise MalformedMessageError(f"{event.uri} of account {event.account} is not in the artifact store")
        woken = []
        for waiting in self.waiting.for_artifact(event.uri):
            # Sent before it is removed: a crash in between sends twice, which the claim makes harmless.
            self._send(ApprovalRequest(arn=waiting.arn, change=waiting.change, waits=False), delay=0)
            self.waiting.remove(waiting)
            woken.append(str(waiting.arn))
        return Outcome(action=WOKEN, details={"artifact": str(event.uri), "woken": woken})

    def _reviewed(self, event: ArtifactUploaded) -> Outcome:
        if event.account != self.gate.governance_account:
            raise MalformedMessageError(f"{event.uri} of account {event.account} is not in the evidence store")
        review = ReviewWritten.from_upload(event)
        arn = ModelPackageArn(
            partition=self.settings.partition,
            region=self.settings.region,
            account=self.gate.governance_account,
            group=review.group,
            version=review.version,
        )
        return self._judge(ApprovalRequest(arn=arn, change=review.change))

    def _registered(self, event: ModelRegistered) -> Outcome:
        if event.approval_status != PENDING:
            return _ignored(event, f"its status is {event.approval_status}")
        if event.updated_fields and "ModelApprovalStatus" not in event.updated_fields:
            return _ignored(event, "its approval status was not what changed")
        return self._judge(ApprovalRequest(arn=event.arn, change=event.change))

    def _judge(self, request: ApprovalRequest) -> Outcome:
        arn = request.arn
        group = self.gate.groups.get(arn.group)
        if group is None or arn.account != self.gate.governance_account:
            return _ignored(request, "its group is not under the gate")
        description = describe(self.sagemaker, arn)
        if description is None:
            return _ignored(request, "it is gone")
        # A shadow group's packages are decided by somebody else, perhaps before their evidence has arrived.
        if description["ModelApprovalStatus"] != PENDING and group.mode is Mode.ENFORCE:
            return _ignored(request, f"its status is {description['ModelApprovalStatus']}")
        if self._is_full():
            return self._defer(request, "as many executions run as may")
        missing = self._missing(request, expected_evidence(self.gate, group.account, description))
        settling = description["ModelPackageStatus"] in ("Pending", "InProgress")
        if missing and not request.waits:
            return _outcome(WAITING, request, missing=_places(missing))  # the arrival of those sends the next look
        if (missing or settling) and request.attempt * self.settings.retry_seconds <= self.settings.wait_seconds:
            self._send(replace(request, attempt=request.attempt + 1), delay=self.settings.retry_seconds)
            return _outcome(WAITING, request, missing=_places(missing), settling=settling)
        return self._start(request, missing, settling=settling)

    def _revert(self, request: RevertRequest) -> Outcome:
        """Run the pipeline on an approved package; its update step looks for the proof, and sets back what has none."""
        if not self.gate.revert_unproved:
            raise MalformedMessageError("this gate reverts nothing (revert_unproved is not set); find out who asks")
        group = self.gate.groups.get(request.arn.group)
        if group is None or request.arn.account != self.gate.governance_account:
            return _ignored(request, "its group is not under the gate")
        if group.mode is Mode.SHADOW:
            return _ignored(request, "its group's verdicts do not bind yet")
        description = describe(self.sagemaker, request.arn)
        if description is None:
            return _ignored(request, "it is gone")
        if description["ModelApprovalStatus"] != APPROVED:
            return _ignored(request, f"its status is {description['ModelApprovalStatus']}")
        if self._is_full():
            return self._defer(request, "as many executions run as may")
        return self._start(request, (), settling=False)

    def _is_full(self) -> bool:
        """Executions of all pipelines count: they meet the same limits of the account."""
        limit = self.settings.max_running_executions
        running = (count_running(self.sagemaker, pipeline, limit=limit) for pipeline in self.settings.pipelines)
        return sum(running) >= limit

    def _pipeline(self, request: Request) -> str:
        """The one that judges the package's group."""
        evaluation = self.gate.groups[request.arn.group].evaluation
        if evaluation is None:
            return self.settings.pipeline
        if self.settings.generative_pipeline is None:
            raise InfrastructureError(
                f"group {request.arn.group!r} has the evaluation {evaluation!a:.100}, and there is no pipeline that "
                "evaluates; apply the governance root again"
            )
        return self.settings.generative_pipeline

    def _missing(self, request: ApprovalRequest, expected: tuple[Expected, ...]) -> tuple[Expected, ...]:
        missing = not_arrived(self.s3, expected, owner=self.gate.governance_account)
        if not missing:
            return ()
        places = tuple(dict.fromkeys(one.uri for one in missing))
        self.waiting.add(request.arn, request.change, places, now=self.now())
        # What arrived before the note was written woke nobody, so it is looked for again.
        return not_arrived(self.s3, missing, owner=self.gate.governance_account)

    def _start(self, request: Request, missing: tuple[Expected, ...], *, settling: bool) -> Outcome:
        pipeline = self._pipeline(request)
        change = judged_change(request.change, missing, settling=settling)
        claim = self.claims.claim(request.arn, change, now=self.now())
        if claim.state is ClaimState.STARTED:
            return _outcome(ALREADY_STARTED, request, execution_arn=claim.execution_arn)
        if claim.state is ClaimState.STARTING:
            # Its owner is at work or has crashed: after the lease somebody must look whether it was started.
            return self._defer(request, "another start of it is under way")
        try:
            execution_arn = start_execution(
                self.sagemaker,
                pipeline=pipeline,
                arn=request.arn,
                change=change,
                bucket=self.gate.artifact_store,
            )
        except TooBusyError as error:
            self.claims.release(request.arn, change, claim)
            return self._defer(request, str(error))
        self.claims.started(request.arn, change, execution_arn)
        return _outcome(STARTED, request, execution_arn=execution_arn, missing=_places(missing))

    def _defer(self, request: Request, reason: str) -> Outcome:
        longest = self.settings.retry_seconds * 2 ** min(request.deferred, _DOUBLINGS)
        delay = max(1, round(longest * (1 + self.jitter()) / 2))
        self._send(replace(request, deferred=request.deferred + 1), delay=delay)
        return _outcome(DEFERRED, request, reason=reason, delay_seconds=delay)

    def _send(self, request: Request, *, delay: int) -> None:
        request_again(self.sqs, queue_url=self.settings.queue_url, request=request, delay_seconds=delay)


def _outcome(action: str, request: ModelRegistered | Request, **details: object) -> Outcome:
    about: Mapping[str, Any] = {"model_package_arn": str(request.arn), "change": request.change}
    if isinstance(request, ApprovalRequest):
        about = {**about, "attempt": request.attempt, "deferred": request.deferred}
    if isinstance(request, RevertRequest):
        about = {**about, "reverts": True, "deferred": request.deferred}
    return Outcome(action=action, details={**about, **details})


def _ignored(request: ModelRegistered | Request, reason: str) -> Outcome:
    return _outcome(IGNORED, request, reason=reason)


def _places(missing: tuple[Expected, ...]) -> list[str]:
    return [str(one.uri) for one in missing]
