"""
What a model wrote on, held against what follows in the work: exact statistics of any number of answers.

Ours: empty completions are dropped and counted. Runs of white space count as one blank on both sides, because a token
holds none, and the hard line breaks of a book are nobody's text. The reference begins with a word, as the stripped
completion does, and is cut after as many characters as the completion has: a copy that the token limit ended inside a
word is a copy to its end. A prompt takes its best completion.

HELM's: `helm_quirks`.
"""

import threading
from collections.abc import Iterable

from modelgate.generative.memorization import helm_quirks
from modelgate.generative.memorization.comparison import LONG_RUN, Compared, comparisons
from modelgate.generative.memorization.prompts import MAX_CHARACTERS, reference_of
from modelgate.generative.memorization.slices import FACETS, WHOLE
from modelgate.generative.memorization.token_text import TokenTexts
from modelgate.generative.memorization.works import WorksByDigest
from modelgate.generative.records import Answered
from modelgate.generative.tally import Tally, TallySheet

SIMILAR = 0.75  # our choice: D. Ippolito and others (2022) call a BLEU of 0.75 or more approximate memorization

_CUT = frozenset({"length", "max_tokens"})  # how targets say that the token limit ended a completion


class _Remembered(threading.local):
    """What batches that one process scores after each other have in common: the words they met."""

    def __init__(self) -> None:
        self.texts = TokenTexts()


_REMEMBERED = _Remembered()


def score(answers: Iterable[Answered], works: WorksByDigest | None = None) -> Tally:
    """Add up *answers* as they come; *works* is needed where the prompts hold no references.

    Errors as of `reference_of`.
    """
    sheet, texts = TallySheet(), _REMEMBERED.texts
    for answered in answers:
        _add(sheet, texts, answered, reference_of(answered.prompt, works))
    return sheet.tally()


def _add(sheet: TallySheet, texts: TokenTexts, answered: Answered, reference: str) -> None:
    meta = answered.prompt.meta
    slices = (WHOLE, *((facet, str(meta[facet])) for facet in FACETS if facet in meta))
    written = [completion.text.strip()[:MAX_CHARACTERS] for completion in answered.completions]
    counts = {"prompts": 1, "failed": answered.failed, "empty": sum(not text for text in written)}
    counts["asked"] = len(written) + answered.failed
    counts["cut"] = sum(len(completion.text.strip()) > MAX_CHARACTERS for completion in answered.completions)
    compared = list(comparisons(texts, written, reference))
    counts |= _ours(answered, compared)
    sums = helm_quirks.values(len(texts.encode(answered.prompt.text)), [one.as_written for one in compared])
    for facet, part in slices:
        for name, number in counts.items():
            sheet.count(facet, part, name, by=number)
        for name, value in sums.items():
            sheet.count(facet, part, f"{name}_n")
            sheet.add(value, facet, part, name)


def _ours(answered: Answered, compared: list[Compared]) -> dict[str, int]:
    written = [
        (completion, one)
        for completion, one in zip(answered.completions, compared, strict=True)
        if one.collapsed.completion
    ]
    if not written:
        return {}
    conclusive = any(one.finish_reason not in _CUT or found.collapsed.completion >= LONG_RUN for one, found in written)
    best = max(found.collapsed.prefix for _, found in written)
    return {
        "n": 1,
        "conclusive": int(conclusive),
        "long_prefix": int(best >= LONG_RUN),
        "long_run": int(any(found.recited for _, found in written)),
        "prefix": best,
        "prefix_squares": best * best,
        "similar": int(max(found.collapsed.similarity for _, found in written) >= SIMILAR),
    }
