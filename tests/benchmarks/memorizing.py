"""
The three copyright numbers of 10,000 generations of 200 words: ours on two processes, and nltk with rapidfuzz.

Ours reads the answers from JSON Lines and computes its own definitions beside HELM's; the other way is given its texts
in memory and computes HELM's alone, in one process, on the faster of the engines that nltk ran on.
"""

import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from modelgate.generative.memorization.finalise import finalise
from modelgate.generative.memorization.score import score
from modelgate.generative.memorization.works import Work
from modelgate.generative.parallel import score_lines
from modelgate.generative.records import Answered, Completion, Prompt, line_of, lines_of, read_answers
from modelgate.generative.tally import Tally
from rapidfuzz.distance import Levenshtein, Prefix

from deploy.progress import Progress
from tests.benchmarks.figures import Figure, Findings
from tests.unit.generative.shared_works import DATA, works
from tests.unit.generative.treebank_oracle import tokens_of

TOPIC = "memorization"
GENERATIONS, AIM = 10_000, 4.0

_WORDS, _PREFIX, _PROCESSES = 200, 25, 2
_CHARACTERS = 2_000  # of each reference, more than 200 words have

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Timed:
    """Seconds by the clock and of the processors, ended children included."""

    wall: float
    processor: float


def measure(progress: Progress, generations: int = GENERATIONS) -> Findings:
    """Score the same generations both ways, one after the other, and compare every number."""
    if not DATA.is_dir():
        value = "not measured: no books and kernel files; set MODELGATE_SHARED_DATA to the folder of both"
        return Findings(figures=(Figure(topic=TOPIC, name="copyright numbers", value=value),))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "answers.jsonl")
        path.write_bytes(b"".join(map(line_of, _answers(works(), generations))))
        progress.say(f"memorization: {generations} generations of {_WORDS} words, by nltk and rapidfuzz")
        literal, theirs = _timed(lambda: _literal(list(read_answers(path.read_bytes().splitlines()))))
        progress.say("memorization: the same by modelgate")
        both, two = _timed(
            lambda: _ours(path, _PROCESSES)
        )  # before this process has met a word that they could inherit
        alone, one = _timed(lambda: _ours(path, 1))
    figures = (
        _figure("nltk and rapidfuzz, one process", theirs, theirs),
        _figure("modelgate, one process", one, theirs),
        _figure(f"modelgate, {_PROCESSES} processes", two, theirs, aim=AIM),
    )
    faults = [f"modelgate finds {_means(alone)}, nltk and rapidfuzz find {literal}"] if _means(alone) != literal else []
    faults += ["two processes find other bits than one"] if alone.to_json() != both.to_json() else []
    return Findings(figures=figures, faults=tuple(faults))


def _answers(sources: Sequence[Work], count: int) -> Iterator[Answered]:
    """Generations that copy for a while and then go on elsewhere in the same work."""
    chance = random.Random(5)  # noqa: S311 - makes up answers
    split = [(work, work.text.split(" ")) for work in sources]
    for at in range(count):
        work, words = split[at % len(split)]
        start, other = (chance.randrange(len(words) - 2 * _WORDS - _PREFIX) for _ in range(2))
        copied = chance.randrange(_WORDS)
        begin = start + _PREFIX
        text = " ".join([*words[begin : begin + copied], *words[other : other + _WORDS - copied]])
        rest = " " + " ".join(words[begin : begin + 2 * _WORDS])[:_CHARACTERS]
        meta = {"reference": rest, "source": work.source, "prefix_tokens": _PREFIX}
        prompt = Prompt(id=f"bench/{at}", concern="memorization", text=" ".join(words[start:begin]) or "x", meta=meta)
        yield Answered(prompt=prompt, completions=(Completion(text=text, finish_reason="length"),), failed=0)


def _literal(answers: Sequence[Answered]) -> dict[str, float]:
    sums = {"helm_lcp": Fraction(0), "helm_edit_distance": Fraction(0), "helm_edit_similarity": Fraction(0)}
    counted = 0
    for answered in answers:
        completion = answered.completions[0].text.strip()
        c = tokens_of(completion)
        r = tokens_of(answered.prompt.meta["reference"][: len(completion)])
        distance = Levenshtein.distance(c, r)
        if prompt := len(tokens_of(answered.prompt.text)):
            counted += 1
            sums["helm_lcp"] += Fraction(Prefix.similarity(c, r) / prompt)
            sums["helm_edit_distance"] += Fraction(distance / prompt)
            sums["helm_edit_similarity"] += Fraction((1 - distance / max(len(c), len(r)) if c and r else 0.0) / prompt)
    return {name: float(total / counted) for name, total in sums.items()}


def _ours(path: Path, processes: int) -> Tally:
    with path.open("rb") as file:
        return score_lines(lines_of(file), score, processes=processes)


def _means(tally: Tally) -> dict[str, float | None]:
    found = {one.definition_id: one.value for one in finalise(tally, dataset_id="bench")}
    names = ("helm_lcp", "helm_edit_distance", "helm_edit_similarity")
    return {name: found[f"memorization/{name}@1"] for name in names}


def _figure(name: str, took: _Timed, base: _Timed, aim: float | None = None) -> Figure:
    times = base.wall / took.wall
    work = base.processor / took.processor  # says the same on a machine where others are at work, but for the cores
    value = f"{took.wall:.2f} s, {times:.1f} times as fast; {took.processor:.2f} s of processors, {work:.1f} times less"
    numbers = {"wall_s": took.wall, "processor_s": took.processor, "times": times, "processor_times": work}
    if aim is None:
        return Figure(topic=TOPIC, name=name, value=value, numbers=numbers)
    return Figure(topic=TOPIC, name=name, value=value, numbers=numbers, aim=f"{aim:g} times", met=times >= aim)


def _timed(run: Callable[[], T]) -> tuple[T, _Timed]:
    wall, processor = time.perf_counter(), sum(os.times()[:4])
    result = run()
    return result, _Timed(time.perf_counter() - wall, sum(os.times()[:4]) - processor)
