"""Whether a completion brings back a long run of its source, wherever it begins and however it is typeset."""

import re

from modelgate.generative.memorization.token_text import TokenTexts

LONG_RUN = 50  # tokens; N. Carlini and others, Quantifying Memorization Across Neural Language Models (2022)

# Models write curly quotation marks for straight ones, and one dash for another; a copy is a copy in capitals too.
_DROPPED = "'\"`\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb"
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")  # soft hyphens, marks without a width
_WRITTEN_ALIKE = (("\u2014", "-"), ("\u2013", "-"), ("--", "-"), ("\u2026", "..."))


def recites(texts: TokenTexts, completion: str, source: str) -> bool:
    """Whether `LONG_RUN` tokens in a row of *completion* are in *source*, in either case and any kind of quotes.

    Both have one blank for each run of white space.
    """
    one, other = _plain(completion), _plain(source)
    # A token has a character at least, so a run of tokens is one of as many characters; and few texts share that.
    return _may_share(one, other, LONG_RUN) and share_run(texts.encode(one), texts.encode(other), LONG_RUN)


def share_run(one: str, other: str, length: int) -> bool:
    """Whether *length* characters in a row of *one* are in *other*, wherever in both."""
    if not _may_share(one, other, length):
        return False
    return any(one[at : at + length] in other for at in range(len(one) - length + 1))


def _may_share(one: str, other: str, length: int) -> bool:
    """False only where there is no such run: each would hold one of the blocks of half its size that lie end to end."""
    half = (length + 1) // 2
    return any(one[at : at + half] in other for at in range(0, len(one) - half + 1, half))


def _plain(text: str) -> str:
    text = (text if text.isascii() else _UNSEEN.sub("", text)).lower()
    for mark in _DROPPED:
        text = text.replace(mark, "")
    for mark, plain in _WRITTEN_ALIKE:
        text = text.replace(mark, plain)
    return text
