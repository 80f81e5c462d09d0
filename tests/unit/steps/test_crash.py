"""A crash at any call to AWS, and the run that follows it."""

import threading
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from modelgate.aws.clients import Clients
from modelgate.errors import InfrastructureError
from modelgate.steps.check import check
from modelgate.steps.update import update

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
    s3, registry, cloudwatch = (
        Crashing(client, calls, at, after=after) for client in (world.s3, world.registry, world.cloudwatch)
    )
    return Clients(s3=s3, sagemaker=registry, cloudwatch=cloudwatch), calls  # type: ignore[arg-type]


def test_a_crash_anywhere_in_the_check_is_trouble_and_no_verdict(world: World) -> None:
    """No failing call of a service becomes a report, let alone a rejection."""
    arn = world.register()
    counted, calls = crashing(world, 0, after=False)
    whole = check(world.arguments(arn), counted, world.now)

    for at in range(1, len(calls) + 1):
        with pytest.raises(InfrastructureError):
            check(world.arguments(arn), crashing(world, at, after=False)[0], world.now)
    assert check(world.arguments(arn), world.clients, world.now) == whole


@pytest.mark.parametrize("after", [False, True], ids=["before its effect", "after its effect"])
def test_a_crash_anywhere_in_the_update_is_repeated_to_the_same_end(world: World, *, after: bool) -> None:
    """One record, one status: the same as without the crash, at every call."""
    counting = world.register(version=1)
    clients, calls = crashing(world, 0, after=False)
    update(world.arguments(counting), clients, world.check(counting).to_json(), world.now)

    for at in range(1, len(calls) + 1):
        arn = world.register(version=at + 1)
        data = world.check(arn).to_json()
        with pytest.raises(InfrastructureError):
            update(world.arguments(arn), crashing(world, at, after=after)[0], data, world.now)
        update(world.arguments(arn), world.clients, data, world.now)

        versions = world.s3.list_object_versions(Bucket=EVIDENCE, Prefix=f"decisions/loan-approval/{at + 1}/")
        assert (world.status(arn), len(versions["Versions"])) == ("Approved", 1)
        assert "conflict" not in versions["Versions"][0]["Key"]
