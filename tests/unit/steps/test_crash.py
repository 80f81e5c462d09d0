"""A crash at any call to AWS, and the run that follows it."""

import json
import threading
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from modelgate.aws.clients import Clients
from modelgate.contracts.review import ReviewVerdict
from modelgate.errors import InfrastructureError
from modelgate.policy.model import Approval
from modelgate.steps.check import check
from modelgate.steps.update import update

from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.policies_made_up import changed, no_worse
from tests.unit.steps.world import EVIDENCE, World

_COUNTING = threading.Lock()


class Crashing:
    """A client whose *at*-th call, counted over all clients that share *calls*, fails before or after its effect."""

    def __init__(self, client: Any, calls: list[str], at: int, *, after: bool) -> None:
        self._client, self._calls, self._at, self._after = client, calls, at, after

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            with _COUNTING:  # approved versions are read side by side
                self._calls.append(name)
                count = len(self._calls)
            if count != self._at:
                return method(*args, **kwargs)
            if self._after:
                with suppress(ClientError):
                    method(*args, **kwargs)
            raise EndpointConnectionError(endpoint_url="https://down")

        return call


def crashing(world: World, at: int, *, after: bool) -> tuple[Clients, list[str]]:
    """The world's clients, of which one call fails."""
    calls: list[str] = []
    s3, registry, cloudwatch, kms = (
        Crashing(client, calls, at, after=after) for client in (world.s3, world.registry, world.cloudwatch, world.kms)
    )
    return Clients(s3=s3, sagemaker=registry, cloudwatch=cloudwatch, kms=kms), calls  # type: ignore[arg-type]


@pytest.fixture
def remembering(world: World) -> World:
    """A world whose policy compares with the last two approved versions, and leaves the last word to people."""
    world.pin_policies(changed(checks=(no_worse(of=2, by=0.5),)))
    for version in (1, 2):
        world.run(world.register(version=version))
    world.pin_policies(changed(version=3, checks=(no_worse(of=2, by=0.5),), approval=Approval.REVIEW))
    return world


def reviewed(world: World, version: int) -> str:
    """A package that was held and then approved by a person; the next run applies it."""
    arn = world.register(version=version)
    world.run(arn, "run0")
    world.review(arn, ReviewVerdict.APPROVE, "run0")
    return arn


def test_a_crash_anywhere_in_the_check_is_trouble_and_no_verdict(remembering: World) -> None:
    """No failing call of a service becomes a report, let alone a rejection."""
    world, arn = remembering, reviewed(remembering, 3)
    world.report("stress-test", json.dumps(made_up.quality()).encode())
    counted, calls = crashing(world, 0, after=False)
    whole = check(world.arguments(arn), counted, world.now)
    assert whole.subject is not None
    assert (len(whole.subject.history), len(whole.subject.reviews), whole.subject.newest_bundle) == (2, 1, 3)

    for at in range(1, len(calls) + 1):
        with pytest.raises(InfrastructureError):
            check(world.arguments(arn), crashing(world, at, after=False)[0], world.now)
    assert check(world.arguments(arn), world.clients, world.now) == whole


def update_calls(world: World, arn: str) -> tuple[list[str], int]:
    """The calls of an update of *arn*, and the number of its first write."""
    clients, calls = crashing(world, 0, after=False)
    update(world.arguments(arn), clients, world.check(arn).to_json(), world.now)
    return calls, min(calls.index(name) for name in ("put_object", "put_metric_data") if name in calls) + 1


def test_a_crash_while_the_update_verifies_leaves_nothing_behind(remembering: World) -> None:
    """Until everything is verified nothing is written, whichever call fails."""
    world = remembering
    _, first = update_calls(world, reviewed(world, 3))
    arn = reviewed(world, 4)
    data = world.check(arn).to_json()

    for at in range(1, first):
        with pytest.raises(InfrastructureError):
            update(world.arguments(arn), crashing(world, at, after=True)[0], data, world.now)
    assert written(world, "decisions/loan-approval/4/") == ["run0.json"]
    update(world.arguments(arn), world.clients, data, world.now)
    assert world.status(arn) == "Approved"


@pytest.mark.parametrize("after", [False, True], ids=["before its effect", "after its effect"])
def test_a_crash_anywhere_in_the_update_is_repeated_to_the_same_end(world: World, *, after: bool) -> None:
    """One record, one status, one note of it: the same as without the crash, at every call that writes or follows."""
    calls, first = update_calls(world, world.register(version=1))

    for at in range(first, len(calls) + 1):
        arn = world.register(version=at)
        data = world.check(arn).to_json()
        with pytest.raises(InfrastructureError):
            update(world.arguments(arn), crashing(world, at, after=after)[0], data, world.now)
        update(world.arguments(arn), world.clients, data, world.now)

        assert world.status(arn) == "Approved"
        assert written(world, f"decisions/loan-approval/{at}/") == ["run1.json"]
        assert written(world, f"approved/loan-approval/{at:09d}/") == ["run1.json"]
    assert written(world, "bundles/") == ["000000001.json"]


@pytest.mark.parametrize("after", [False, True], ids=["before its effect", "after its effect"])
@pytest.mark.parametrize("mode", ["enforce", "shadow"])
def test_a_crash_anywhere_without_a_policy_ends_recorded_and_counted(world: World, mode: str, *, after: bool) -> None:
    """Counted at least once, whichever call fails: nobody would mend the policies otherwise."""
    world.pin_gate({}, mode=mode)
    calls, first = update_calls(world, world.register(version=1))
    word = {"enforce": "held", "shadow": "shadow-hold"}[mode]

    for at in range(first, len(calls) + 1):
        arn = world.register(version=at)
        data = world.check(arn).to_json()
        world.cloudwatch.counted.clear()
        with pytest.raises(InfrastructureError):
            update(world.arguments(arn), crashing(world, at, after=after)[0], data, world.now)
        update(world.arguments(arn), world.clients, data, world.now)

        assert world.status(arn) == "PendingManualApproval"
        assert world.registry.packages[arn]["CustomerMetadataProperties"]["modelgate-verdict"] == word
        assert written(world, f"decisions/loan-approval/{at}/") == ["run1.json"]
        assert world.cloudwatch.counted


def written(world: World, prefix: str) -> list[str]:
    """The last parts of the keys under *prefix* of the evidence store, one for each version of each."""
    versions = world.s3.list_object_versions(Bucket=EVIDENCE, Prefix=prefix).get("Versions", [])
    return sorted(version["Key"].rpartition("/")[2] for version in versions)
