"""Two product teams that register packages without end, sound and guessing ones by turns."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from examples.loan_approval.clients import Clients, connect
from examples.loan_approval.files import PackageFiles
from examples.loan_approval.register import registration, upload
from examples.loan_approval.scenario import build
from examples.loan_approval.scenarios import SCENARIOS
from examples.loan_approval.team import Team
from local.platform import Platform

GROUPS = {"lending": "loan-approval", "insurance": "claims-triage"}  # one of each team
VERDICTS = {"sound": "Approved", "guessing": "Rejected"}  # by scenario, whose files are what is registered
_NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A registered package; *at* is `time.monotonic` just before CreateModelPackage was called."""

    arn: str
    expected: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Producer:
    """One team with its role, in its account."""

    team: Team
    clients: Clients
    files: dict[str, PackageFiles]

    def register(self, scenario: str) -> Package:
        """Upload the files of *scenario* to a place of their own and register them at once."""
        files, group, name = self.files[scenario], GROUPS[self.team.product], f"bench-{next(_NUMBERS)}"
        upload(self.clients, self.team, group=group, name=name, files=files, only=files.contents)
        request = registration(self.team, group=group, name=name, story="registered by the benchmark", files=files)
        at = time.monotonic()
        answer = self.clients.sagemaker.create_model_package(**request)
        return Package(arn=answer["ModelPackageArn"], expected=VERDICTS[scenario], at=at)


def producers(platform: Platform) -> tuple[Producer, ...]:
    """Every team, each with the same two trained models."""
    files = _train(platform.folder / "models")
    return tuple(_producer(platform, product, files) for product in GROUPS)


def turns(teams: tuple[Producer, ...], count: int) -> Iterator[tuple[Producer, str]]:
    """Producer and scenario of each of *count* packages: teams alternate, each of them between the scenarios."""
    every = itertools.cycle([(team, scenario) for scenario in VERDICTS for team in teams])
    return itertools.islice(every, count)


def _train(folder: Path) -> dict[str, PackageFiles]:
    now = datetime.now(UTC).replace(microsecond=0)
    chosen = [scenario for scenario in SCENARIOS if scenario.name in VERDICTS]
    return {scenario.name: build(scenario, folder, evaluated_at=now) for scenario in chosen}


def _producer(platform: Platform, product: str, files: dict[str, PackageFiles]) -> Producer:
    team = Team(
        prefix=platform.prefix,
        product=product,
        account=platform.products[product],
        governance_account=platform.governance_account,
        region=platform.region,
    )
    return Producer(team=team, clients=connect(team, platform.instance.environment(team.account)), files=files)
