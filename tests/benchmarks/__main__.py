"""
python -m tests.benchmarks: what the platform costs.

Figures go to standard output, progress to standard error. Time never decides the exit code: it is 1 only when a package
was lost, doubled, left undecided or judged wrongly, or when the platform did not come up.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rich.console import Console

from deploy.engine import EngineUnavailableError
from deploy.progress import Progress
from local.platform import REFUSALS, Platform, Runtime, bring_up
from tests.benchmarks import (
    answering,
    applying,
    burst,
    cold_import,
    cold_steps,
    image_size,
    latency,
    memorizing,
    proving,
    replaying,
    streaming,
)
from tests.benchmarks.figures import Figure, Findings, as_json, render

NAMES = (
    "imports",
    "replay",
    "proof",
    "bbq",
    "memorization",
    "stream",
    "apply",
    "latency",
    "steps",
    "burst",
    "containers",
)
_IN_PROCESS = frozenset({"latency", "steps", "burst"})
_SHOWN = 20
PROCESS_AIM, CONTAINER_AIM = 3.0, 5.0  # seconds, p50 from registration to verdict


@dataclass(slots=True)
class Bench:
    """One run: what is asked for, and what was found so far."""

    name: str
    wanted: frozenset[str]
    packages: int
    burst: int
    progress: Progress
    found: list[Findings] = field(default_factory=list)
    _applied: list[applying.Stopwatch] = field(default_factory=list)

    def run(self) -> None:
        """Measure everything wanted, on one fresh instance for processes and one for containers."""
        if "imports" in self.wanted:
            self.found.append(cold_import.measure(self.progress))
        if "replay" in self.wanted:
            self.found.append(replaying.measure(self.progress))
        if "proof" in self.wanted:
            self.found.append(proving.measure(self.progress))
        if "memorization" in self.wanted:
            self.found.append(memorizing.measure(self.progress))
        if "bbq" in self.wanted:
            self.found.append(answering.measure(self.progress))
        if "stream" in self.wanted:
            self.found.append(streaming.measure(self.progress))
        if self.wanted & _IN_PROCESS or self.wanted == {"apply"}:
            self._on(self.name, Runtime.PROCESS, self._in_processes)
        if "containers" in self.wanted:
            try:
                self._on(f"{self.name}-containers", Runtime.CONTAINER, self._in_containers)
            except EngineUnavailableError as error:
                self._not_in_containers(str(error))
        if "apply" in self.wanted:
            self.found.append(applying.measure(self._applied))

    def _on(self, name: str, runtime: Runtime, measure: Callable[[Platform], None]) -> None:
        watch = applying.stopwatch()
        with bring_up(name, runtime=runtime, progress=watch) as platform:
            self._applied.append(watch)
            measure(platform)

    def _in_processes(self, platform: Platform) -> None:
        if "latency" in self.wanted:
            self._latency(platform, "steps as processes", PROCESS_AIM)
        if "steps" in self.wanted:
            self.found.append(cold_steps.measure(platform, progress=self.progress))
        if "burst" in self.wanted:
            self.found.append(burst.measure(platform, count=self.burst, progress=self.progress))

    def _in_containers(self, platform: Platform) -> None:
        if platform.runtime is not Runtime.CONTAINER:
            self._not_in_containers("no image could be built; the reason is above")
            return
        self._latency(platform, "steps in containers", CONTAINER_AIM)
        self.found.append(image_size.measure(self.progress))

    def _latency(self, platform: Platform, topic: str, aim: float) -> None:
        found = latency.measure(platform, topic=topic, count=self.packages, aim=aim, progress=self.progress)
        self.found.append(found)

    def _not_in_containers(self, reason: str) -> None:
        figure = Figure(topic="steps in containers", name="registration to verdict", value=f"not measured: {reason}")
        self.found.append(Findings(figures=(figure,)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks asked for and print their figures."""
    given = _parser().parse_args(arguments)
    wanted = frozenset(given.only or NAMES)
    bench = Bench(
        name=given.name, wanted=wanted, packages=given.packages, burst=given.burst, progress=applying.stopwatch()
    )
    code = 0
    try:
        bench.run()
    except REFUSALS as error:
        sys.stderr.write(f"error: {error}\n")
        code = 1
    except KeyboardInterrupt:
        sys.stderr.write("stopped; the embedded AWS has ended with the benchmark\n")
        code = 130
    figures = [figure for found in bench.found for figure in found.figures]
    faults = [fault for found in bench.found for fault in found.faults]
    if given.json:
        sys.stdout.write(json.dumps(as_json(figures, faults), indent=2) + "\n")
    else:
        render(figures, Console(width=None if sys.stdout.isatty() else 130))
    for fault in faults[:_SHOWN]:
        sys.stderr.write(f"fault: {fault}\n")
    if faults[_SHOWN:]:
        sys.stderr.write(f"and {len(faults) - _SHOWN} faults more; --json gives them all\n")
    return code or (1 if faults else 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description="Measure the platform on an embedded AWS of its own. Exit code 1 only when a package was lost, "
        "doubled, undecided or judged wrongly, or nothing came up; never because of time.",
    )
    parser.add_argument("--only", action="append", choices=NAMES, help="measure only this; may be given again")
    parser.add_argument("--name", default="bench", help="name of the embedded AWS (default %(default)s)")
    parser.add_argument("--packages", type=_count, default=24, help="packages timed one by one (default %(default)s)")
    parser.add_argument("--burst", type=_count, default=200, help="registrations of the burst (default %(default)s)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
