"""A product team at work on the platform, with packages of its own for each test."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from examples.loan_approval.clients import Clients
from examples.loan_approval.files import PackageFiles
from examples.loan_approval.register import register, upload
from examples.loan_approval.scenario import Scenario, build
from examples.loan_approval.scenarios import SCENARIOS
from examples.loan_approval.team import Team

_EVALUATED_AT = datetime.now(UTC).replace(microsecond=0)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A product team at work on the platform."""

    team: Team
    clients: Clients
    folder: Path
    numbers: Iterator[int]
    names: dict[str, str] = dataclasses.field(default_factory=dict)  # by ARN

    def prepare(self, scenario: str) -> PackageFiles:
        """Train and measure the model of *scenario*."""
        return build(_scenario(scenario), self.folder, evaluated_at=_EVALUATED_AT)

    def register(self, group: str, files: PackageFiles) -> str:
        """Upload *files* (but the late ones) and register them as a package of its own; return its ARN."""
        name = f"test-{next(self.numbers)}"
        arn = register(self.clients, self.team, group=group, name=name, story="a test's package", files=files)
        self.names[arn] = name
        return arn

    def upload_late(self, arn: str, group: str, files: PackageFiles) -> None:
        """Upload what `register` named but left out."""
        upload(self.clients, self.team, group=group, name=self.names[arn], files=files, only=files.late)


def _scenario(name: str) -> Scenario:
    return next(scenario for scenario in SCENARIOS if scenario.name == name)
