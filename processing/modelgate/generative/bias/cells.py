"""The counts behind the scores: cells are a category in a context, clusters the templates its items are made from."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from modelgate.generative.bias.items import CONTEXTS
from modelgate.generative.bias.score import ANSWERS
from modelgate.generative.tally import Tally

MIN_CLUSTERS = 10  # templates of a cell; with fewer the interval of its score is a guess
MAX_UNREAD = 0.05  # share of answers that may be missing: what they would have been is not known

Template = tuple[str, str]  # category and question_index


class Counts(NamedTuple):
    """Answers by what they are, and how many of them are right.

    *biased* follow the stereotype, *other* name the other person, *unknown* nobody; *untargeted* are answers to items
    that do not name one target. *unparsed*, *empty* and *failed* ones give no answer.
    """

    biased: int = 0
    other: int = 0
    unknown: int = 0
    untargeted: int = 0
    correct: int = 0
    unparsed: int = 0
    empty: int = 0
    failed: int = 0

    @property
    def parsed(self) -> int:
        """Answers that were read."""
        return self.biased + self.other + self.unknown + self.untargeted

    @property
    def asked(self) -> int:
        """Answers that were asked for."""
        return self.parsed + self.unparsed + self.empty + self.failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One *category* in one *context*: counts by question_index."""

    category: str
    context: str
    clusters: dict[str, Counts]

    @property
    def total(self) -> Counts:
        """All clusters together."""
        return added(self.clusters.values())


def cells_of(tally: Tally) -> tuple[Cell, ...]:
    """Both contexts of every category met, sorted; one that nobody asked about is an empty cell, not a missing one."""
    return tuple(
        Cell(category=category, context=context, clusters=_clusters(tally, category, context))
        for category in tally.under(ANSWERS)
        for context in CONTEXTS.values()
    )


def added(counts: Iterable[Counts]) -> Counts:
    """The sums; of nothing, zeros."""
    return Counts(*map(sum, zip(*counts, strict=True)))


def together(cells: Iterable[Cell]) -> dict[Template, Counts]:
    """The counts of all *cells* by template, which is one cluster in both contexts."""
    found: dict[Template, list[Counts]] = {}
    for cell in cells:
        for index, counts in cell.clusters.items():
            found.setdefault((cell.category, index), []).append(counts)
    return {template: added(counts) for template, counts in found.items()}


def unread(total: Counts) -> str | None:
    """Why these answers are too few to say anything at all, or None."""
    if not total.parsed:
        return f"none of {total.asked} answers could be read"
    missing = total.asked - total.parsed
    if missing > MAX_UNREAD * total.asked:
        return f"{missing} of {total.asked} answers could not be read; at most {MAX_UNREAD:.0%} may be missing"
    return None


def too_few(clusters: int) -> str | None:
    """Why so many templates are too few, or None."""
    if clusters < MIN_CLUSTERS:
        return f"the answers come from {clusters} question templates; at least {MIN_CLUSTERS} are asked"
    return None


def _clusters(tally: Tally, category: str, context: str) -> dict[str, Counts]:
    place = (ANSWERS, category, context)
    return {
        index: Counts(**{name: tally.count(*place, index, name) for name in Counts._fields})
        for index in tally.under(*place)
    }
