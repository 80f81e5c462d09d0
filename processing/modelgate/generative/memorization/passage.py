"""One text whose beginnings are compared, as they are and with one blank for each run of white space.

Both have the same words and, beside quotation marks, the same tokens: what a word is made of is looked up once for all.
"""

from functools import cached_property

from modelgate.generative.memorization.token_text import TokenTexts, marked


class Passage:
    """A text, read by *texts* up to where `TokenTexts.forget` starts anew."""

    def __init__(self, texts: TokenTexts, text: str) -> None:
        self.text = text
        self._texts = texts
        self._words = text.split()
        self.collapsed = " ".join(self._words)
        self._read: dict[str, list[str]] = {}

    def beginning(self, characters: int) -> str:
        """The tokens of ``text[:characters]``, encoded as `TokenTexts.encode` does."""
        cut = self.text[:characters]
        words = self._words if characters >= len(self.text) else cut.split()
        if len(words) < 2 or self._literal:
            return self._texts.encode(cut)
        whole, last, body = len(words) - 1, words[-1], cut.rstrip()
        before = body[len(body) - len(last) - 1]
        inner = self._inner("text", self._marked_words, whole, starts=not cut[0].isspace())
        return inner + self._texts.ending(last, before=before, after=cut[len(body) : len(body) + 1])

    def collapsed_beginning(self, characters: int) -> str:
        """The tokens of ``collapsed[:characters]``."""
        cut = self.collapsed[:characters]
        body = cut.rstrip()
        if self._literal or not (whole := body.count(" ")):
            return self._texts.encode(cut)
        last = body[body.rindex(" ") + 1 :]
        inner = self._inner("text" if self._same else "collapsed", self._words, whole, starts=True)
        return inner + self._texts.ending(last, before=" ", after=cut[len(body) :])

    @cached_property
    def _literal(self) -> bool:
        return self._texts.is_literal(self.text)

    @cached_property
    def _marked_words(self) -> list[str]:
        text = marked(self.text)
        return self._words if len(text) == len(self.text) else text.split()

    @cached_property
    def _same(self) -> bool:
        """Whether white space makes no difference to any word."""
        return self._words is self._marked_words and (not self.text[0].isspace() or self._words[0][0] not in "'\"")

    def _inner(self, name: str, words: list[str], whole: int, *, starts: bool) -> str:
        """The first *whole* words, none of which is the last one of its text."""
        read = self._read.setdefault(name, [])
        if not read:
            read.append(self._texts.opening(words[0]) if starts else self._texts.inside(words[0]))
        if len(read) < whole:
            read += map(self._texts.inside, words[len(read) : whole])
        return "".join(read[:whole])
