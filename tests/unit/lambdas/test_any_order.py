"""Whatever the order and number of messages: complete evidence is judged exactly once, and nothing is lost."""

import random
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from modelgate.aws.pipeline import request_token
from modelgate.contracts.messages import Message, parse_message

from tests.unit.lambdas.world import CHANGE, LENDING_BUCKET, World, package_arn, registered_event

VERSIONS = count(1)
STEPS = st.sampled_from(["registered", "copy-model", "copy-bias", "event-model", "event-bias", "oldest", "newest"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=25), full=st.booleans(), seed=st.integers(0, 1000))
def test_any_order_of_duplicates_arrivals_and_polls_judges_complete_evidence_once(
    world: World, steps: list[str], *, full: bool, seed: int
) -> None:
    """Duplicated events, late copies, lost order, a full pipeline: one execution sees everything that was named."""
    arn = package_arn(next(VERSIONS))
    keys = {name: f"{arn.version}/{name}" for name in ("model", "bias")}
    world.sagemaker.executions.clear()
    world.sagemaker.register(arn, **{name: f"s3://{LENDING_BUCKET}/{key}" for name, key in keys.items()})
    starter, queue, events = world.starter(wait_seconds=2), list[Message](), dict[str, Message]()
    registered = parse_message(registered_event(arn))

    def answer(message: Message) -> None:
        starter.answer(message)
        queue.extend(world.requests())

    def copy(name: str) -> None:
        if name not in events:
            events[name] = parse_message(world.arrive(keys[name]))

    if full:
        world.sagemaker.run(4)
    for step in steps:
        action, _, name = step.partition("-")
        if action == "registered":
            answer(registered)
        elif action == "copy":
            copy(name)
        elif action == "event" and name in events:
            answer(events[name])
        elif action in ("oldest", "newest") and queue:
            answer(queue.pop(0 if action == "oldest" else -1))
    for execution in world.sagemaker.executions.values():
        execution["status"] = "Succeeded"

    # At least once: whatever had not happened yet, happens; then the queue runs dry, in any order.
    for name in keys:
        copy(name)
    last = [registered, *events.values()]
    chance = random.Random(seed)  # noqa: S311
    chance.shuffle(last)
    for message in last:
        answer(message)
    while queue:
        for execution in world.sagemaker.executions.values():
            execution["status"] = "Succeeded"
        answer(queue.pop(chance.randrange(len(queue))))

    tokens = [started["ClientRequestToken"] for started in world.sagemaker.started]
    assert tokens.count(request_token(arn, CHANGE)) == 1
    assert len(set(tokens)) == len(tokens) <= 4  # at most one for each set of artifacts that was missing
