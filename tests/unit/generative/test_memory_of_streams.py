"""Scoring remembers no more after more answers, however hostile their words."""

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache

import pytest
from modelgate.generative.bias import answers as bias_answers
from modelgate.generative.disinformation.lexical_judge import LexicalJudge
from modelgate.generative.memorization import score as memorization
from modelgate.generative.memorization import token_text
from modelgate.generative.memorization.token_text import TokenTexts

from tests.benchmarks.streaming import SCORES
from tests.unit.docs.policy_pages import ROOT

FEW, MANY = 5_000, 20_000
_RUN = (
    "import json, sys; "
    "from tests.benchmarks.streaming import run; print(json.dumps(run(sys.argv[1], int(sys.argv[2]), 1)))"
)
_SPREAD_MIB = 2.0  # equal runs differ by less; a text kept of each answer would take more than twice as much


@lru_cache
def mib(concern: str, records: int) -> float:
    """The most memory that a fresh process held while it scored so many answers."""
    command = [sys.executable, "-c", _RUN, concern, str(records)]
    found = json.loads(subprocess.run(command, capture_output=True, check=True, cwd=ROOT).stdout)
    assert found["counted"] == records
    return float(found["mib"])


@pytest.mark.parametrize("concern", [concern for concern in SCORES if concern != "memorization"])
def test_four_times_as_many_answers_take_no_more_memory(concern: str) -> None:
    """None of them has a word that another one has."""
    assert mib(concern, MANY) < mib(concern, FEW) + _SPREAD_MIB


def test_memorization_holds_as_many_words_as_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """With every word new and some of them enormous it forgets, between two completions."""
    monkeypatch.setattr(token_text, "_FORGET_AT", 20_000)
    texts = TokenTexts()
    most = 0
    for text in _new_words(2_000):
        texts.forget()
        texts.encode(text)
        most = max(most, texts._words.kept)

    assert 20_000 < most < 20_000 + 3 * max(map(len, _new_words(2_000)))
    assert len(texts._words) + len(texts._words.characters) < 3 * 20_000


def _new_words(texts: int) -> Iterator[str]:
    for at in range(texts):
        yield " ".join([f"w{at}x{word}" for word in range(20)] + ["long" * (at % 500) + f"{at}"])


def test_nothing_else_is_remembered_without_a_bound() -> None:
    """Every cache of the evaluators has a size; texts of any length go into none."""
    for cached in (bias_answers._known, bias_answers._short):
        assert cached.cache_parameters()["maxsize"] is not None
    before = bias_answers._known.cache_info().currsize
    bias_answers.parse("x" * 10**6, ("a", "b", "c"), ("a", "b", "c"))
    assert bias_answers._known.cache_info().currsize <= before + 3
    LexicalJudge().judge("Bats are blind", ["x" * 10**6])
    assert memorization._REMEMBERED.texts._words.kept < token_text._FORGET_AT + 40_000
