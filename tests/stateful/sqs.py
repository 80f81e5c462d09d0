"""SQS in memory: delays, visibility, receive counts, and a dead-letter queue for what is received too often."""
# ruff: noqa: N803 - arguments are named as the services name them

from dataclasses import dataclass, field
from typing import Any

from tests.stateful.clock import Clock

VISIBILITY_SECONDS = 60
MAX_RECEIVES = 5


@dataclass
class Message:
    """One message; *reason* is ours, on what was put aside."""

    id: str
    body: str
    visible_at: float
    receives: int = 0
    reason: str | None = None


@dataclass
class FakeSQS:
    """Queues by URL; the dead letters of ``queue`` go to ``queue-dlq``."""

    clock: Clock
    queues: dict[str, list[Message]] = field(default_factory=dict)
    number: int = 0

    def send_message(self, *, QueueUrl: str, MessageBody: str, DelaySeconds: int = 0, **more: Any) -> Any:
        assert 0 <= DelaySeconds <= 900
        self.number += 1
        reason = more.get("MessageAttributes", {}).get("reason", {}).get("StringValue")
        visible_at = self.clock.epoch() + DelaySeconds
        message = Message(id=f"m{self.number}", body=MessageBody, visible_at=visible_at, reason=reason)
        self.queues.setdefault(QueueUrl, []).append(message)
        return {"MessageId": message.id}

    def get_queue_attributes(self, *, QueueUrl: str, AttributeNames: list[str]) -> Any:
        return {"Attributes": {"ApproximateNumberOfMessages": str(len(self.queues.get(QueueUrl, [])))}}

    def receive(self, queue: str, most: int) -> list[Message]:
        """Up to *most* visible messages, invisible from now on; what was received too often is dead-lettered."""
        now, received = self.clock.epoch(), list[Message]()
        for message in list(self.queues.get(queue, [])):
            if message.visible_at > now or len(received) == most:
                continue
            if message.receives >= MAX_RECEIVES:
                self.delete(queue, message.id)
                self.queues.setdefault(f"{queue}-dlq", []).append(message)
                continue
            message.receives += 1
            message.visible_at = now + VISIBILITY_SECONDS
            received.append(message)
        return received

    def delete(self, queue: str, message_id: str) -> None:
        """It is done."""
        self.queues[queue] = [message for message in self.queues[queue] if message.id != message_id]

    def redrive(self, queue: str) -> int:
        """Send the dead letters of *queue* back to it, as an operator does."""
        dead = self.queues.pop(f"{queue}-dlq", [])
        for message in dead:
            self.send_message(QueueUrl=queue, MessageBody=message.body)
        return len(dead)
