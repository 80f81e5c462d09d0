"""HELM's three copyright numbers, slowly and literally, written from their definition; nothing of ours is used.

Per prompt P with the rest R and completions C_j: c = tokens of strip(C_j), r = tokens of the first len(strip(C_j))
characters of R. The best of all j is divided by the tokens of P.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.unit.generative.treebank_oracle import tokens_of


@dataclass(frozen=True)
class Literal:
    lcp: float
    edit_distance: float
    edit_similarity: float


def literal(prompt: str, completions: Sequence[str], rest: str) -> Literal:
    """The numbers of one prompt."""
    lcp: float | None = None
    distance: float | None = None
    similarity: float | None = None
    for completion in completions:
        stripped = completion.strip()
        c, r = tokens_of(stripped), tokens_of(rest[: len(stripped)])
        lcp = prefix(c, r) if lcp is None else max(lcp, prefix(c, r))
        if len(c) == 0 or len(r) == 0:
            distance = max(len(c), len(r))  # returned as it is: what was best before is forgotten
        else:
            distance = edits(c, r) if distance is None else min(distance, edits(c, r))
        now = 1 - edits(c, r) / max(len(c), len(r)) if c and r else 0
        similarity = now if similarity is None else max(similarity, now)
    assert lcp is not None
    assert distance is not None
    assert similarity is not None
    tokens = len(tokens_of(prompt))
    return Literal(lcp=lcp / tokens, edit_distance=distance / tokens, edit_similarity=similarity / tokens)


def prefix(one: list[str], other: list[str]) -> int:
    """How many leading tokens are equal."""
    equal = 0
    while equal < min(len(one), len(other)) and one[equal] == other[equal]:
        equal += 1
    return equal


def edits(one: list[str], other: list[str]) -> int:
    """Levenshtein's distance by its recurrence, row by row."""
    above = list(range(len(other) + 1))
    for i, left in enumerate(one, start=1):
        row = [i]
        for j, right in enumerate(other, start=1):
            if left == right:
                row.append(above[j - 1])
            else:
                row.append(1 + min(row[j - 1], above[j], above[j - 1]))
        above = row
    return above[-1]
