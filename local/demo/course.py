"""The course of the demo: teams register, verdicts arrive, and some of them are answered."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from deploy.progress import Progress
from examples.loan_approval.files import PackageFiles
from examples.loan_approval.scenario import Expected, Scenario, Then
from examples.loan_approval.scenarios import SCENARIOS
from local.demo.afterword import Afterword
from local.demo.governance import Governance, ReviewError
from local.demo.registrations import Registered, Teams, prepare
from local.demo.table import Row
from local.demo.watch import Awaited, Outcome, arrivals
from local.platform import Platform

VERDICT_SECONDS = 180.0
APPROVED_ONE, REJECTED_ONE = "sound", "guessing"  # the scenarios whose packages are looked at afterwards


def show(platform: Platform, progress: Progress) -> list[Row]:
    """Register every scenario as the teams would, watch the verdicts arrive, and answer what waits for somebody."""
    course = Course(
        teams=Teams(platform),
        governance=Governance(platform),
        files=prepare(platform.folder / "models", progress.hint),
        progress=progress,
    )
    afterword = Afterword(platform, course.governance, progress)
    followed = {scenario.after for scenario in SCENARIOS}
    first = [scenario for scenario in SCENARIOS if scenario.after is None]
    first.sort(key=lambda scenario: scenario.name not in followed)  # what takes longest begins first
    for scenario in first:
        course.register(scenario)
    progress.say(f"registered {len(first)} packages from {len(platform.products)} accounts; now only watching")
    for arn, outcome in arrivals(platform.client("sagemaker"), course.waiting, seconds=VERDICT_SECONDS):
        course.take(arn, outcome)
    rows = list(course.rows())
    approved, rejected = course.arn_of(APPROVED_ONE), course.arn_of(REJECTED_ONE)
    return [*rows, *afterword.rows(approved=approved, rejected=rejected)]


@dataclass(slots=True, kw_only=True)
class Course:
    """How far the demo has come: what waits for a verdict, and the verdicts so far, by scenario and turn."""

    teams: Teams
    governance: Governance
    files: Mapping[str, PackageFiles]
    progress: Progress
    waiting: dict[str, Awaited] = field(default_factory=dict)
    _packages: dict[str, Registered] = field(default_factory=dict)  # by ARN
    _rows: dict[tuple[str, Then | None], Row] = field(default_factory=dict)

    def register(self, scenario: Scenario) -> None:
        """Register a scenario's package, and wait for its verdict."""
        package = self.teams.register(scenario, self.files)
        self._packages[package.arn] = package
        self.waiting[package.arn] = Awaited(at=package.at)

    def take(self, arn: str, outcome: Outcome) -> None:
        """Note a verdict, and do what it was waited for with."""
        package = self._packages[arn]
        scenario = package.scenario
        self.progress.say(f"{scenario.name}: {outcome.verdict} after {outcome.seconds:.1f} s")
        turn = scenario.then if (scenario.name, None) in self._rows else None
        self._rows[scenario.name, turn] = self._row(scenario, turn, outcome)
        if turn is None:
            for follower in SCENARIOS:
                if follower.after == scenario.name:
                    self.register(follower)
            if scenario.then is not None and outcome.verdict == Expected.HELD.value:
                self._answer(package, scenario.then)

    def arn_of(self, scenario: str) -> str:
        """The package that was registered for *scenario*."""
        return next(arn for arn, package in self._packages.items() if package.scenario.name == scenario)

    def rows(self) -> Iterator[Row]:
        """Every scenario's row, and that of what happened then below it; without a verdict where none came."""
        for scenario in SCENARIOS:
            for turn in (None, scenario.then) if scenario.then else (None,):
                yield self._rows.get((scenario.name, turn)) or self._row(scenario, turn, None)

    def _answer(self, package: Registered, then: Then) -> None:
        name = package.scenario.name
        if then is Then.LATE_REPORT:
            self.progress.say(f"{name}: the missing report is uploaded now")
            since = self.teams.upload_late(package, self.files)
        else:
            self.progress.say(f"{name}: a person approves it with `modelgate review`")
            try:
                self.governance.approve(package.arn)
            except ReviewError as error:
                self.progress.say(f"{name}: {error}")
                return
            since = time.monotonic()
        self.waiting[package.arn] = Awaited(at=since, unless=(Expected.HELD.value,))

    def _row(self, scenario: Scenario, turn: Then | None, outcome: Outcome | None) -> Row:
        expected = scenario.expected.value if turn is None else Expected.APPROVED.value
        story = f"{scenario.shows} ({scenario.group}: {scenario.variant})" if turn is None else turn.value
        if outcome is None:
            return Row(
                package=scenario.name, story=story, expected=expected, verdict="no verdict", reasons="", seconds=None
            )
        reason = scenario.reason if turn is None else scenario.then_reason
        said, proof = self._said(scenario, outcome)
        missing = [part for part, whole in ((reason, said), (scenario.proof, proof)) if part not in whole]
        verdict = outcome.verdict if not missing else f"{outcome.verdict}, without '{missing[0]}'"
        reasons = f"{said}\n{proof}" if proof else said
        return Row(
            package=scenario.name,
            story=story,
            expected=expected,
            verdict=verdict,
            reasons=reasons,
            seconds=outcome.seconds,
        )

    def _said(self, scenario: Scenario, outcome: Outcome) -> tuple[str, str]:
        """What the registry was told, or, where it is left alone, would have been; and the scenario's proof."""
        if outcome.reasons and not scenario.proof:
            return outcome.reasons, ""
        record = self.governance.record(outcome.evidence)
        sentences: Sequence[str] = [result.sentence for result in record.judgement.results]
        proof = next((text for text in sentences if scenario.proof and scenario.proof in text), "")
        return outcome.reasons or record.description, proof
