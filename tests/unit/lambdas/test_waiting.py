"""Evidence and registration come in any order: each state of the evidence is judged once."""

import pytest
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.messages import parse_message

from lambdas.start_approval.starter import ALREADY_STARTED, IGNORED, STARTED, WAITING, WOKEN, Starter
from tests.unit.lambdas.world import LENDING_BUCKET, World, package_arn, registered_event

ARN = package_arn()
REGISTERED = parse_message(registered_event(ARN))
MODEL, BIAS = f"s3://{LENDING_BUCKET}/run 1/model.tar.gz", f"s3://{LENDING_BUCKET}/run 1/bias.json"


@pytest.fixture
def starter(world: World) -> Starter:
    """A starter that waits three seconds, with a package that names a model and a report."""
    world.sagemaker.register(ARN, model=MODEL, bias=BIAS)
    return world.starter(wait_seconds=3)


def drain(world: World, starter: Starter) -> list[str]:
    """Answer every queued request, and those that follow from it; the actions, in order."""
    actions = []
    while requests := world.requests():
        actions += [starter.answer(request).action for request in requests]
    return actions


def test_a_missing_artifact_is_waited_for_within_the_bound_then_judged_without(world: World, starter: Starter) -> None:
    """Four looks fit three seconds; then the check step shall say visibly what is missing."""
    world.arrive("run 1/model.tar.gz")

    actions = [starter.answer(REGISTERED).action, *drain(world, starter)]

    assert actions == [WAITING, WAITING, WAITING, STARTED]


def test_waiting_requests_carry_the_delay_and_count_attempts(world: World, starter: Starter) -> None:
    """The wait lives in the message, not in the receive count that guards against poison."""
    starter.answer(REGISTERED)
    (first,) = world.requests()
    starter.answer(first)
    (second,) = world.requests()

    assert [(r.attempt, r.deferred, r.change) for r in (first, second)] == [(2, 0, first.change), (3, 0, first.change)]


def test_an_arrival_wakes_the_waiting_package_at_once_and_only_one_execution_starts(
    world: World, starter: Starter
) -> None:
    """The poll that is still under way finds the execution already started."""
    world.arrive("run 1/model.tar.gz")
    starter.answer(REGISTERED)
    polling = world.requests()

    woken = starter.answer(parse_message(world.arrive("run 1/bias.json")))
    (wake,) = world.requests()
    actions = [starter.answer(wake).action, starter.answer(polling[0]).action]

    assert (woken.action, woken.details["woken"]) == (WOKEN, [str(ARN)])
    assert actions == [STARTED, ALREADY_STARTED]
    assert len(world.sagemaker.started) == 1


def test_the_poll_that_sees_the_arrival_first_leaves_nothing_for_the_wake(world: World, starter: Starter) -> None:
    """The other order of the same two messages also gives one execution."""
    world.arrive("run 1/model.tar.gz")
    starter.answer(REGISTERED)
    arrived = parse_message(world.arrive("run 1/bias.json"))

    poll = drain(world, starter)
    starter.answer(arrived)

    assert poll == [STARTED]
    assert drain(world, starter) == [ALREADY_STARTED]


def test_a_package_judged_without_evidence_is_judged_again_when_it_arrives(world: World, starter: Starter) -> None:
    """Held for a missing report, then the report comes: a second execution, and a third never."""
    world.arrive("run 1/model.tar.gz")
    starter.answer(REGISTERED)
    drain(world, starter)

    arrived = parse_message(world.arrive("run 1/bias.json"))
    starter.answer(arrived)
    after_arrival = drain(world, starter)
    starter.answer(arrived)

    assert after_arrival == [STARTED]
    assert drain(world, starter) == []
    assert len(world.sagemaker.started) == 2
    assert len({e["ClientRequestToken"] for e in world.sagemaker.started}) == 2


def test_an_arrival_that_completes_nothing_starts_nothing(world: World, starter: Starter) -> None:
    """The first of two late artifacts wakes the package, which stays held for the second; then that one starts it."""
    starter.answer(REGISTERED)
    drain(world, starter)

    starter.answer(parse_message(world.arrive("run 1/model.tar.gz")))
    first = drain(world, starter)
    starter.answer(parse_message(world.arrive("run 1/bias.json")))
    second = drain(world, starter)

    assert (first, second) == ([WAITING], [STARTED])
    assert len(world.sagemaker.started) == 2


def test_an_arrival_between_look_and_note_is_not_lost(
    world: World, starter: Starter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What arrives after the first look and before the waiting record is found by the second look."""
    world.arrive("run 1/model.tar.gz")
    add = world.dynamodb.put_item

    def arrives_just_before(**request: object) -> object:
        if not world.copies(f"333333333333/{LENDING_BUCKET}/run 1/bias.json"):
            starter.answer(parse_message(world.arrive("run 1/bias.json")))  # wakes nobody: no record yet
        return add(**request)  # type: ignore[arg-type]

    monkeypatch.setattr(world.dynamodb, "put_item", arrives_just_before)

    assert starter.answer(REGISTERED).action == STARTED


def test_content_other_than_registered_keeps_the_package_waiting(world: World) -> None:
    """With a ContentDigest only that content counts; a wrong upload wakes the package, which then waits on."""
    world.sagemaker.register(ARN, bias=BIAS)
    source = world.sagemaker.packages[str(ARN)]["ModelMetrics"]["Bias"]["Report"]
    source["ContentDigest"] = sha256_of(b"right")
    starter = world.starter(wait_seconds=0)
    starter.answer(REGISTERED)

    starter.answer(parse_message(world.arrive("run 1/bias.json", b"wrong")))
    wrong = drain(world, starter)
    starter.answer(parse_message(world.arrive("run 1/bias.json", b"right")))
    right = drain(world, starter)

    assert (wrong, right) == ([WAITING], [STARTED])


def test_recorded_answers_are_waited_for_by_their_digest(world: World, starter: Starter) -> None:
    """They are evidence of an evaluation; what lay at their address before is not what was registered."""
    (container,) = world.sagemaker.packages[str(ARN)]["InferenceSpecification"]["Containers"]
    answers = {"MODELGATE_ANSWERS_URI": f"s3://{LENDING_BUCKET}/run 1/answers.jsonl"}
    container["Environment"] = {**answers, "MODELGATE_ANSWERS_DIGEST": sha256_of(b"right")}
    for name in ("model.tar.gz", "bias.json"):
        world.arrive(f"run 1/{name}")
    world.arrive("run 1/answers.jsonl", b"older")
    before = starter.answer(REGISTERED).action
    world.arrive("run 1/answers.jsonl", b"right")

    assert (before, drain(world, starter)) == (WAITING, [STARTED])


def test_what_can_never_arrive_is_not_waited_for(world: World) -> None:
    """A location outside the team's bucket, or none at all, is for the check step to refuse."""
    world.sagemaker.register(ARN, model="s3://somebody-elses/m.tar.gz", bias="https://example.org/bias.json")

    assert world.starter().answer(REGISTERED).action == STARTED


def test_a_registration_that_cannot_be_read_is_not_waited_for(world: World) -> None:
    """A digest that is none is the check step's to refuse; the package must not fall into silence."""
    world.sagemaker.register(ARN, bias=BIAS)
    world.sagemaker.packages[str(ARN)]["ModelMetrics"]["Bias"]["Report"]["ContentDigest"] = "md5:1"

    assert world.starter().answer(REGISTERED).action == STARTED


def test_a_package_that_is_still_being_created_is_waited_for(world: World) -> None:
    """Status InProgress becomes Completed within the bound: one execution, afterwards."""
    world.sagemaker.register(ARN)
    world.sagemaker.packages[str(ARN)]["ModelPackageStatus"] = "InProgress"
    starter = world.starter()

    first = starter.answer(REGISTERED).action
    world.sagemaker.packages[str(ARN)]["ModelPackageStatus"] = "Completed"

    assert [first, *drain(world, starter)] == [WAITING, STARTED]


def test_an_artifact_of_a_decided_package_wakes_nothing(world: World, starter: Starter) -> None:
    """Evidence that comes after a person decided changes nothing."""
    starter.answer(REGISTERED)
    world.requests()
    world.sagemaker.packages[str(ARN)]["ModelApprovalStatus"] = "Rejected"

    starter.answer(parse_message(world.arrive("run 1/bias.json")))

    assert drain(world, starter) == [IGNORED]


def test_two_packages_that_share_an_artifact_are_both_woken(world: World, starter: Starter) -> None:
    """Each gets its own execution."""
    other = package_arn(2)
    world.sagemaker.register(other, model=MODEL, bias=BIAS)
    world.arrive("run 1/model.tar.gz")
    starter.answer(REGISTERED)
    starter.answer(parse_message(registered_event(other)))
    world.requests()

    starter.answer(parse_message(world.arrive("run 1/bias.json")))

    assert drain(world, starter) == [STARTED, STARTED]
    assert len(world.sagemaker.started) == 2


def test_a_digest_that_is_none_is_not_waited_for(world: World) -> None:
    """Nothing can arrive with it: the check refuses the package at once, with the reason."""
    arn = package_arn()
    world.sagemaker.register(arn, bias=f"s3://{LENDING_BUCKET}/bias.json")
    world.sagemaker.packages[str(arn)]["ModelMetrics"]["Bias"]["Report"]["ContentDigest"] = "md5:0"

    world.starter().answer(parse_message(registered_event(arn)))

    assert len(world.sagemaker.started) == 1


def test_a_package_judged_while_the_registry_validated_it_is_judged_again_afterwards(world: World) -> None:
    """The run that met an unfinished package answers the unfinished one, so the finished one gets its own."""
    arn = package_arn()
    world.sagemaker.register(arn)
    world.sagemaker.packages[str(arn)]["ModelPackageStatus"] = "InProgress"
    starter = world.starter(wait_seconds=0)
    starter.answer(REGISTERED)
    drain(world, starter)

    world.sagemaker.packages[str(arn)]["ModelPackageStatus"] = "Completed"

    assert starter.answer(REGISTERED).action == STARTED
    assert len(world.sagemaker.started) == 2
