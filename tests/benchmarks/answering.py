"""How long it takes to score as many answers as BBQ has items, beside counting those that are the letter alone."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from modelgate.generative.bias import finalise, score
from modelgate.generative.records import Answered, Completion, Prompt, line_of, read_answers

from deploy.progress import Progress
from tests.benchmarks.figures import Figure, Findings
from tests.benchmarks.spread import Spread
from tests.unit.generative.bias_made_up import questions

TOPIC = "BBQ"
CATEGORIES, TEMPLATES, EACH = 11, 25, 53  # about as many questions as BBQ has: 58,492
AIM_SECONDS = 0.3
_RUNS = 7
_WRITTEN: dict[str, Callable[[Prompt, int], str]] = {
    "letters": lambda _, at: ("A", "B.", "(c)")[at % 3],
    "words": lambda prompt, at: str(prompt.meta["answers"][at % 3]),
    "letters and words": lambda prompt, at: f"{'ABC'[at % 3]}: {prompt.meta['answers'][at % 3]}",
}


def measure(progress: Progress) -> Findings:
    """Score made-up answers, held in memory, in three ways of writing them, and letters with their probability."""
    asked = questions(
        [f"Category{'ABCDEFGHIJK'[number]}" for number in range(CATEGORIES)], templates=TEMPLATES, each=EACH
    )
    figures: list[Figure] = []
    faults: list[str] = []
    for name, write in _WRITTEN.items():
        progress.say(f"BBQ: {len(asked)} answers as {name}")
        answered = [_answer(prompt, write(prompt, at)) for at, prompt in enumerate(asked)]
        figures += _figures(f"{len(asked)} answers as {name}", answered)
        if name == "letters":
            figures.append(_from_lines([line_of(one) for one in answered]))
        faults += _faults(name, answered)
    sure = [
        replace(_answer(p, "A"), completions=(Completion(text="A", finish_reason="stop", token_logprobs=(-0.5,)),))
        for p in asked
    ]
    return Findings(
        figures=(*figures, *_figures(f"{len(sure)} letters with their probability", sure)), faults=tuple(faults)
    )


def _answer(prompt: Prompt, text: str) -> Answered:
    return Answered(prompt=prompt, completions=(Completion(text=text, finish_reason="stop"),), failed=0)


def _figures(name: str, answered: Sequence[Answered]) -> list[Figure]:
    ours, plain = [], []
    for _ in range(_RUNS):  # by turns, so that both meet the same machine
        ours.append(_seconds(lambda: finalise(score(answered), dataset_id="made-up@1")))
        plain.append(_seconds(lambda: _letters_alone(answered)))
    spread, ratio = Spread.of(ours), Spread.of([one / other for one, other in zip(ours, plain, strict=True)])
    return [
        Figure(
            topic=TOPIC,
            name=f"{name}: parsed, counted, both definitions, accuracy, calibration (processor time)",
            value=spread.range("s"),
            numbers=spread.numbers(),
            aim=f"within {AIM_SECONDS} s",
            met=spread.median <= AIM_SECONDS,
        ),
        Figure(
            topic=TOPIC,
            name="the same by the time of comparing each with its letter alone",
            value=ratio.range("times", digits=1),
            numbers=ratio.numbers(),
        ),
    ]


def _from_lines(lines: Sequence[bytes]) -> Figure:
    """Reading the records takes longer than all that is made of them."""
    spread = Spread.of([_seconds(lambda: finalise(score(read_answers(lines)), dataset_id="made-up@1")) for _ in "123"])
    return Figure(
        topic=TOPIC,
        name="the same from JSON Lines, each record checked strictly (processor time)",
        value=spread.range("s"),
        numbers=spread.numbers(),
    )


def _letters_alone(answered: Sequence[Answered]) -> Counter[tuple[str, str, str]]:
    """The least that any way must do: strip, compare with three letters, count by category and context."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for one in answered:
        meta = one.prompt.meta
        at = "ABC".find(one.completions[0].text.strip())
        counts[meta["category"], meta["context"], meta["roles"][at]] += 1
    return counts


def _seconds(run: Callable[[], object]) -> float:
    """Processor time: one thread computes and waits for nobody, and the machine is shared."""
    began = time.process_time()
    run()
    return time.process_time() - began


def _faults(name: str, answered: Sequence[Answered]) -> list[str]:
    read = finalise(score(answered), dataset_id="made-up@1")[0].n
    return [] if read == len(answered) else [f"of {len(answered)} answers as {name} {read} were read"]
