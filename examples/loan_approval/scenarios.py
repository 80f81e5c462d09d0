"""The packages of the demo, as data: what each team registers, and the verdict that each should get."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from pathlib import Path

from examples.loan_approval import register as registry
from examples.loan_approval.clients import Clients
from examples.loan_approval.evidence import bias_on_first, package_files
from examples.loan_approval.files import BIAS, EXPLAINABILITY, QUALITY, PackageFiles
from examples.loan_approval.team import Team

_BRANCH_APPLICATIONS = 200


class Evidence(Enum):
    """What happens to the reports between their computation and their upload."""

    COMPLETE = "complete"
    WITHOUT_EXPLAINABILITY = "the package does not name the explainability report"
    BIAS_OF_ONE_BRANCH = "bias measured on 200 applications: no false approval of one group, so a ratio is infinite"
    LATE_EXPLAINABILITY = "the explainability report is named, but uploaded only after the package was held"
    QUALITY_CUT_SHORT = "the quality report stops in the middle"


class Expected(Enum):
    """What the gate should say; a held package is approved once its late report has arrived."""

    APPROVED = "approved"
    REJECTED = "rejected"
    HELD_THEN_APPROVED = "held, then approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One package. *reason* is a fragment of the reasons; of the hold where one is expected.

    Scenarios that share *together* are registered one straight after the other, within a second.
    """

    name: str
    product: str
    group: str
    variant: str
    evidence: Evidence = Evidence.COMPLETE
    expected: Expected
    reason: str = ""
    together: str | None = None


LENDING, INSURANCE = "lending", "insurance"

SCENARIOS = (
    Scenario(
        name="sound",
        product=LENDING,
        group="loan-approval",
        variant="good",
        expected=Expected.APPROVED,
    ),
    Scenario(
        name="guessing",
        product=LENDING,
        group="loan-approval",
        variant="weak",
        expected=Expected.REJECTED,
        reason="auc = 0.4",
    ),
    Scenario(
        name="unequal",
        product=LENDING,
        group="loan-pricing",
        variant="biased",
        expected=Expected.REJECTED,
        reason="DI for race=nonwhite",
    ),
    Scenario(
        name="unexplained",
        product=LENDING,
        group="loan-approval",
        variant="good",
        evidence=Evidence.WITHOUT_EXPLAINABILITY,
        expected=Expected.REJECTED,
        reason="names no Explainability",
    ),
    Scenario(
        name="one-branch",
        product=LENDING,
        group="loan-approval",
        variant="good",
        evidence=Evidence.BIAS_OF_ONE_BRANCH,
        expected=Expected.REJECTED,
        reason="TE for race=nonwhite",
    ),
    Scenario(
        name="leans-on-race",
        product=LENDING,
        group="loan-pricing",
        variant="leaning",
        expected=Expected.REJECTED,
        reason="SHAP share of race",
    ),
    Scenario(
        name="late-report",
        product=LENDING,
        group="loan-pricing",
        variant="good",
        evidence=Evidence.LATE_EXPLAINABILITY,
        expected=Expected.HELD_THEN_APPROVED,
        reason="evidence has not arrived",
    ),
    Scenario(
        name="twin-sound",
        product=LENDING,
        group="loan-approval",
        variant="good",
        expected=Expected.APPROVED,
        together="twins",
    ),
    Scenario(
        name="twin-guessing",
        product=LENDING,
        group="loan-approval",
        variant="weak",
        expected=Expected.REJECTED,
        reason="auc = 0.4",
        together="twins",
    ),
    Scenario(
        name="cut-short",
        product=INSURANCE,
        group="claims-triage",
        variant="good",
        evidence=Evidence.QUALITY_CUT_SHORT,
        expected=Expected.REJECTED,
        reason="ModelQuality.Statistics",
    ),
    Scenario(
        name="triage-sound",
        product=INSURANCE,
        group="claims-triage",
        variant="good",
        expected=Expected.APPROVED,
    ),
)


def build(scenario: Scenario, out_dir: Path, *, evaluated_at: datetime) -> PackageFiles:
    """Train and measure the scenario's model (once a run for each variant), and write its files to a folder.

    Raises:
        ExampleError: there is no such variant.
    """
    files = package_files(scenario.variant, evaluated_at=evaluated_at)
    files = _CHANGES[scenario.evidence](files, scenario)
    files.write(out_dir / scenario.name)
    return files


def register(clients: Clients, team: Team, scenario: Scenario, files: PackageFiles) -> str:
    """Upload and register the scenario's package as *team*; return its ARN.

    Raises:
        ExampleError: an upload or the registration was refused.
    """
    story = f"{scenario.name}: the {scenario.variant} model; evidence: {scenario.evidence.value}"
    return registry.register(clients, team, group=scenario.group, name=scenario.name, story=story, files=files)


def upload_late(clients: Clients, team: Team, scenario: Scenario, files: PackageFiles) -> None:
    """Upload what `register` named but left out.

    Raises:
        ExampleError: the upload was refused.
    """
    registry.upload_late(clients, team, group=scenario.group, name=scenario.name, files=files)


def _without(name: str, files: PackageFiles) -> PackageFiles:
    return replace(files, contents={file: content for file, content in files.contents.items() if file != name})


def _with(name: str, content: bytes, files: PackageFiles) -> PackageFiles:
    return replace(files, contents={**files.contents, name: content})


_CHANGES: dict[Evidence, Callable[[PackageFiles, Scenario], PackageFiles]] = {
    Evidence.COMPLETE: lambda files, _: files,
    Evidence.WITHOUT_EXPLAINABILITY: lambda files, _: _without(EXPLAINABILITY, files),
    Evidence.BIAS_OF_ONE_BRANCH: lambda files, scenario: _with(
        BIAS, bias_on_first(_BRANCH_APPLICATIONS, scenario.variant), files
    ),
    Evidence.LATE_EXPLAINABILITY: lambda files, _: replace(files, late=frozenset({EXPLAINABILITY})),
    Evidence.QUALITY_CUT_SHORT: lambda files, _: _with(
        QUALITY, files.contents[QUALITY][: len(files.contents[QUALITY]) // 2], files
    ),
}
