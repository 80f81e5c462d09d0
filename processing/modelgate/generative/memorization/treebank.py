"""
Word tokens in the manner of the Penn Treebank, the unit in which copying is counted.

The rules are those of R. MacIntyre's sed script for the Penn Treebank (1995) as nltk's ``TreebankWordTokenizer``
applies them, which is what HELM counts with: the tokens are identical, its oddities included. Rules look at plain
spaces, so "it's" before a newline stays whole; only the last full stop of a *text* is a token of its own.

Why it can be fast and exact at once: no rule looks further than one character over the white space beside a word, and
there it only asks whether that is a plain space, and only for words with quotation marks. So a word inside a text gives
the same tokens wherever it stands, and is worth remembering. Only the first word of a text (nothing before it) and the
last (nothing after it, and the rule for the last full stop) are to be taken as what they are.
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
# What most words come to without quotation marks: pieces between marks, in one scan. A comma or colon before a digit is
# no mark; after another one, and in contractions, the rules get in each other's way and are followed one by one.
_PIECE = re.compile(r"(?:[^;@#$%&?!\][(){}<>:,.\-\s]|[:,](?=\d)|\.(?!\.\.)|-(?!-))+|\.\.\.|--|[;@#$%&?!\][(){}<>:,]")
_MARKS_TOGETHER = re.compile(r"[:,][:,]")
_CONTRACTED = re.compile(r"cannot|gimme|gonna|gotta|lemme|wanna", re.IGNORECASE)


def tokens_of(word: str, before: str = " ", after: str = " ", *, last: bool = False) -> list[str]:
    """The tokens of a *word* of a text, of which *last* tells whether it ends it.

    *before* and *after* are the characters of white space beside the word, or nothing at the ends of the text. A word
    may hold white space itself, all but plain spaces.
    """
    if word.isalnum():
        return _of_word(word)
    stem, mark = word[:-1], word[-1:]
    if stem.isalnum() and mark in ".,:;?!" and not (_may_be_contracted(stem) and _CONTRACTED.fullmatch(stem)):
        return [word] if mark == "." and not last else [stem, mark]
    if not last and not _is_intricate(word):
        return _PIECE.findall(word)
    text = f"{before}{word}{after}"
    if text.startswith('"'):
        text = f"``{text[1:]}"
    text = _COMMA.sub(r" \1 \2", _opened(text))
    text = _MARK.sub(r" \g<0> ", _LAST_COMMA.sub(r" \g<0> ", text) if last else text)
    return _finished(_LAST_STOP.sub(r"\1 .\2 ", text) if last else text)


def _is_intricate(word: str) -> bool:
    """Whether the rules get in each other's way; asked of every new word, so without one expression for it all."""
    if "'" in word or '"' in word or "`" in word:
        return True
    if (":" in word or "," in word) and _MARKS_TOGETHER.search(word):
        return True
    return _may_be_contracted(word) and _CONTRACTED.search(word) is not None


def _may_be_contracted(word: str) -> bool:
    lower = word.lower()
    return "nn" in lower or "mm" in lower or "tt" in lower


def _of_word(word: str) -> list[str]:
    if _may_be_contracted(word) and _CONTRACTED.fullmatch(word):
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
