"""How alike a completion and its reference are, in tokens."""

from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein, Prefix

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


def compare(texts: TokenTexts, completion: str, reference: str) -> Comparison:
    """Compare two texts as they are; nothing is stripped or cut."""
    one, other = texts.encode(completion), texts.encode(reference)
    if one == other:
        return Comparison(completion=len(one), reference=len(other), prefix=len(one), distance=0)
    return Comparison(
        completion=len(one),
        reference=len(other),
        prefix=Prefix.similarity(one, other),
        distance=Levenshtein.distance(one, other),
    )
