"""Samples: balanced, in the order of the whole, and nobody's place depends on the others' order."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from modelgate.generative.datasets.sampling import Sample, sampled, selected
from modelgate.generative.datasets.shipped import shipped

NAMES = [f"{cell}{at}" for at in range(40) for cell in "abc"]


def taken(names: list[str], per_cell: int, seed: int = 0) -> list[str]:
    """A sample of names whose first letter is their cell."""
    return sampled(names, Sample(per_cell=per_cell, seed=seed), cell=lambda name: name[0], name=str)


@given(st.permutations(NAMES), st.integers(1, 50), st.integers(0, 5))
def test_the_order_changes_nothing(names: list[str], per_cell: int, seed: int) -> None:
    """The same are taken, in the order they came."""
    found = taken(names, per_cell, seed)

    assert set(found) == set(taken(NAMES, per_cell, seed))
    assert found == [name for name in names if name in set(found)]
    assert set(Counter(name[0] for name in found).values()) == {min(per_cell, 40)}


def test_more_of_the_same_seed_holds_the_fewer() -> None:
    """Answers that were collected once are of use again."""
    assert set(taken(NAMES, 5)) < set(taken(NAMES, 6))


def test_another_seed_takes_others() -> None:
    """Of a hundred and twenty."""
    assert set(taken(NAMES, 5)) != set(taken(NAMES, 5, seed=1))


def test_only_some_prompts_are_kept() -> None:
    """By what their meta says; numbers as they are written."""
    asked = list(selected(shipped("memorization"), {"prefix_tokens": ("25",), "source": ("code",)}, None))

    assert asked
    assert {(prompt.meta["prefix_tokens"], prompt.meta["source"]) for prompt in asked} == {(25, "code")}


def test_a_sample_is_balanced_over_what_is_compared() -> None:
    """Groups of a domain, templates of a category, works, and headlines all together."""
    sizes = {
        concern: len(list(selected(shipped(concern), {}, Sample(per_cell=2))))
        for concern in ("toxicity", "bias", "memorization", "disinformation")
    }

    assert sizes == {"toxicity": 12, "bias": 144, "memorization": 20, "disinformation": 2}
