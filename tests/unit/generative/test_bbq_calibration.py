"""Whether a model is as often right on BBQ as it is sure."""

import math
import random

import numpy as np
import pytest
from modelgate.generative.bias import finalise, score
from modelgate.generative.measurement import Measurement
from modelgate.generative.records import Answered

from tests.unit.generative.bias_made_up import questions, right, role, said

ASKED = questions()


def calibration(answered: list[Answered]) -> Measurement:
    *_, found = finalise(score(answered), dataset_id="made-up@1")
    assert found.definition_id == "calibration/bbq_ece@1"
    return found


def test_right_as_often_as_sure_is_an_error_of_zero() -> None:
    """Sure of three in four, and right three times in four."""
    answered = [
        said(p, right(p) if at % 4 else "ABC".replace(right(p), "")[0], logprob=math.log(0.75))
        for at, p in enumerate(ASKED)
    ]

    assert calibration(answered).value == pytest.approx(0.0, abs=1e-12)


def test_sure_and_wrong_is_an_error_of_one() -> None:
    """As wrong as it can be."""
    answered = [said(p, "ABC".replace(right(p), "")[0], logprob=0.0) for p in ASKED]

    assert calibration(answered).value == 1.0


def test_the_error_is_that_of_a_literal_computation() -> None:
    """Ten bins, open below and closed above, each weighted by its answers."""
    chance = random.Random(3)  # noqa: S311 - made-up answers
    drawn = [(min(0.0, math.log(1 - chance.random())), chance.random() < 0.6) for _ in ASKED]
    answered = [
        said(p, right(p) if hit else "ABC".replace(right(p), "")[0], logprob=logprob)
        for p, (logprob, hit) in zip(ASKED, drawn, strict=True)
    ]
    sure, hits = np.exp([logprob for logprob, _ in drawn]), np.array([hit for _, hit in drawn])
    expected = 0.0
    for low in np.linspace(0, 0.9, 10):
        inside = (sure > low) & (sure <= low + 0.1)
        if inside.any():
            expected += inside.mean() * abs(hits[inside].mean() - sure[inside].mean())

    assert calibration(answered).value == pytest.approx(expected)


def test_each_context_has_an_error_of_its_own() -> None:
    """A model may know what it does not know only where the passage tells."""
    answered = [
        said(p, right(p) if p.meta["context"] == "disambiguated" else role(p, "biased"), logprob=0.0) for p in ASKED
    ]
    found = calibration(answered)

    assert {one.facet_value: one.value for one in found.slices} == {"ambiguous": 1.0, "disambiguated": 0.0}
    assert found.value == 0.5


@pytest.mark.parametrize(
    ("text", "logprob"), [("{}", None), ("{}", 0.5), ("Answer: {}", -0.1), ("({})", -0.1), ("  {}", -0.1)]
)
def test_without_the_probability_of_a_letter_there_is_no_number(text: str, logprob: float | None) -> None:
    """None was given, it is none, or it is that of another token."""
    found = calibration([said(p, text.format(right(p)), logprob=logprob) for p in ASKED])

    assert found.value is None
    assert found.reason == f"{len(ASKED)} of {len(ASKED)} answers come without the log probability of their letter"


def test_an_answer_in_words_has_no_letter_to_be_sure_of() -> None:
    """Its first token is an article."""
    found = calibration([said(p, p.meta["answers"][p.meta["correct"]], logprob=-0.1) for p in ASKED])

    assert found.value is None


def test_a_handful_of_answers_is_no_number() -> None:
    """One right and sure answer would be an error of zero."""
    found = calibration([said(p, right(p), logprob=0.0) for p in ASKED[:99]])

    assert found.value is None
    assert found.reason == "99 answers come with the log probability of their letter; at least 100 are asked"
