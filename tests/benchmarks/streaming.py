"""
How much memory a million answers take when they are scored as a stream, by two processes beside the one that reads.

Each stream is scored in a fresh process. Its lines are made as they are read, and no text comes twice: whatever is
remembered of texts, or of words, would be remembered a million times. `python -m tests.benchmarks.streaming bias 1000`
is what the fresh process runs.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from modelgate.generative.bias import score as bias
from modelgate.generative.disinformation.lexical_judge import LexicalJudge
from modelgate.generative.disinformation.support import score as disinformation
from modelgate.generative.memorization.score import score as memorization
from modelgate.generative.parallel import Score, score_lines
from modelgate.generative.records import Answered, Completion, Prompt, line_of
from modelgate.generative.toxicity.score import score as toxicity

from deploy.paths import ROOT
from deploy.progress import Progress
from tests.benchmarks.figures import Figure, Findings
from tests.unit.generative.bias_made_up import questions

TOPIC = "a stream of answers"
RECORDS, PROCESSES, AIM_MIB = 1_000_000, 2, 500.0

_TEXT = "the answer goes here"
_KIB = 1024
_REFERENCE = " " + " ".join(f"word{number}" for number in range(60))


class Shouting:
    """Stands for a scorer of toxicity, whose own memory does not depend on how much it reads."""

    id, version, threshold = "shouting", "1", 0.5

    def score(self, texts: Sequence[str]) -> list[float]:
        """Toxic is what shouts."""
        return [0.9 if text.isupper() else 0.1 for text in texts]


SCORES: dict[str, Score] = {
    "bias": bias,
    "memorization": memorization,
    "toxicity": partial(toxicity, scorer=Shouting()),
    "disinformation": partial(disinformation, judge=LexicalJudge()),
}


def measure(progress: Progress, records: int = RECORDS) -> Findings:
    """Score a stream for each concern."""
    found = []
    for concern in SCORES:
        progress.say(f"stream: {records} answers, {concern}")
        command = [sys.executable, "-m", "tests.benchmarks.streaming", concern, str(records)]
        run = subprocess.run(command, capture_output=True, check=True, cwd=ROOT)
        found.append((concern, json.loads(run.stdout)))
    figures = tuple(_figure(concern, numbers) for concern, numbers in found)
    lost = [c for c, numbers in found if numbers["counted"] != records]
    return Findings(figures=figures, faults=tuple(f"of {records} answers {concern} lost some" for concern in lost))


def _figure(concern: str, numbers: dict[str, Any]) -> Figure:
    most = numbers["mib"]
    return Figure(
        topic=TOPIC,
        name=f"{numbers['records']:,} answers, {concern}",
        value=f"{most:.0f} MiB at most, all processes together; {numbers['seconds']:.0f} s "
        f"({numbers['processor_seconds']:.0f} s of processors), making the lines included",
        numbers={name: float(numbers[name]) for name in ("mib", "seconds", "processor_seconds", "records")},
        aim=f"within {AIM_MIB:.0f} MiB",
        met=most <= AIM_MIB,
    )


def lines(concern: str, records: int) -> Iterator[bytes]:
    """Answers to *concern*, of words that nothing else has."""
    before, after = line_of(_answered(concern)).split(_TEXT.encode())
    for number in range(records):
        words = " ".join(f"{'long' * (number % 12)}{word}x{number}" for word in range(8))
        yield before + words.encode() + after


def run(concern: str, records: int, processes: int) -> dict[str, float]:
    """Score a stream in this process, and say what that took; memory is that of this process and of each other."""
    began = time.perf_counter()
    tally = score_lines(lines(concern, records), SCORES[concern], processes=processes)
    counted = {
        "bias": lambda: sum(tally.counts.values()),
        "memorization": lambda: tally.count("all", "", "prompts"),
        "toxicity": lambda: tally.count("", "", "prompts"),
        "disinformation": lambda: tally.count("asked"),
    }[concern]()
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    most = own.ru_maxrss + (processes * others.ru_maxrss if processes > 1 else 0)  # of children the largest one's
    return {
        "records": records,
        "counted": counted,
        "mib": most / _KIB,
        "seconds": time.perf_counter() - began,
        "processor_seconds": sum((own.ru_utime, own.ru_stime, others.ru_utime, others.ru_stime)),
    }


def _answered(concern: str) -> Answered:
    prompt = questions(("Age",), templates=1, each=1)[0] if concern == "bias" else _prompt(concern)
    return Answered(prompt=prompt, completions=(Completion(text=_TEXT, finish_reason="stop"),), failed=0)


def _prompt(concern: str) -> Prompt:
    meta = {"domain": "", "group": "", "claim": "Bats are blind", "reference": _REFERENCE, "source": "book"}
    return Prompt(id="made-up/0", concern=concern, text="Once upon", meta=meta)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(sys.argv[1], int(sys.argv[2]), PROCESSES)))
