"""One run: look at everything, ask for what was forgotten, tell all of it, and fail if something was not looked at."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from modelgate.audit.finding import Finding, counts
from modelgate.audit.leftover import left_findings
from modelgate.audit.package import Rules
from modelgate.audit.remedy import Patience
from modelgate.audit.trouble import told as told_troubles
from modelgate.aws.attempts import Attempts
from modelgate.aws.audit import Audited, Surroundings, audit
from modelgate.aws.audit_reports import put_counts, put_findings
from modelgate.aws.endpoint_removal import sweep
from modelgate.aws.objects import Bucket
from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.gate import Gate
from modelgate.errors import InfrastructureError
from modelgate.evidence.envelope import Verifier

from lambdas.audit.asking import Asking, Told
from lambdas.audit.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.client import CloudWatchClient
    from mypy_boto3_events.client import EventBridgeClient
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_sagemaker.client import SageMakerClient
    from mypy_boto3_sqs.client import SQSClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run found and did; *troubles* are sentences on what it could not look at, ask for or tell."""

    told: tuple[Told, ...]
    troubles: tuple[str, ...]
    packages: int

    def raise_troubles(self) -> None:
        """Fail where something was left out, so that the run counts as an error and is made again.

        Raises:
            InfrastructureError: something was.
        """
        if self.troubles:
            raise InfrastructureError(told_troubles(self.troubles))


@dataclass(frozen=True, slots=True, kw_only=True)
class Auditor:
    """What a run needs; *now* is the clock (UTC)."""

    settings: Settings
    gate: Gate
    verifier: Verifier
    sagemaker: "SageMakerClient"
    s3: "S3Client"
    sqs: "SQSClient"
    events: "EventBridgeClient"
    cloudwatch: "CloudWatchClient"
    attempts: Attempts
    now: Callable[[], datetime]

    def run(self, *, out_of_time: Callable[[], bool], must_tell: Callable[[], bool] = lambda: False) -> Report:
        """Look until *out_of_time*, ask until it *must_tell*, and tell.

        Raises nothing on purpose, see `Report.raise_troubles`.
        """
        now = self.now()
        rules = Rules(
            now=now,
            undecided_seconds=self.settings.undecided_seconds,
            evaluation_seconds=self.settings.evaluation_seconds,
        )
        swept, not_swept = self._sweep(now)
        audited = self._look(rules, out_of_time)
        asking = Asking(
            sqs=self.sqs,
            queue_url=self.settings.queue_url,
            attempts=self.attempts,
            patience=lambda arn: self._patience(rules, arn),
            reverts=self.gate.revert_unproved,
            now=now.timestamp(),
            out_of_time=must_tell,
        )
        told, not_asked = asking.answer((*swept, *audited.findings))
        not_told = self._tell(told)
        troubles = (*not_swept, *audited.troubles, *not_asked, *not_told)
        return Report(told=told, troubles=troubles, packages=audited.packages)

    def _sweep(self, now: datetime) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
        """End what evaluations left behind; what it costs does not wait for a person.

        Also where no group has an evaluation any more: what the last one left would run for ever.
        """
        try:
            swept = sweep(self.sagemaker, now.timestamp())
        except InfrastructureError as error:
            return (), (str(error),)
        return left_findings(ended=swept.removed, left=swept.left), ()

    def _patience(self, rules: Rules, arn: ModelPackageArn) -> Patience:
        """A run that still asks a model must not be joined by another."""
        seconds = rules.patience(self.gate.groups.get(arn.group))
        return Patience(attempts=self.settings.max_attempts, seconds=seconds)

    def _look(self, rules: Rules, out_of_time: Callable[[], bool]) -> Audited:
        around = Surroundings(
            gate=self.gate,
            sagemaker=self.sagemaker,
            sqs=self.sqs,
            evidence=Bucket(s3=self.s3, name=self.gate.evidence_store, owner=self.gate.governance_account),
            verifier=self.verifier,
            pipelines=self.settings.pipelines,
            queues=self.settings.dead_letter_queue_urls,
            adopts=True,
            out_of_time=out_of_time,
        )
        return audit(around, rules)

    def _tell(self, told: tuple[Told, ...]) -> tuple[str, ...]:
        """Events, then numbers: neither keeps the other from being told."""
        troubles = []
        try:
            put_findings(self.events, self.settings.event_bus, [(one.finding, one.action) for one in told])
        except InfrastructureError as error:
            troubles.append(str(error))
        try:
            put_counts(self.cloudwatch, counts(one.finding for one in told))
        except InfrastructureError as error:
            troubles.append(str(error))
        return tuple(troubles)
