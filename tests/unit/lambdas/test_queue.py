"""What goes onto a queue stays within the limits of SQS."""

import pytest
from modelgate.aws.queue import dead_letter, request_again
from modelgate.contracts.messages import ApprovalRequest

from tests.unit.lambdas.world import World, package_arn


@pytest.mark.parametrize(("asked", "expected"), [(-5, 0), (60, 60), (5000, 900)])
def test_a_delay_is_cut_to_what_sqs_takes(world: World, asked: int, expected: int) -> None:
    """Fifteen minutes is the longest; a longer wait comes back and is sent again."""
    sent: list[int] = []

    class Recording:
        def send_message(self, **message: int) -> None:
            sent.append(message["DelaySeconds"])
            world.sqs.send_message(**message)  # type: ignore[arg-type]

    request = ApprovalRequest(arn=package_arn(), change="c")
    request_again(Recording(), queue_url=world.queue_url, request=request, delay_seconds=asked)  # type: ignore[arg-type]

    assert sent == [expected]
    assert world.requests() == [request]


def test_any_reason_can_be_sent(world: World) -> None:
    """Control characters, other scripts and great length would make SQS refuse the message, and so lose the reason."""
    dead_letter(world.sqs, queue_url=world.dead_letter_queue_url, body="b", reason="ü\x00\n\U0001f600" + "x" * 5000)

    ((_, reason),) = world.dead_letters()
    assert reason.startswith("\\xfc")
    assert len(reason) <= 1000
    assert reason.isprintable()
