"""python -m local.demo: the whole platform, from nothing to verdicts."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence

from rich.console import Console

from deploy.progress import Progress
from examples.loan_approval.files import PackageFiles
from examples.loan_approval.scenarios import SCENARIOS, Expected
from local.demo.registrations import Registered, Teams, prepare
from local.demo.table import Row, as_json, render
from local.demo.watch import Outcome, watch
from local.platform import REFUSALS, Platform, Runtime, bring_up

VERDICT_SECONDS = 180.0
PAGE_WIDTH = 140  # where nobody says how wide the page is


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; exit with 0 only when every package got the verdict expected of it."""
    given = _parser().parse_args(arguments)
    progress = Progress()
    try:
        with bring_up(given.name, runtime=Runtime(given.runtime), progress=progress) as platform:
            rows = show(platform, progress)
    except REFUSALS as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("stopped; the embedded AWS has ended with the demo\n")
        return 130
    if given.json:
        sys.stdout.write(json.dumps(as_json(rows), indent=2) + "\n")
    else:
        render(rows, Console(width=None if sys.stdout.isatty() else PAGE_WIDTH))
    wrong = sum(not row.as_expected for row in rows)
    progress.say(f"{len(rows)} verdicts, {wrong} not as expected")
    return 1 if wrong else 0


def show(platform: Platform, progress: Progress) -> list[Row]:
    """Register every scenario as the teams would, watch the verdicts arrive, and let the late report arrive."""
    files = prepare(platform.folder / "models", progress.hint)
    teams = Teams(platform)
    registered = teams.register(SCENARIOS, files)
    progress.say(f"registered {len(registered)} packages from {len(platform.products)} accounts; now only watching")
    first = _watch(platform, registered, progress)
    late = [
        package
        for package in registered
        if package.scenario.expected is Expected.HELD_THEN_APPROVED and package.arn in first
    ]
    rows = [_row(package, first.get(package.arn)) for package in registered]
    return rows + _after_late_upload(platform, teams, late, files, progress)


def _after_late_upload(
    platform: Platform,
    teams: Teams,
    late: Sequence[Registered],
    files: Mapping[str, PackageFiles],
    progress: Progress,
) -> list[Row]:
    started = []
    for package in late:
        progress.say(f"{package.scenario.name}: the missing report is uploaded now")
        started.append(Registered(arn=package.arn, scenario=package.scenario, at=teams.upload_late(package, files)))
    outcomes = _watch(platform, started, progress, unless=("held",))
    return [
        _compared(package, outcomes.get(package.arn), story="after its late report", expected="approved", reason="")
        for package in started
    ]


def _watch(
    platform: Platform, packages: Sequence[Registered], progress: Progress, unless: Sequence[str] = ()
) -> dict[str, Outcome]:
    names = {package.arn: package.scenario.name for package in packages}
    return watch(
        platform.client("sagemaker"),
        {package.arn: package.at for package in packages},
        seconds=VERDICT_SECONDS,
        seen=lambda arn, outcome: progress.say(f"{names[arn]}: {outcome.verdict} after {outcome.seconds:.1f} s"),
        unless=unless,
    )


def _row(package: Registered, outcome: Outcome | None) -> Row:
    scenario = package.scenario
    expected = "held" if scenario.expected is Expected.HELD_THEN_APPROVED else scenario.expected.value
    story = f"{scenario.group}, {scenario.product}: {scenario.variant} model"
    return _compared(package, outcome, story=story, expected=expected, reason=scenario.reason)


def _compared(package: Registered, outcome: Outcome | None, *, story: str, expected: str, reason: str) -> Row:
    verdict = "no verdict" if outcome is None else outcome.verdict
    if outcome is not None and reason not in outcome.reasons:
        verdict += f", without the reason '{reason}'"
    return Row(
        package=package.scenario.name,
        story=story,
        expected=expected,
        verdict=verdict,
        reasons="" if outcome is None else outcome.reasons,
        seconds=None if outcome is None else outcome.seconds,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m local.demo",
        description="Bring the platform up on the embedded AWS, register real models, and watch their verdicts.",
    )
    parser.add_argument("--name", default="demo", help="name of the instance (default %(default)s)")
    parser.add_argument(
        "--runtime",
        choices=[runtime.value for runtime in Runtime],
        default=Runtime.AUTO.value,
        help="run the steps in containers, as processes, or in containers where an engine answers (default)",
    )
    parser.add_argument("--json", action="store_true", help="print the table as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
