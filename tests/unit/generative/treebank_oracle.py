"""nltk's Treebank tokenizer on Python's own regular expressions, as it was up to version 3.9 and as HELM runs it.

Later versions run the same patterns on another engine, which is slower and takes some control characters for no space.
"""

import re
from typing import Any

from nltk.tokenize.treebank import TreebankWordTokenizer


def _rebuilt(rule: Any) -> Any:
    return (re.compile(rule[0].pattern), rule[1])


class Oracle(TreebankWordTokenizer):  # type: ignore[misc]  # nltk has no types
    STARTING_QUOTES = [_rebuilt(rule) for rule in TreebankWordTokenizer.STARTING_QUOTES]  # noqa: RUF012 - as there
    PUNCTUATION = [_rebuilt(rule) for rule in TreebankWordTokenizer.PUNCTUATION]  # noqa: RUF012
    PARENS_BRACKETS = _rebuilt(TreebankWordTokenizer.PARENS_BRACKETS)
    DOUBLE_DASHES = _rebuilt(TreebankWordTokenizer.DOUBLE_DASHES)
    ENDING_QUOTES = [_rebuilt(rule) for rule in TreebankWordTokenizer.ENDING_QUOTES]  # noqa: RUF012


def tokens_of(text: str) -> list[str]:
    """The tokens that nltk finds."""
    return list(_ORACLE.tokenize(text))


_ORACLE = Oracle()
