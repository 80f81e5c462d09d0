"""From registration to verdict, one package at a time."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from deploy.progress import Progress
from local.demo.watch import verdict_of
from local.platform import Platform
from tests.benchmarks import ledger
from tests.benchmarks.figures import Figure, Findings
from tests.benchmarks.producers import Package, producers, turns
from tests.benchmarks.spread import Spread
from tests.embedded.way.gate import Gate

VERDICT_SECONDS = 120.0
QUIET_SECONDS = 30.0
WARMING = 3  # packages after the first, cold one that are not counted
_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Seconds from registration to verdict, and how they were spent."""

    total: float
    until_started: float
    check: float
    update: float


def measure(platform: Platform, *, topic: str, count: int, aim: float, progress: Progress) -> Findings:
    """Register *count* packages one after the other, each when everything is at rest again."""
    gate = Gate(platform)
    packages, ways = [], []
    progress.say(f"{topic}: training the two models that are registered")
    for team, scenario in turns(producers(platform), 1 + WARMING + count):
        package = team.register(scenario)
        seconds = _until_verdict(gate, package)
        packages.append(package)
        if seconds is None:
            break  # what is undecided now stays so; the ledger says it
        ledger.wait_until_quiet(gate, seconds=QUIET_SECONDS)
        ways.append(_way(gate, package, seconds))
        progress.hint(f"{topic}: {len(ways)} of {1 + WARMING + count}, the last took {seconds:.2f} s")
    found = tuple(ledger.faults(packages, ledger.read(gate, packages)))
    return Findings(figures=tuple(_figures(topic, aim, ways)), faults=found)


def _until_verdict(gate: Gate, package: Package) -> float | None:
    while not verdict_of(gate.describe(package.arn)):
        if time.monotonic() - package.at > VERDICT_SECONDS:
            return None
        time.sleep(_LOOK_SECONDS)
    return time.monotonic() - package.at


def _way(gate: Gate, package: Package, seconds: float) -> Way:
    registered = gate.describe(package.arn)["CreationTime"].timestamp()
    execution = ledger.newest_execution(gate)  # of this package: nothing else runs
    began = gate.sagemaker.describe_pipeline_execution(PipelineExecutionArn=execution)["CreationTime"].timestamp()
    answer = gate.sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=execution, SortOrder="Ascending")
    check, update = (
        (step["EndTime"] - step["StartTime"]).total_seconds() for step in answer["PipelineExecutionSteps"][:2]
    )
    return Way(total=seconds, until_started=began - registered, check=check, update=update)


def _figures(topic: str, aim: float, ways: Sequence[Way]) -> list[Figure]:
    if len(ways) <= 1 + WARMING:
        return [Figure(topic=topic, name="registration to verdict", value="not measured: too few verdicts")]
    first, warm = ways[0], ways[1 + WARMING :]
    total = Spread.of([way.total for way in warm])
    parts = {
        "until its execution starts": [way.until_started for way in warm],
        "check step": [way.check for way in warm],
        "update step": [way.update for way in warm],
    }
    return [
        Figure(
            topic=topic,
            name="registration to verdict, warm",
            value=total.percentiles("s"),
            numbers=total.numbers(),
            aim=f"p50 under {aim:.0f} s",
            met=total.median < aim,
        ),
        Figure(
            topic=topic,
            name="the very first, cold",
            value=f"{first.total:.2f} s, of which {first.until_started:.2f} s until its execution starts",
            numbers=asdict(first),
        ),
        *(
            Figure(
                topic=topic, name=name, value=Spread.of(samples).percentiles("s"), numbers=Spread.of(samples).numbers()
            )
            for name, samples in parts.items()
        ),
    ]
