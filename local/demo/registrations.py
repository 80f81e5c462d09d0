"""What the product teams do: train, upload, register. Afterwards everything else happens by itself."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from examples.loan_approval.clients import Clients, connect
from examples.loan_approval.files import PackageFiles
from examples.loan_approval.scenario import Scenario, build, register, upload_late
from examples.loan_approval.scenarios import SCENARIOS
from examples.loan_approval.team import Team
from local.platform import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A package in the registry, by its scenario; *at* is `time.monotonic` of its registration."""

    arn: str
    scenario: Scenario
    at: float


def prepare(folder: Path, say: Callable[[str], None]) -> dict[str, PackageFiles]:
    """Train and measure every scenario's model; scenarios of one variant share the training."""
    now = datetime.now(UTC).replace(microsecond=0)
    files = {}
    for scenario in SCENARIOS:
        say(f"training and measuring {scenario.name} (the {scenario.variant} model)")
        files[scenario.name] = build(scenario, folder, evaluated_at=now)
    return files


class Teams:
    """The product teams, each with its registration role in its own account."""

    def __init__(self, platform: Platform) -> None:
        """Assume each team's registration role once."""
        self._teams: dict[str, tuple[Team, Clients]] = {}
        for product, account in platform.products.items():
            team = Team(
                prefix=platform.prefix,
                product=product,
                account=account,
                governance_account=platform.governance_account,
                region=platform.region,
            )
            self._teams[product] = (team, connect(team, platform.instance.environment(account)))

    def register(self, scenario: Scenario, files: Mapping[str, PackageFiles]) -> Registered:
        """Upload and register one package."""
        team, clients = self._teams[scenario.product]
        arn = register(clients, team, scenario, files[scenario.name])
        return Registered(arn=arn, scenario=scenario, at=time.monotonic())

    def upload_late(self, package: Registered, files: Mapping[str, PackageFiles]) -> float:
        """Upload what the package named and did not have; return when."""
        team, clients = self._teams[package.scenario.product]
        upload_late(clients, team, package.scenario, files[package.scenario.name])
        return time.monotonic()
