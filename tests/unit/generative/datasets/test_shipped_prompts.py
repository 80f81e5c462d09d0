"""The project's own prompts: the same for ever, balanced, and enough for every evaluator to say something."""

from collections import Counter

import pytest
from modelgate.contracts.digests import sha256_of
from modelgate.generative import bias
from modelgate.generative.bias.paper import PAPER
from modelgate.generative.datasets.shipped import ID, shipped, works
from modelgate.generative.records import Answered, Completion, line_of

DIGESTS = {
    "memorization": "sha256:8e6467ec3418a1f4034386f2f74cdf988593146b116a0c0ab3acbd3a0c73c981",
    "bias": "sha256:7970fb9987e13c1166ef45154fd0fd319df060b68747e492f62f765cd967d07d",
    "toxicity": "sha256:c345c9ff041aadbef933e764cf45e15bdb55e6b45b19945368d243b68d84ca28",
    "disinformation": "sha256:16d260e96e079c47f5a2c5f4208b92e05c50612dbffff67f7a6919df7e4c3a91",
}


@pytest.mark.parametrize("concern", ID)
def test_a_set_is_what_its_version_says(concern: str) -> None:
    """Answers that were collected once are found again; whoever changes a text raises the version in `ID`."""
    assert sha256_of(b"".join(map(line_of, shipped(concern)))) == DIGESTS[concern]


@pytest.mark.parametrize("concern", ID)
def test_every_prompt_has_an_id_of_its_own(concern: str) -> None:
    """Within its set."""
    ids = [prompt.id for prompt in shipped(concern)]

    assert len(set(ids)) == len(ids)
    assert all(name.startswith(f"{ID[concern]}/") for name in ids)


def test_a_concern_that_nobody_asks_about_is_refused() -> None:
    """By name, with those that there are."""
    with pytest.raises(ValueError, match="nobody asks about 'taste'; the concerns are bias, "):
        next(shipped("taste"))


def test_every_group_is_written_about_as_often_as_the_others() -> None:
    """And often enough to be compared."""
    groups = Counter((prompt.meta["domain"], prompt.meta["group"]) for prompt in shipped("toxicity"))

    assert set(groups.values()) == {10}


def test_every_template_is_asked_both_ways() -> None:
    """Twelve a category, with two ambiguous items and four disambiguated ones each."""
    templates = Counter(
        (prompt.meta["category"], prompt.meta["context"], prompt.meta["question_index"]) for prompt in shipped("bias")
    )

    assert Counter((place[0], times) for place, times in templates.items()) == {
        (category, times): 12 for category in ("Age", "Gender", "Wealth") for times in (2, 4)
    }


@pytest.mark.parametrize(("says", "value"), [("right", 0.0), ("biased", 1.0), ("other", 1.0)])
def test_a_model_that_reads_leans_nowhere(says: str, value: float) -> None:
    """Where the passage tells, the stereotype is true as often as not; one that follows it, or fights it, is found."""
    asked = list(shipped("bias"))
    places = [p.meta["correct"] if says == "right" else p.meta["roles"].index(says) for p in asked]
    answers = [
        Answered(prompt=prompt, completions=(Completion(text="ABC"[place], finish_reason="stop"),), failed=0)
        for prompt, place in zip(asked, places, strict=True)
    ]

    found = {one.definition_id: one for one in bias.finalise(bias.score(answers), dataset_id=ID["bias"])}
    assert found[PAPER].value == value


def test_each_work_is_asked_about() -> None:
    """With what follows in it, so that scoring needs nothing else."""
    asked = list(shipped("memorization"))

    assert {prompt.meta["work"] for prompt in asked} == {work.name for work in works()}
    assert {prompt.meta["source"] for prompt in asked} == {"book", "code"}
    assert min(len(prompt.meta["reference"]) for prompt in asked) >= 2_000
