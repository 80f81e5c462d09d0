"""One platform for all tests of the way: applied once, each test with packages of its own."""

import itertools
import os
from collections.abc import Callable, Iterator

import pytest

from deploy.progress import Progress
from examples.loan_approval.clients import connect
from examples.loan_approval.team import Team
from local.platform import Platform, Runtime, attach, bring_up
from tests.embedded.way.gate import Gate
from tests.embedded.way.member import Member


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    """The platform, every root applied with an empty second plan; steps run as processes.

    MODELGATE_TEST_INSTANCE names one that `make up` keeps, for those who run these tests again and again.
    """
    if kept := os.environ.get("MODELGATE_TEST_INSTANCE"):
        yield attach(kept)
        return
    with bring_up(f"tests-{os.getpid()}", runtime=Runtime.PROCESS, progress=Progress()) as applied:
        yield applied


@pytest.fixture(scope="session")
def member(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Member]:
    """A member of the team that a product name gives."""
    folder, numbers = tmp_path_factory.mktemp("models"), itertools.count(1)

    def of(product: str) -> Member:
        team = Team(
            prefix=platform.prefix,
            product=product,
            account=platform.products[product],
            governance_account=platform.governance_account,
            region=platform.region,
        )
        clients = connect(team, platform.instance.environment(team.account))
        return Member(team=team, clients=clients, folder=folder, numbers=numbers)

    return of


@pytest.fixture(scope="session")
def lender(member: Callable[[str], Member]) -> Member:
    """The lending team."""
    return member("lending")


@pytest.fixture(scope="session")
def insurer(member: Callable[[str], Member]) -> Member:
    """The insurance team."""
    return member("insurance")


@pytest.fixture(scope="session")
def gate(platform: Platform) -> Gate:
    """What governance sees of its own platform."""
    return Gate(platform)
