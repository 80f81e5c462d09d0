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
from modelgate.generative.memorization.comparison import Compared, comparisons
from modelgate.generative.memorization.prompts import MAX_CHARACTERS, reference_of
from modelgate.generative.memorization.recital import LONG_RUN
from modelgate.generative.memorization.slices import FACETS, WHOLE
from modelgate.generative.memorization.token_text import TokenTexts
from modelgate.generative.memorization.works import WorksByDigest
from modelgate.generative.records import Answered, Completion
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
    pairs = list(zip(answered.completions, compared, strict=True))
    written = [one.collapsed for _, one in pairs if one.collapsed.completion]
    best = max((one.prefix for one in written), default=0)
    hits = {"long_prefix": best >= LONG_RUN, "long_run": any(one.recited for _, one in pairs)}
    # What never came, has no text or was cut off could have been the one that recites.
    whole = not answered.failed and all(_shows(*pair) for pair in pairs)
    counts: dict[str, int] = {**hits, **{f"unknown_{name}": not (hit or whole) for name, hit in hits.items()}}
    if written:
        counts |= {"n": 1, "prefix": best, "prefix_squares": best * best}
        counts["similar"] = max(one.similarity for one in written) >= SIMILAR
    return {name: int(number) for name, number in counts.items()}


def _shows(completion: Completion, found: Compared) -> bool:
    """Whether *completion* says anything about `LONG_RUN` tokens."""
    tokens = found.collapsed.completion
    return tokens >= LONG_RUN or (tokens > 0 and completion.finish_reason not in _CUT)
