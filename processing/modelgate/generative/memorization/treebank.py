"""
Word tokens in the manner of the Penn Treebank, the unit in which copying is counted.

The rules are those of R. MacIntyre's sed script for the Penn Treebank (1995) as nltk's ``TreebankWordTokenizer``
applies them, which is what HELM counts with: the tokens are identical, its oddities included. Rules look at plain
spaces, so "it's" before a newline stays whole; only the last full stop of a *text* is a token of its own.

Why it can be fast and exact at once: every rule either stays within a stretch of text without plain spaces (a chunk)
or asks whether a plain space stands beside it. So a chunk inside a text always gives the same tokens, and is worth
remembering. Only the first chunk of a text (no space before it) and its last word (no space after it, and the rule for
the last full stop) depend on where they stand.
"""

import re

_OPENING = re.compile(r"([ (\[{<])(\"|'')")
_COMMA = re.compile(r"([:,])(\D)")
_MARK = re.compile(r"\.\.\.|[;@#$%&?!]")
_LAST_COMMA = re.compile(r"[:,]$")
_LAST_STOP = re.compile(r"([^.])\.([\])}>\"']*)\s*$")
_APOSTROPHE = re.compile(r"([^'])' ")
_BRACKET = re.compile(r"[\][(){}<>]|--")
_CLOSING = re.compile(r"''|\"")
_SHORT_ENDING = re.compile(r"([^' ])('[sSmMdD]|') ")
_LONG_ENDING = re.compile(r"([^' ])('ll|'LL|'re|'RE|'ve|'VE|n't|N'T) ")
# Each alternative splits at the second group; no two of them can overlap in a text, so one pass finds what eight would.
_CONTRACTIONS = re.compile(
    r"\b(?:(can)(not)|(d)('ye)|(gim)(me)|(gon)(na)|(got)(ta)|(lem)(me)|(more)('n))\b|\b(wan)(na)(?=\s)", re.IGNORECASE
)
_IT_IS = re.compile(r" ('t)(is)\b", re.IGNORECASE)
_IT_WAS = re.compile(r" ('t)(was)\b", re.IGNORECASE)  # after the other, whose trailing space it may need
_CONTRACTED = re.compile(r"cannot|gimme|gonna|gotta|lemme|wanna", re.IGNORECASE)


def tokens_inside(chunk: str) -> list[str]:
    """The tokens of a *chunk* with a plain space before it and one after it, and more text after that."""
    if chunk.isalnum():
        return _of_word(chunk)
    word, mark = chunk[:-1], chunk[-1:]
    if word.isalnum() and mark in ".,:;?!" and not _CONTRACTED.fullmatch(word):
        return [chunk] if mark == "." else [word, mark]
    text = _COMMA.sub(r" \1 \2", _opened(f" {chunk} "))
    return _finished(_MARK.sub(r" \g<0> ", text))


def tokens_at_edge(chunk: str, *, first: bool, rest: str | None) -> list[str]:
    """The tokens of a *chunk* that begins a text (*first*) or ends it (*rest* is the white space left, else None)."""
    if chunk.isalnum():
        return _of_word(chunk)
    text = chunk if first else f" {chunk}"
    if text.startswith('"'):
        text = f"``{text[1:]}"
    text = _COMMA.sub(r" \1 \2", _opened(f"{text} " if rest is None else f"{text}{rest[:1]}"))
    if rest is None:
        return _finished(_MARK.sub(r" \g<0> ", text))
    text = _MARK.sub(r" \g<0> ", _LAST_COMMA.sub(r" \g<0> ", text))
    return _finished(_LAST_STOP.sub(r"\1 .\2 ", text))


def words_of(chunk: str) -> list[str] | None:
    """The words of a *chunk* inside a text if each may be taken for a chunk of its own, else None.

    It may where no rule asks whether the white space beside it is a plain space: one that begins with a quotation mark
    may open a quotation, and one with an apostrophe near its end may be a contraction.
    """
    words = chunk.split()
    return None if any(word[0] in "'\"" or "'" in word[-3:] for word in words) else words


def _of_word(word: str) -> list[str]:
    if _CONTRACTED.fullmatch(word):
        return [word[:3], word[3:]]
    return [word]


def _opened(text: str) -> str:
    if "``" in text:
        text = text.replace("``", " `` ")
    return _OPENING.sub(r"\1 `` ", text) if '"' in text or "''" in text else text


def _finished(text: str) -> list[str]:
    quoted = "'" in text
    if quoted:
        text = _APOSTROPHE.sub(r"\1 ' ", text)
    text = " " + _BRACKET.sub(r" \g<0> ", text) + " "
    if quoted or '"' in text:
        text = _CLOSING.sub(" '' ", text)
    if quoted:
        text = _LONG_ENDING.sub(r"\1 \2 ", _SHORT_ENDING.sub(r"\1 \2 ", text))
    text = _CONTRACTIONS.sub(_split, text)
    return (_IT_WAS.sub(r" \1 \2 ", _IT_IS.sub(r" \1 \2 ", text)) if quoted else text).split()


def _split(found: re.Match[str]) -> str:
    first, second = (part for part in found.groups() if part)
    return f" {first} {second} "
