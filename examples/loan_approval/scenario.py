"""One package of the demo: what its team registers, and what should become of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from pathlib import Path

from examples.loan_approval import register as registry
from examples.loan_approval.clients import Clients
from examples.loan_approval.evidence import bias_on_first, package_files, quality_on_first
from examples.loan_approval.files import BIAS, EXPLAINABILITY, QUALITY, PackageFiles
from examples.loan_approval.team import Team

_BRANCH_APPLICATIONS = 200
_FEW_APPLICATIONS = 240


class Evidence(Enum):
    """What happens to the reports between their computation and their upload."""

    COMPLETE = "complete"
    WITHOUT_EXPLAINABILITY = "the package does not name the explainability report"
    BIAS_OF_ONE_BRANCH = "bias measured on 200 applications: no false approval of one group, so a ratio is infinite"
    LATE_EXPLAINABILITY = "the explainability report is named, but uploaded only after the package was held"
    QUALITY_CUT_SHORT = "the quality report stops in the middle"
    QUALITY_OF_FEW = "quality measured on 240 applications: too few to be certain of a share"


class Expected(Enum):
    """The gate's first word on a package, as the registry shows it."""

    APPROVED = "approved"
    REJECTED = "rejected"
    HELD = "held"
    SHADOW_REJECTED = "shadow-reject"


class Then(Enum):
    """What happens to a package that was held, after which it is approved."""

    LATE_REPORT = "after its late report"
    REVIEW = "after a person's review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One package, which *shows* something.

    *reason* is a fragment of the description that the gate gives, *proof* one of a result that only the evidence record
    holds; *then_reason* is the fragment of what is said after *then*. A scenario that comes *after* another is
    registered once that one has its verdict; those that share *together* within a second.
    """

    name: str
    product: str
    group: str
    variant: str
    shows: str
    evidence: Evidence = Evidence.COMPLETE
    expected: Expected
    reason: str = ""
    proof: str = ""
    then: Then | None = None
    then_reason: str = ""
    after: str | None = None
    together: str | None = None


def build(scenario: Scenario, out_dir: Path, *, evaluated_at: datetime) -> PackageFiles:
    """Train and measure the scenario's model (once a run for each variant), and write its files to a folder.

    Raises:
        ExampleError: there is no such variant.
    """
    files = package_files(scenario.variant, evaluated_at=evaluated_at)
    files = _CHANGES[scenario.evidence](files, scenario, evaluated_at)
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


_CHANGES: dict[Evidence, Callable[[PackageFiles, Scenario, datetime], PackageFiles]] = {
    Evidence.COMPLETE: lambda files, *_: files,
    Evidence.WITHOUT_EXPLAINABILITY: lambda files, *_: _without(EXPLAINABILITY, files),
    Evidence.BIAS_OF_ONE_BRANCH: lambda files, scenario, _: _with(
        BIAS, bias_on_first(_BRANCH_APPLICATIONS, scenario.variant), files
    ),
    Evidence.LATE_EXPLAINABILITY: lambda files, *_: replace(files, late=frozenset({EXPLAINABILITY})),
    Evidence.QUALITY_CUT_SHORT: lambda files, *_: _with(
        QUALITY, files.contents[QUALITY][: len(files.contents[QUALITY]) // 2], files
    ),
    Evidence.QUALITY_OF_FEW: lambda files, scenario, evaluated_at: _with(
        QUALITY, quality_on_first(_FEW_APPLICATIONS, scenario.variant, evaluated_at), files
    ),
}
