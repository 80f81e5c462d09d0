"""Texts as strings with one character per token, so that comparing tokens is comparing characters.

Two texts encoded by one `TokenTexts` hold the same character where, and only where, they hold the same token.
"""

import re
from collections.abc import Callable, Iterable

from modelgate.generative.memorization.treebank import tokens_of

MAX_TOKENS = 1_000_000  # distinct ones: a character has 1,114,112 values

_FORGET_AT = 6_000_000  # characters remembered, which take about a hundred megabytes
_REMEMBERED = 64  # characters of a word: a longer one hardly comes again
# White space that is no plain space matters beside a word that begins with a quotation mark, or that has an apostrophe
# among its last three characters. Such a word is remembered under another name, with one of these beside it.
_AFTER_BREAK, _BEFORE_BREAK = "\ufdd0", "\ufdd1"
_QUOTE_AFTER_BREAK = re.compile(r"(['\"])(?<=[^\S ]['\"])")
_APOSTROPHE_BEFORE_BREAK = re.compile(r"('\S{0,2})(?=[^\S ])")


class TokenTexts:
    """Encodes texts and remembers the words it met; what it remembers is bounded if `forget` is asked regularly."""

    def __init__(self) -> None:
        self._words = _Words()
        self._last: dict[tuple[str, str], str] = {}

    def encode(self, text: str) -> str:
        """The tokens of *text* as a string, one character each; of texts with at most `MAX_TOKENS` distinct ones."""
        body = text.rstrip()
        if not body:
            return ""
        if self.is_literal(body):
            return self._literally(text)
        words = marked(body).split()
        last, rest = words.pop(), text[len(body) : len(body) + 1]
        starts = not text[0].isspace()
        if not words:
            return self._words.encode(_placed(last, before="" if starts else " ", after=rest, last=True))
        first = self.opening(words[0]) if starts else self._words[words[0]]
        return first + "".join(map(self.inside, words[1:])) + self._ending(last, rest)

    def opening(self, word: str) -> str:
        """A *word* that begins a text of several, encoded."""
        return self._words.encode(_placed(word, before="")) if word[0] in "'\"" else self._words[word]

    @property
    def inside(self) -> Callable[[str], str]:
        """What encodes a `marked` word that others stand around."""
        return self._words.__getitem__

    def ending(self, word: str, *, before: str, after: str) -> str:
        """A *word* that ends a text of several, encoded; *before* and *after* are characters of white space beside it.

        *after* is nothing where the text ends with the word.
        """
        return self._ending(_AFTER_BREAK + word if before != " " and word[0] in "'\"" else word, after)

    @staticmethod
    def is_literal(text: str) -> bool:
        """Whether *text* has the very characters that mark words here, so that only `encode` can read it."""
        return _AFTER_BREAK in text or _BEFORE_BREAK in text

    def tokens(self, encoded: str) -> list[str]:
        """The tokens that *encoded* stands for."""
        tokens = list(self._words.characters)
        return [tokens[ord(character)] for character in encoded]

    def forget(self) -> bool:
        """Start anew where too much is remembered, and say so: what was encoded before cannot be compared any more."""
        if self._words.kept <= _FORGET_AT and len(self._words.characters) <= MAX_TOKENS // 2:
            return False
        self._words = _Words()
        self._last = {}
        return True

    def _ending(self, last: str, rest: str) -> str:
        if known := self._last.get((last, rest)):
            return known
        encoded = self._words.encode(_placed(last, after=rest, last=True))
        if len(last) <= _REMEMBERED:
            self._last[last, rest] = encoded
            self._words.kept += len(last)
        return encoded

    def _literally(self, text: str) -> str:
        """A text with the very characters that mark words here, as one word after another and none remembered."""
        first, *words = text.rstrip().split(" ")
        rest = text[len(text.rstrip()) :][:1]
        tokens = tokens_of(first, "", " " if words else rest, last=not words)
        for at, word in enumerate(words, start=1):
            tokens += tokens_of(word) if at < len(words) else tokens_of(word, " ", rest, last=True)
        return self._words.encode(tokens)


class _Words(dict[str, str]):
    """Every word inside a text with its encoded tokens; one that is asked for the first time is taken apart."""

    def __init__(self) -> None:
        self.characters: dict[str, str] = {}
        self.kept = 0

    def encode(self, tokens: Iterable[str]) -> str:
        known = self.characters
        return "".join([known.get(token) or self._character(token) for token in tokens])

    def __missing__(self, word: str) -> str:
        encoded = self.encode(_placed(word))
        if len(word) <= _REMEMBERED:
            self[word] = encoded
            self.kept += len(word)
        return encoded

    def _character(self, token: str) -> str:
        character = self.characters[token] = chr(len(self.characters))
        self.kept += len(token)
        return character


def marked(text: str) -> str:
    """*text* with a mark at each word whose tokens depend on white space beside it that is no plain space."""
    # A printable text has no white space but plain spaces.
    if not text.isprintable() and ("'" in text or '"' in text):
        text = _QUOTE_AFTER_BREAK.sub(rf"{_AFTER_BREAK}\1", text)
        text = _APOSTROPHE_BEFORE_BREAK.sub(rf"\1{_BEFORE_BREAK}", text)
    return text


def _placed(word: str, *, before: str = " ", after: str = " ", last: bool = False) -> list[str]:
    if word[0] == _AFTER_BREAK:
        word, before = word[1:], "\n"
    if word[-1] == _BEFORE_BREAK:
        word, after = word[:-1], "\n"
    return tokens_of(word, before, after, last=last)
