"""Seconds of init, plan, apply and second plan of each root, from what the applies say while they run."""

import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from deploy.progress import Progress
from tests.benchmarks.figures import Figure, Findings
from tests.benchmarks.spread import Spread

PHASES = ("init", "plan", "apply", "second plan")
# What starts each phase; the last one is said at the end of the second plan.
_MARKS = (r"init$", r"plan$", r"\d+ to (import|add|change)", r"second plan", r"applied, ")
_SAID = re.compile(r"(?P<target>[a-z]+(/[a-z-]+)?): (?P<what>.*)")


@dataclass(slots=True)
class Stopwatch(Progress):
    """Progress that remembers when each line was said."""

    lines: list[tuple[float, str]] = field(default_factory=list)

    def say(self, text: str) -> None:
        """Write *text*, and note the time."""
        self.lines.append((time.monotonic(), text))
        Progress.say(self, text)  # a dataclass with slots is a new class, so super() would not find it


def stopwatch() -> Stopwatch:
    """One that writes to the standard error of now."""
    return Stopwatch(out=sys.stderr)


def measure(runs: Iterable[Stopwatch]) -> Findings:
    """The phases of each target over all *runs*, each of which applied a fresh instance."""
    samples: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for run in runs:
        for target, phase, seconds in phases(run.lines):
            samples[target][phase].append(seconds)
    return Findings(figures=tuple(_figure(target, found) for target, found in sorted(samples.items())))


def phases(lines: Iterable[tuple[float, str]]) -> Iterator[tuple[str, str, float]]:
    """(target, phase, seconds) of every phase that *lines* tell of."""
    began: dict[str, list[float]] = defaultdict(list)
    for at, text in lines:
        match = _SAID.match(text)
        if match is None:
            continue
        marks = began[match["target"]]
        if len(marks) < len(_MARKS) and re.match(_MARKS[len(marks)], match["what"]):
            marks.append(at)
    for target, marks in began.items():
        for phase, start, end in zip(PHASES, marks, marks[1:], strict=False):
            yield target, phase, end - start


def _figure(target: str, found: dict[str, list[float]]) -> Figure:
    spreads = {phase: Spread.of(samples) for phase, samples in found.items()}
    return Figure(
        topic="apply, from nothing",
        name=target,
        value="; ".join(f"{phase} {_short(spread)}" for phase, spread in spreads.items()),
        numbers={f"{phase} {name}": n for phase, spread in spreads.items() for name, n in spread.numbers().items()},
    )


def _short(spread: Spread) -> str:
    return f"{spread.min:.1f} s" if spread.n == 1 else f"{spread.min:.1f} to {spread.max:.1f} s"
