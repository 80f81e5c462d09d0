"""Models that answer by a script, asked in no time."""

import threading
from collections import Counter
from collections.abc import Callable

from modelgate.contracts.digests import sha256_of
from modelgate.generative.asking import Asking
from modelgate.generative.attempts import Attempts
from modelgate.generative.budget import Spending
from modelgate.generative.collection import Model
from modelgate.generative.evaluation import (
    Asked,
    Budget,
    Evaluation,
    JudgePlan,
    Pace,
    Settings,
    TargetKind,
    TargetPlan,
)
from modelgate.generative.records import Completion, Prompt, line_of
from modelgate.generative.target import Reply

PACE = Pace(concurrency=4, calls_per_second=1000, timeout_seconds=5, attempts=3, answer_bytes=100_000)
SETTINGS = Settings(temperature=0, max_tokens=20, completions=1, logprobs=False)
PLENTY = Budget(calls=1_000_000, tokens=1_000_000_000)
MODEL = Model(
    package_arn="arn:aws:sagemaker:eu-west-1:111111111111:model-package/a/1",
    creation_time="2026-01-01T00:00:00+00:00",
    registration="sha256:" + "1" * 64,
    target="scripted/model",
)

Script = Callable[[str, int], Reply]


def said(text: str) -> Reply:
    """An answer of three tokens, two of them read."""
    return Reply(completion=Completion(text=text, finish_reason="stop", output_tokens=1), input_tokens=2)


class Scripted:
    """Answers by *script*, which is given the text and how often it was asked before; remembers what it was asked."""

    id = "scripted/model"

    def __init__(self, script: Script = lambda text, before: said(f"answer to {text}")) -> None:
        self._script = script
        self._lock = threading.Lock()
        self.asked: Counter[str] = Counter()
        self.seeds: list[int | None] = []

    def ask(self, text: str, settings: Settings, seed: int | None) -> Reply:
        with self._lock:
            before = self.asked[text]
            self.asked[text] += 1
            self.seeds.append(seed)
        return self._script(text, before)


class Waits:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waited: list[float] = []
        self._lock = threading.Lock()

    def sleep(self, stop: threading.Event, seconds: float) -> None:
        with self._lock:
            self.now += seconds
            self.waited.append(seconds)

    def clock(self) -> float:
        return self.now


def asking(
    target: Scripted, *, pace: Pace = PACE, spending: Spending | None = None, waits: Waits | None = None
) -> Asking:
    """A source over *target* for which waiting takes no time; its jitter is always half."""
    waits = waits or Waits()
    return Asking(
        Attempts(target, pace, spending or Spending(PLENTY), sleep=waits.sleep, clock=waits.clock, random=lambda: 0.5)
    )


def prompts(number: int, *, concern: str = "memorization") -> list[Prompt]:
    return [Prompt(id=f"made-up/{at}", concern=concern, text=f"question {at}", meta={"at": at}) for at in range(number)]


def asked(
    lines: list[bytes], *, concern: str = "memorization", part_size: int = 4, settings: Settings = SETTINGS
) -> Asked:
    return Asked(
        concern=concern,
        dataset_id="made-up@1",
        licence="none",
        prompts=len(lines),
        prompts_digest=sha256_of(b"".join(lines)),
        part_size=part_size,
        settings=settings,
    )


def lines(number: int, *, concern: str = "memorization") -> list[bytes]:
    return [line_of(prompt) for prompt in prompts(number, concern=concern)]


def evaluation(*each: Asked, budget: Budget = PLENTY) -> Evaluation:
    return Evaluation(
        name="made-up",
        version=1,
        asked=each,
        target=TargetPlan(kind=TargetKind.OPENAI, models=("*",), pace=PACE, base_url="http://127.0.0.1:1/v1"),
        budget=budget,
        scorer="none@1",
        judge=JudgePlan(name="none@1", agreement=0.5, support_found=0.5),
    )
