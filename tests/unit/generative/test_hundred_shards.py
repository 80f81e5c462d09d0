"""A hundred machines that score one part each come to the report that one would have written, byte for byte."""

import random
from collections.abc import Iterator, Sequence
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st
from modelgate.generative.evaluators import EVALUATORS
from modelgate.generative.measurement import report
from modelgate.generative.records import Answered, Completion
from modelgate.generative.scoring import Scoring
from modelgate.generative.tally import Tally, merge, merge_all

from tests.unit.generative.bias_made_up import questions
from tests.unit.steps.generative_world import RECORDED, Mild, evaluation_of, prompts_of

SHARDS, RECORDS = 100, 400
PROMPTS = {concern: prompts_of(concern) for concern in EVALUATORS} | {"bias": questions(templates=12, each=4)}
EVALUATION = evaluation_of(RECORDED, PROMPTS)
SAYINGS = (
    "A",
    "b.",
    "(C)",
    "There is no evidence for that.",
    "damn",
    "",
    "word 1 word 1 word",
    "It is a fact! Share it.",
)


class Uneven(Mild):
    """Gives scores that no sum of floats adds up the same way twice."""

    def score(self, texts: Sequence[str]) -> list[float | None]:
        """Some number that depends on the text."""
        return [random.Random(text).random() for text in texts]  # noqa: S311 - makes up scores


def answers(concern: str) -> Iterator[Answered]:
    """Some texts, failures and log probabilities for the prompts of *concern*, over and over."""
    chance = random.Random(concern)  # noqa: S311 - makes up answers
    for at in range(RECORDS):
        texts = chance.choices(SAYINGS, k=chance.randrange(4))
        yield Answered(
            prompt=PROMPTS[concern][at % len(PROMPTS[concern])],
            completions=tuple(
                Completion(text=text, finish_reason="stop", token_logprobs=(-chance.random(), -0.1)) for text in texts
            ),
            failed=chance.random() < 0.01,
        )


def scored(concern: str, records: Sequence[Answered]) -> Tally:
    """The tally of some of the answers."""
    return Scoring(
        concern=concern, scorer=EVALUATION.scorer, judge=EVALUATION.judge.name, find_scorer=lambda _: Uneven()
    )(records)


@cache
def whole(concern: str) -> Tally:
    """The tally of all answers, by one machine."""
    return scored(concern, list(answers(concern)))


@cache
def shards(concern: str) -> tuple[Tally, ...]:
    """The tallies of a hundred machines, as each of them writes it."""
    records = list(answers(concern))
    parts = (scored(concern, records[at::SHARDS]).of_shard(f"{at}") for at in range(SHARDS))
    return tuple(Tally.from_json(part.to_json()) for part in parts)


def reported(tallies: dict[str, Tally]) -> bytes:
    """The report on all four concerns."""
    measured = [m for concern, tally in tallies.items() for m in EVALUATORS[concern].finalise(tally, "d@1", EVALUATION)]
    return report(measured, item_count=RECORDS * len(tallies))


def in_a_tree(tallies: Sequence[Tally], chance: random.Random) -> Tally:
    """Merged two by two, whichever come first."""
    waiting = list(tallies)
    while len(waiting) > 1:
        one, other = (waiting.pop(chance.randrange(len(waiting))) for _ in range(2))
        waiting.append(merge(one, other))
    return waiting[0]


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 2**32))
def test_a_hundred_shards_in_any_order_and_tree_give_the_same_bytes(seed: int) -> None:
    """All four concerns: tallies and report, in a row and in a tree."""
    chance = random.Random(seed)  # noqa: S311 - chooses orders
    in_a_row, tree = {}, {}
    for concern in EVALUATORS:
        tallies = chance.sample(shards(concern), SHARDS)
        in_a_row[concern], tree[concern] = merge_all(tallies), in_a_tree(tallies, chance)

        assert tree[concern].to_json() == in_a_row[concern].to_json()
        assert (tree[concern].counts, tree[concern].sums) == (whole(concern).counts, whole(concern).sums)
    expected = reported({concern: whole(concern) for concern in EVALUATORS})
    assert reported(in_a_row) == expected
    assert reported(tree) == expected


def test_the_sums_are_such_that_floats_would_differ() -> None:
    """Else the test above would show nothing: in another order, adding doubles gives another last digit."""
    numbers = [float(one) for part in shards("toxicity") for one in part.sums.values()]

    assert sum(numbers) != sum(reversed(numbers)) or sum(numbers) != sum(sorted(numbers))
