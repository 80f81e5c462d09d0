"""Take in a batch of queue messages: each is done, put aside with a reason, or left to be tried again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from modelgate.aws.queue import dead_letter
from modelgate.contracts.messages import Message, parse_message
from modelgate.errors import ContentError

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from mypy_boto3_sqs.client import SQSClient

REFUSED = "MessageRefused"
FAILED = "MessageFailed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one message led to: *action* names the metric and the log line, *details* are its fields."""

    action: str
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """The way of each message: parse, work, one log line, one metric."""

    work: Callable[[Message], Outcome]
    sqs: "SQSClient"
    dead_letter_queue_url: str
    logger: Logger
    metrics: Metrics

    def take_in(self, event: dict[str, Any], context: "LambdaContext") -> Mapping[str, Any]:
        """Process the batch and answer which messages SQS shall deliver again."""
        # A batch that fails as a whole is answered like any other, so that only its failures are counted as received.
        processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
        return process_partial_response(
            event=event, record_handler=self._take_in_one, processor=processor, context=context
        )

    def _take_in_one(self, record: SQSRecord) -> None:
        try:
            outcome = self._outcome(record.body)
        except Exception:  # counted and logged, then raised again: SQS delivers the message once more
            self.metrics.add_metric(name=FAILED, unit=MetricUnit.Count, value=1)
            self.logger.exception("message failed; it is delivered again", extra={"message_id": record.message_id})
            raise
        self.metrics.add_metric(name=outcome.action, unit=MetricUnit.Count, value=1)
        self.logger.info(outcome.action, extra={"message_id": record.message_id, **outcome.details})

    def _outcome(self, body: str) -> Outcome:
        try:
            return self.work(parse_message(body))
        except ContentError as error:
            dead_letter(self.sqs, queue_url=self.dead_letter_queue_url, body=body, reason=str(error))
            return Outcome(action=REFUSED, details={"reason": str(error)})
