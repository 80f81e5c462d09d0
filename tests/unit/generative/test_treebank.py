"""Tokens are those of nltk's Treebank tokenizer, found chunk by chunk."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelgate.generative.memorization import token_text
from modelgate.generative.memorization.token_text import TokenTexts

from tests.unit.generative.shared_works import needs_works, works
from tests.unit.generative.treebank_oracle import tokens_of
from tests.unit.generative.treebank_pieces import PIECES

REMEMBERS = TokenTexts()  # across all examples: what was met before must not change what comes after


def ours(text: str) -> list[str]:
    return REMEMBERS.tokens(REMEMBERS.encode(text))


@given(PIECES | st.text())
def test_tokens_of_any_text_are_those_of_nltk(text: str) -> None:
    """Quotes, contractions, every kind of white space and both ends of a text included."""
    assert tokens_of(text) == ours(text)


@needs_works
def test_tokens_of_books_and_kernel_files_are_those_of_nltk() -> None:
    """As written and with plain quotation marks, whose rules ask for what stands around them."""
    for work in works():
        for text in (work.text, re.sub("[“”]", '"', re.sub("[‘’]", "'", work.text))):
            passages = [text[at : at + 1_201] for at in range(0, len(text), 7 * 1_201)]

            assert [tokens_of(passage) for passage in passages] == [ours(passage) for passage in passages]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("They'll save and invest more.", ["They", "'ll", "save", "and", "invest", "more", "."]),
        ("One. Two.", ["One.", "Two", "."]),
        ("it's\nit's", ["it's", "it", "'s"]),
        ('"a" said "b"', ["``", "a", "''", "said", "``", "b", "''"]),
        ("3,50 at 5:30, or: no", ["3,50", "at", "5:30", ",", "or", ":", "no"]),
        ("", []),
        (" \n", []),
    ],
)
def test_the_rules_by_example(text: str, tokens: list[str]) -> None:
    """Only the last full stop of a text stands alone, and a contraction needs a plain space behind it."""
    assert tokens == ours(text)


@given(st.lists(PIECES, max_size=4))
def test_the_same_token_is_the_same_character(texts: list[str]) -> None:
    """And another token another one, over all texts of one encoder."""
    encoder = TokenTexts()
    pairs = [pair for text in texts for pair in zip(encoder.encode(text), tokens_of(text), strict=True)]

    assert len(set(pairs)) == len({character for character, _ in pairs}) == len({token for _, token in pairs})


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forgetting starts the characters anew, and the tokens stay right."""
    monkeypatch.setattr(token_text, "_FORGET_AT", 100)
    encoder = TokenTexts()
    first = encoder.encode("again " + " ".join(f"word{number}" for number in range(100)))
    encoder.forget()
    second = encoder.encode("the other one")

    assert first[0] == second[0]
    assert encoder.tokens(second) == ["the", "other", "one"]


def test_more_distinct_tokens_than_a_plane_of_unicode_are_told_apart() -> None:
    """Ids pass through the range of surrogates."""
    encoder = TokenTexts()
    words = [f"w{number}" for number in range(70_000)]

    assert encoder.tokens(encoder.encode(" ".join(words))) == words
