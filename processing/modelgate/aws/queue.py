"""Queues: send a request to look again, and put a message aside with a reason."""

from typing import TYPE_CHECKING

from modelgate.aws.faults import infrastructure
from modelgate.contracts.messages import Request

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeNameType

MAX_DELAY_SECONDS = 900  # SQS API reference, SendMessage
_MAX_REASON = 1000
_WAITING: tuple["QueueAttributeNameType", ...] = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
)


def request_again(sqs: "SQSClient", *, queue_url: str, request: Request, delay_seconds: int) -> None:
    """Send *request* to be read again after *delay_seconds*, at most fifteen minutes.

    Raises:
        InfrastructureError: the queue did not take it.
    """
    delay = max(0, min(delay_seconds, MAX_DELAY_SECONDS))
    with infrastructure(f"re-queueing {request.arn}"):
        sqs.send_message(QueueUrl=queue_url, MessageBody=request.to_json(), DelaySeconds=delay)


def find_queue(sqs: "SQSClient", name: str) -> str:
    """The URL of this account's queue *name*.

    Raises:
        InfrastructureError: there is none, or the service did not answer.
    """
    with infrastructure(f"looking for the queue {name}"):
        return sqs.get_queue_url(QueueName=name)["QueueUrl"]


def count_messages(sqs: "SQSClient", queue_url: str) -> int:
    """About how many messages wait in a queue, those that somebody is just reading included.

    Raises:
        InfrastructureError: the queue did not answer.
    """
    with infrastructure(f"counting the messages of {queue_url}"):
        answer = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=list(_WAITING))
    return sum(int(answer["Attributes"][name]) for name in _WAITING)


def dead_letter(sqs: "SQSClient", *, queue_url: str, body: str, reason: str) -> None:
    """Put a message that can never be read into the dead-letter queue, with the attribute ``reason``.

    Raises:
        InfrastructureError: the queue did not take it; the message must stay where it was.
    """
    # Printable ASCII only: SQS refuses control characters, and a reason is one line in a log.
    shown = reason.encode("unicode_escape").decode()[:_MAX_REASON]
    with infrastructure("dead-lettering a message"):
        sqs.send_message(
            QueueUrl=queue_url,
            MessageBody=body,
            MessageAttributes={"reason": {"DataType": "String", "StringValue": shown}},
        )
