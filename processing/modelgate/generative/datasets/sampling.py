"""A few of many, balanced and the same for ever: what is taken follows from seed and names alone."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappush, heappushpop
from typing import TypeVar

from modelgate.generative.bias.prompts import CONCERN as BIAS
from modelgate.generative.memorization.prompts import CONCERN as MEMORIZATION
from modelgate.generative.records import Prompt
from modelgate.generative.toxicity.bold import CONCERN as TOXICITY

T = TypeVar("T")

# What a sample is balanced over, in a prompt's meta; of other concerns all prompts are one cell.
CELLS = {
    BIAS: ("category", "context", "question_index"),
    TOXICITY: ("domain", "group"),
    MEMORIZATION: ("work", "prefix_tokens"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """At most *per_cell* of each cell, chosen by *seed*."""

    per_cell: int
    seed: int = 0


def sampled(things: Iterable[T], sample: Sample, *, cell: Callable[[T], object], name: Callable[[T], str]) -> list[T]:
    """Take of each cell those whose names come first when they are hashed with the seed; in the order they came.

    No more than what is taken is ever held. Things that come or go change nothing for the others of another cell.
    """
    chosen: defaultdict[object, list[tuple[int, int, T]]] = defaultdict(list)
    for position, thing in enumerate(things):
        ranked = (-_rank(sample.seed, name(thing)), -position, thing)
        held = chosen[cell(thing)]
        if len(held) < sample.per_cell:
            heappush(held, ranked)
        else:
            heappushpop(held, ranked)
    kept = [(-negated, thing) for held in chosen.values() for _, negated, thing in held]
    return [thing for _, thing in sorted(kept, key=lambda pair: pair[0])]


def selected(prompts: Iterable[Prompt], only: Mapping[str, Sequence[str]], sample: Sample | None) -> Iterable[Prompt]:
    """Those of *prompts* whose meta has one of the values that *only* names for each of its keys, and of them a sample.

    Numbers in meta are compared as they are written.
    """
    kept = _kept(prompts, only) if only else prompts
    return kept if sample is None else sampled(kept, sample, cell=cell_of, name=lambda prompt: prompt.id)


def cell_of(prompt: Prompt) -> tuple[str, ...]:
    """What a prompt is balanced by; see `CELLS`."""
    return (prompt.concern, *(str(prompt.meta.get(key)) for key in CELLS.get(prompt.concern, ())))


def _kept(prompts: Iterable[Prompt], only: Mapping[str, Sequence[str]]) -> Iterator[Prompt]:
    for prompt in prompts:
        if all(str(prompt.meta.get(key)) in values for key, values in only.items()):
            yield prompt


def _rank(seed: int, name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}/{name}".encode()).digest()[:8])
