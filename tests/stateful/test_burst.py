"""Load: many packages at once, on services that throttle."""

from collections import Counter

from tests.stateful.evidence import BIAS, MODEL, QUALITY
from tests.stateful.faults import Kind
from tests.stateful.sagemaker import PENDING
from tests.stateful.world import COPY, START, World

PACKAGES, RUNNING = 150, 3


def test_a_burst_on_throttling_services_is_decided_completely_and_once_each() -> None:
    """Every eleventh call is refused for a while; never more executions run than may, and no package is lost."""
    world = World()
    for number in range(PACKAGES):
        arn = world.register("good" if number % 3 else "bad", "good", digests=True)
        for file in (QUALITY, BIAS, MODEL):
            world.upload(arn, file, "good" if file != QUALITY or number % 3 else "bad")
    for call in range(1, 6_000, 11):
        world.faults.plan(call, Kind.THROTTLED)
    most = 0
    for _ in range(2_000):
        while world.bus:
            world.deliver(0)
        world.poll(COPY)
        world.poll(START)
        running = [e for e in world.sagemaker.executions if e.stage in ("check", "update")]
        most = max(most, len(running))
        for execution in running:
            world.advance(execution)
        world.clock.forward(10)
        if not world.sqs.queues.get(START) and not world.sqs.queues.get(COPY) and not running:
            break
    world.settle()

    statuses = Counter(package["ModelApprovalStatus"] for package in world.sagemaker.packages.values())
    assert statuses == {"Approved": PACKAGES * 2 // 3, "Rejected": PACKAGES // 3}
    assert PENDING not in statuses
    assert most == RUNNING
    assert max(Counter(execution.token for execution in world.sagemaker.executions).values()) == 1
    assert world.faults.struck[Kind.THROTTLED] > 100
