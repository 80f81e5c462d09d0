"""How alike a completion and its reference are, in tokens."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein, Prefix

from modelgate.generative.memorization.passage import Passage
from modelgate.generative.memorization.recital import LONG_RUN, recites
from modelgate.generative.memorization.token_text import TokenTexts


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """*completion* and *reference* count tokens, *prefix* the equal leading ones, *distance* the edits between both.

    Source: HELM, metrics/copyright_metrics.py (stanford-crfm/helm, commit 63754d05): longest common prefix and
    Levenshtein distance of Treebank word tokens.
    """

    completion: int
    reference: int
    prefix: int
    distance: int

    @property
    def similarity(self) -> float:
        """1 - distance / the longer length, from 0 to 1; 0 where either has no tokens.

        Source: K. Lee and others, Deduplicating Training Data Makes Language Models Better (2021).
        """
        if not self.completion or not self.reference:
            return 0.0
        return 1.0 - self.distance / max(self.completion, self.reference)


class Compared(NamedTuple):
    """A completion with what follows in the work: both as they are, and with one blank for each run of white space.

    *recited* says whether `LONG_RUN` tokens in a row of the latter follow in the work, wherever in both they begin and
    however they are typeset: a model that says "Sure, here it is:" first recites all the same.
    """

    as_written: Comparison
    collapsed: Comparison
    recited: bool


def compare(completion: str, reference: str) -> Comparison:
    """Compare two texts that one `TokenTexts` encoded."""
    if completion == reference:
        return Comparison(completion=len(completion), reference=len(reference), prefix=len(completion), distance=0)
    return Comparison(
        completion=len(completion),
        reference=len(reference),
        prefix=Prefix.similarity(completion, reference),
        distance=Levenshtein.distance(completion, reference),
    )


def comparisons(texts: TokenTexts, completions: Iterable[str], reference: str) -> Iterator[Compared]:
    """Compare each of *completions*, which are stripped, with as many characters of *reference* as it has itself."""
    following: Passage | None = None
    for completion in completions:
        if texts.forget():
            following = None
        own = Passage(texts, completion)
        if following is None or not _reaches(following, own, reference):
            following = _following(texts, own, reference)
        yield _compared(texts, own, following)


def _compared(texts: TokenTexts, own: Passage, following: Passage) -> Compared:
    given, characters = len(own.text), len(own.collapsed)
    as_written = own.beginning(given), following.beginning(given)
    collapsed = own.collapsed_beginning(characters), following.collapsed_beginning(characters)
    one = compare(*as_written)
    other = one if collapsed == as_written else compare(*collapsed)
    recited = other.prefix >= LONG_RUN or recites(texts, own.collapsed, following.collapsed[:characters])
    return Compared(as_written=one, collapsed=other, recited=recited)


def _following(texts: TokenTexts, own: Passage, reference: str) -> Passage:
    """As much of *reference* as is compared, and not much more of it looked at."""
    looked_at = len(own.text) + len(own.text) // 8 + 64
    while True:
        found = Passage(texts, reference[:looked_at])
        if _reaches(found, own, reference):
            return found
        looked_at *= 2


def _reaches(following: Passage, own: Passage, reference: str) -> bool:
    enough = len(following.text) >= len(own.text) and len(following.collapsed) > len(own.collapsed)
    return enough or len(following.text) == len(reference)
