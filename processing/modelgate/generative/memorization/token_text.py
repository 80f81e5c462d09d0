"""Texts as strings with one character per token, so that comparing tokens is comparing characters.

Two texts encoded by one `TokenTexts` hold the same character where, and only where, they hold the same token.
"""

from collections.abc import Iterable

from modelgate.generative.memorization.treebank import tokens_at_edge, tokens_inside, words_of

MAX_TOKENS = 1_000_000  # distinct ones: a character has 1,114,112 values
_FORGET_AT = 8_000_000  # characters remembered, some hundreds of megabytes at the worst
_REMEMBERED = 64  # characters of a chunk: a longer one hardly comes again


class TokenTexts:
    """Encodes texts and remembers the chunks it met; what it remembers is bounded if `forget` is asked regularly."""

    def __init__(self) -> None:
        self._chunks = _Chunks()
        self._last: dict[tuple[str, str], str] = {}

    def encode(self, text: str) -> str:
        """The tokens of *text* as a string, one character each."""
        body = text.rstrip()
        if not body:
            return ""
        # Whether white space is a plain space matters to no rule but those about quotes.
        chunks = body.split(" ") if "'" in body or '"' in body else body.split()
        last = chunks.pop()
        rest = text[len(body) : len(body) + 1]
        if not chunks:
            return self._chunks.encode(tokens_at_edge(last, first=True, rest=rest))
        ending = self._last.get((last, rest)) or self._ending(last, rest)
        if chunks[0][:1] not in ("'", '"'):
            return "".join(map(self._chunks.__getitem__, chunks)) + ending
        opening = self._chunks.encode(tokens_at_edge(chunks[0], first=True, rest=None))
        return opening + "".join(map(self._chunks.__getitem__, chunks[1:])) + ending

    def tokens(self, encoded: str) -> list[str]:
        """The tokens that *encoded* stands for."""
        tokens = list(self._chunks.characters)
        return [tokens[ord(character)] for character in encoded]

    def forget(self) -> None:
        """Start anew where too much is remembered; what was encoded before cannot be compared with what comes after."""
        if self._chunks.kept > _FORGET_AT or len(self._chunks.characters) > MAX_TOKENS // 2:
            self._chunks = _Chunks()
            self._last = {}

    def _ending(self, last: str, rest: str) -> str:
        encoded = self._chunks.encode(tokens_at_edge(last, first=False, rest=rest))
        if len(last) <= _REMEMBERED:
            self._last[last, rest] = encoded
            self._chunks.kept += len(last)
        return encoded


class _Chunks(dict[str, str]):
    """Every chunk inside a text with its encoded tokens; one that is asked for the first time is taken apart."""

    def __init__(self) -> None:
        self.characters: dict[str, str] = {}
        self.kept = 0

    def encode(self, tokens: Iterable[str]) -> str:
        known = self.characters
        return "".join([known.get(token) or self._character(token) for token in tokens])

    def __missing__(self, chunk: str) -> str:
        words = words_of(chunk)
        if words and len(words) > 1:
            return "".join([self[word] for word in words])
        encoded = self.encode(tokens_inside(chunk))
        if len(chunk) <= _REMEMBERED:
            self[chunk] = encoded
            self.kept += len(chunk)
        return encoded

    def _character(self, token: str) -> str:
        character = self.characters[token] = chr(len(self.characters))
        self.kept += len(token)
        return character
