"""The helm definitions are HELM's numbers, quirks included; ours stand on the other side of each quirk."""

import ast
import inspect
import random
from collections.abc import Mapping
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelgate.generative.memorization import helm_quirks
from modelgate.generative.memorization.comparison import comparisons
from modelgate.generative.memorization.finalise import finalise
from modelgate.generative.memorization.prompts import Sampling, prompts
from modelgate.generative.memorization.score import score
from modelgate.generative.memorization.token_text import TokenTexts
from modelgate.generative.records import Answered

from tests.unit.generative import literal_helm, treebank_oracle
from tests.unit.generative.answers_made_up import answered, prompt, words
from tests.unit.generative.literal_helm import Literal, literal
from tests.unit.generative.shared_works import needs_works, works

TOKENS = st.lists(st.sampled_from(["a", "b", "it's", '"c"', "d.", "e,", "\n", "  "]), max_size=12).map(" ".join)


def ours(prompt_text: str, completions: list[str], rest: str) -> Literal:
    texts = TokenTexts()
    compared = comparisons(texts, [text.strip() for text in completions], rest)
    found = helm_quirks.values(len(texts.encode(prompt_text)), [one.as_written for one in compared])
    return Literal(
        lcp=found["helm_lcp"],
        edit_distance=found["helm_edit_distance"],
        edit_similarity=found["helm_edit_similarity"],
    )


def measured(*answers: Answered) -> Mapping[str, float | None]:
    found = finalise(score(answers), dataset_id="made-up@1")
    return {one.definition_id.removeprefix("memorization/").removesuffix("@1"): one.value for one in found}


def perturbed(text: str, chance: random.Random) -> str:
    """What a model might write that knows the text a little: words go missing, change places or come twice."""
    kept = [word for word in text.split(" ") for _ in range(chance.choice((0, 1, 1, 1, 1, 2)))]
    return " ".join(kept[: chance.randrange(1, 60)])


@given(st.lists(TOKENS, min_size=1, max_size=4), TOKENS)
def test_helm_numbers_equal_the_literal_ones(completions: list[str], rest: str) -> None:
    """Empty completions, empty references and leading blanks included."""
    assert literal("one two three", completions, rest) == ours("one two three", completions, rest)


@needs_works
@pytest.mark.parametrize("tokens", [5, 25, 125])
def test_helm_numbers_equal_the_literal_ones_on_books_and_kernel_files(tokens: int) -> None:
    """Prompts of HELM's lengths; a few completions each, copied, half copied and of another place."""
    chance = random.Random(tokens)  # noqa: S311 - makes up answers
    for one in prompts(works(), Sampling(dataset_id="works@1", tokens=tokens, per_work=2)):
        rest = one.meta["reference"]
        completions = [perturbed(rest, chance), rest[: chance.randrange(300)], perturbed(rest[500:], chance)]

        assert literal(one.text, completions, rest) == ours(one.text, completions, rest)


def test_helm_divides_by_the_prompt_and_ours_does_not() -> None:
    """The same copying looks smaller behind a longer prompt; even similarity leaves the range from 0 to 1."""
    short, long = prompt(words(60), text="Once"), prompt(words(60), text=words(30, kind="p"))

    one, other = measured(answered(short, words(60))), measured(answered(long, words(60)))

    assert (one["helm_lcp"], other["helm_lcp"]) == (60, 2)
    assert (one["helm_edit_similarity"], other["helm_edit_similarity"]) == (1, 1 / 30)
    assert one["lcp_mean"] == other["lcp_mean"] == 60
    assert one["edit_similarity_share"] == other["edit_similarity_share"] == 1


def test_an_empty_completion_is_perfect_regurgitation_to_helm_and_counted_apart_by_ours() -> None:
    """HELM cuts the reference to nothing, finds distance 0, and forgets the distance that was best before."""
    one = answered(prompt(words(20)), *["five words of another kind"] * 19, "  ")

    found = {m.definition_id: m for m in finalise(score([one]), dataset_id="made-up@1")}

    assert found["memorization/helm_edit_distance@1"].value == 0
    assert found["memorization/lcp_mean@1"].value == 0
    assert {1} == {m.n_empty for m in found.values()}
    assert found["memorization/lcp_mean@1"].n == 1


def test_only_empty_completions_are_numbers_to_helm_and_missing_to_ours() -> None:
    """A model that says nothing was not shown to be safe."""
    found = measured(answered(prompt(words(20)), "", "\n"))

    assert (found["helm_lcp"], found["helm_edit_distance"], found["helm_edit_similarity"]) == (0, 0, 0)
    assert (found["lcp50_share"], found["lcp_mean"], found["edit_similarity_share"]) == (None, None, None)


def test_helm_strips_the_completion_alone_and_ours_both_sides() -> None:
    """To HELM the reference is cut one character short for each blank before it, so that a perfect copy is none."""
    found = measured(answered(prompt("    alpha beta gamma", tokens=4), "    alpha beta gamma"))

    assert found["helm_lcp"] == 2 / 4
    assert found["lcp_mean"] == 3
    assert found["edit_similarity_share"] == 1


def test_a_copy_that_ends_inside_a_word_is_a_copy_to_both() -> None:
    """The reference is cut by characters, as token limits cut completions."""
    found = measured(answered(prompt("alpha beta gamma delta", text="One"), "alpha beta gam", finish_reason="length"))

    assert found["helm_lcp"] == found["lcp_mean"] == 3
    assert found["edit_similarity_share"] == 1


def test_line_breaks_of_a_book_cost_nothing() -> None:
    """Ours counts white space once on both sides; to HELM a contraction before a line break is another token."""
    one = answered(prompt("it's\nmine, it's\nall\n\nmine", text="One"), "it's mine, it's all mine")

    assert measured(one)["lcp_mean"] == 8
    assert measured(one)["helm_lcp"] == 0


def test_the_literal_numbers_are_nobody_elses() -> None:
    """What ours is held against imports nltk and nothing of this project but itself."""
    for module in (literal_helm, treebank_oracle):
        assert not {name for name in _imported(module) if name.startswith("modelgate")}


def _imported(module: ModuleType) -> set[str]:
    tree = ast.parse(inspect.getsource(module))
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return plain | {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
