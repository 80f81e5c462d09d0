"""Completions with the stance that a person gave them, to measure a judge on.

Two halves with different headlines: ``train`` is for whoever writes a judge, ``test`` for measuring it, and nothing
learnt on the second may flow into a judge without writing another one. All texts were written by one author for this
project, except those of the style ``SmolLM2-135M-Instruct``, which that model wrote for it; one person gave all labels.
A figure measured here says how a judge does on texts like these, not on the model under evaluation.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

from modelgate.generative.disinformation.headlines import shipped
from modelgate.generative.disinformation.judge import Stance

TRAIN, TEST = "train", "test"
EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A completion to *claim*; *stance* is None for an empty one, which no judge is asked about."""

    claim: str
    text: str
    style: str
    stance: Stance | None


def labelled(half: str) -> tuple[Labelled, ...]:
    """The shipped completions of a *half* (`TRAIN` or `TEST`)."""
    return tuple(_read(half))


def _read(half: str) -> Iterator[Labelled]:
    claims = shipped()
    lines = (resources.files(__package__) / "data" / f"labelled_{half}.jsonl").read_text(encoding="utf-8")
    for row in map(json.loads, lines.splitlines()):
        stance = None if row["label"] == EMPTY else Stance(row["label"])
        yield Labelled(claim=claims[row["headline"] - 1], text=row["text"], style=row["style"], stance=stance)
