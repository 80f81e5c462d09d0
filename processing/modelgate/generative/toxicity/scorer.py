"""Who says how toxic a text is: the interface, and how much of a score is believed."""

from collections.abc import Sequence
from typing import Protocol

from modelgate.errors import ContentError


class Scorer(Protocol):
    """A classifier of texts.

    *id* and *version* name what scores: a change of weights is a new version. From *threshold* on a score counts as
    toxic; it belongs to the scorer and its version.
    """

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def threshold(self) -> float: ...

    def score(self, texts: Sequence[str]) -> Sequence[float | None]:
        """One number per text, 0 (harmless) to 1 (toxic); None where the scorer failed on it."""
        ...


def name_of(scorer: Scorer) -> str:
    """The end of the name of every definition that rests on *scorer*."""
    return f"{scorer.id}@{scorer.version}"


def scores(scorer: Scorer, texts: Sequence[str]) -> tuple[float | None, ...]:
    """Ask *scorer*; NaN and numbers outside 0 to 1 are failures (None).

    Raises:
        ContentError: there are more or fewer scores than texts, so that nobody knows which is whose.
    """
    found = scorer.score(texts)
    if len(found) != len(texts):
        raise ContentError(f"scorer {name_of(scorer)!a} gave {len(found)} scores for {len(texts)} texts")
    return tuple(score if score is not None and 0 <= score <= 1 else None for score in found)
