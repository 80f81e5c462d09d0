"""What is looked up once for several beginnings of a text is what each of them alone would come to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelgate.generative.memorization.comparison import Compared, compare, comparisons
from modelgate.generative.memorization.passage import Passage
from modelgate.generative.memorization.recital import recites, share_run
from modelgate.generative.memorization.token_text import TokenTexts

from tests.unit.generative.treebank_pieces import PIECES

CUTS = st.lists(st.integers(0, 60), max_size=4)


@given(PIECES | st.text(max_size=60), CUTS)
def test_beginnings_are_those_of_the_text(text: str, cuts: list[int]) -> None:
    """In any order, cut inside a word, inside white space and behind the end."""
    texts = TokenTexts()
    passage, collapsed = Passage(texts, text), " ".join(text.split())
    for characters in cuts:
        assert passage.beginning(characters) == texts.encode(text[:characters])
        assert passage.collapsed_beginning(characters) == texts.encode(collapsed[:characters])


@given(st.lists(PIECES, max_size=4), PIECES | st.text(st.sampled_from("ab \n\t"), max_size=600))
def test_completions_are_compared_as_if_each_were_alone(completions: list[str], reference: str) -> None:
    """Whatever was looked at for the one before, and however much white space the reference begins with."""
    texts = TokenTexts()
    written = [text.strip() for text in completions]

    def alone(text: str) -> Compared:
        one, rest = " ".join(text.split()), " ".join(reference.split())
        return Compared(
            as_written=compare(texts.encode(text), texts.encode(reference[: len(text)])),
            collapsed=compare(texts.encode(one), texts.encode(rest[: len(one)])),
            recited=recites(texts, one, rest[: len(one)]),
        )

    assert [alone(text) for text in written] == list(comparisons(texts, written, reference))


def test_what_was_forgotten_in_between_is_looked_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Characters stand for other tokens then."""
    monkeypatch.setattr("modelgate.generative.memorization.token_text._FORGET_AT", 0)
    reference = "one two three four five six"

    found = list(comparisons(TokenTexts(), ["one two", "six one two", "one two three"], reference))

    assert [one.as_written.prefix for one in found] == [2, 0, 3]


@given(st.text("ab", max_size=40), st.text("ab", max_size=40), st.integers(1, 12))
def test_a_run_is_found_wherever_it_begins(one: str, other: str, length: int) -> None:
    """As by trying every place in both."""
    runs = {one[at : at + length] for at in range(len(one) - length + 1)}

    assert share_run(one, other, length) == any(run in other for run in runs)
