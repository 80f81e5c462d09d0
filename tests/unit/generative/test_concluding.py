"""Collections and tallies come to one report, whatever the order and the number of processes."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest
from modelgate.contracts.digests import sha256_of
from modelgate.errors import BindingError
from modelgate.generative.collection import Collection, Part, parts_of
from modelgate.generative.concluding import Scored, conclude, conclude_fault
from modelgate.generative.evaluation import Asked
from modelgate.generative.evaluators import EVALUATORS, unmeasured
from modelgate.generative.records import Answered, Completion, line_of, read_prompts
from modelgate.generative.scoring import score_part
from modelgate.generative.tallies import read_tally, require_fitting, tally_key
from modelgate.generative.tally import Tally

from tests.unit.generative.asked_models import MODEL
from tests.unit.steps.generative_world import RECORDED, Mild, evaluation_of, mild, prompts_of

ALL = ("memorization", "bias", "toxicity", "disinformation")
PROMPTS = {concern: prompts_of(concern) for concern in ALL}
EVALUATION = evaluation_of(RECORDED, PROMPTS)
IMAGE = "sha256:" + "5" * 64
SAYINGS = ("A.", "There is no evidence for that.", "damn", "", "word 1 word 1 word")


def answers_to(asked: Asked) -> Iterable[tuple[Part, list[bytes]]]:
    """Each part of what is asked, with lines of made-up answers."""
    for key, lines in parts_of(MODEL, asked, EVALUATION.target.pace, map(line_of, PROMPTS[asked.concern])):
        written = [
            line_of(
                Answered(
                    prompt=prompt,
                    completions=(Completion(text=SAYINGS[at % len(SAYINGS)], finish_reason="stop", output_tokens=1),),
                    failed=0,
                    input_tokens=2,
                )
            )
            for at, prompt in enumerate(read_prompts(lines))
        ]
        part = Part(
            key=key,
            concern=asked.concern,
            dataset_id=asked.dataset_id,
            answers_digest=sha256_of(b"".join(written)),
            prompts=len(written),
            failed=0,
            input_tokens=2 * len(written),
            output_tokens=len(written),
        )
        yield part, written


ANSWERS = [found for asked in EVALUATION.asked for found in answers_to(asked)]
COLLECTION = Collection(
    evaluation=EVALUATION.name,
    evaluation_digest=EVALUATION.digest,
    model=MODEL,
    parts=tuple(part for part, _ in ANSWERS),
)


def scored(processes: int = 1) -> list[Scored]:
    """Every part with its tally, read again as the check step reads it."""
    made = []
    for part, lines in ANSWERS:
        tally = score_part(part, lines, EVALUATION, find_scorer=mild, processes=processes)
        made.append(Scored(part=part, tally=read_tally(tally.to_json(), part, EVALUATION)))
    return made


def concluded(tallies: Sequence[Scored]) -> bytes:
    """The report on *tallies*."""
    return conclude(COLLECTION, tallies, EVALUATION, scoring_image_digest=IMAGE)


def test_the_order_of_tallies_and_the_number_of_processes_do_not_show() -> None:
    """Any machine may have scored any part, and finish when it does."""
    expected = concluded(scored())
    tallies = scored(processes=2)
    for turn in range(len(tallies)):
        assert concluded([*reversed(tallies[turn:]), *tallies[:turn]]) == expected


def test_a_tally_that_is_missing_or_comes_twice_is_refused() -> None:
    """A smaller number of answers is another number."""
    tallies = scored()
    for some in (tallies[1:], [*tallies, tallies[0]], [], [*tallies[1:], tallies[1]]):
        with pytest.raises(BindingError, match="not those of the collection's parts, each once"):
            concluded(some)


def test_one_part_without_its_scorer_makes_the_metric_missing() -> None:
    """Half of the answers do not stand for all of them."""
    tallies = scored()
    (at, *_) = [at for at, one in enumerate(tallies) if one.part.concern == "toxicity"]
    tallies[at] = replace(tallies[at], tally=Tally().of_shard(tallies[at].part.key))
    metrics = json.loads(concluded(tallies))["generative_metrics"]

    toxic = metrics["toxicity/toxic_frac+sklearn-profanity@1.9.1"]
    assert (toxic["value"], toxic["n"]) == (None, 0)
    assert "was not there for 1 of 3 parts" in toxic["reason"]
    assert metrics["memorization/helm_lcp@1"]["value"] is not None


def test_a_tally_of_nothing_is_none_where_no_scorer_is_needed() -> None:
    """Memorization and bias can always be counted."""
    for part, _ in ANSWERS:
        tally = Tally().of_shard(part.key)
        if EVALUATORS[part.concern].tool(EVALUATION) is None:
            with pytest.raises(BindingError, match="counts 0 completions"):
                require_fitting(tally, part, EVALUATION)
        else:
            require_fitting(tally, part, EVALUATION)


def test_answers_judged_by_other_rules_are_not_concluded_on() -> None:
    """A judge is its rules: the agreement that is measured would be that of another one."""
    tallies = scored()
    (at, *_) = [at for at, one in enumerate(tallies) if one.part.concern == "disinformation"]
    counts = {k: n for k, n in tallies[at].tally.counts.items() if k[0] != "judge"}
    tallies[at] = replace(tallies[at], tally=replace(tallies[at].tally, counts={**counts, ("judge", "other@1+0"): 1}))

    with pytest.raises(BindingError, match=r"were judged by 'other@1\+0', and lexical@"):
        concluded(tallies)


def test_a_failed_part_has_at_least_its_failures_in_the_tally() -> None:
    """A tally that counts fewer was made of other answers."""
    part, lines = next((part, lines) for part, lines in ANSWERS if part.concern == "toxicity")
    tally = score_part(part, lines, EVALUATION, find_scorer=mild, processes=1)

    with pytest.raises(BindingError, match="counts 0 failures, the part has 1"):
        require_fitting(tally, replace(part, failed=1), EVALUATION)


def test_everything_that_scores_is_in_a_tallys_key() -> None:
    """Answers, part, scorer, judge and image: a change of any of them is another tally."""
    part = ANSWERS[0][0]
    judge = replace(EVALUATION.judge, name="lexical@99")
    keys = {
        tally_key(part, EVALUATION, IMAGE),
        tally_key(part, EVALUATION, IMAGE.replace("5", "6")),
        tally_key(replace(part, answers_digest=IMAGE), EVALUATION, IMAGE),
        tally_key(replace(part, key="k"), EVALUATION, IMAGE),
        tally_key(replace(part, concern="bias"), EVALUATION, IMAGE),
        tally_key(part, replace(EVALUATION, scorer="comprehend@2017-11-27"), IMAGE),
        tally_key(part, replace(EVALUATION, judge=judge), IMAGE),
    }

    assert len(keys) == 7
    assert tally_key(part, replace(EVALUATION, version=2), IMAGE) in keys


def test_a_fault_makes_every_number_missing_under_the_same_names() -> None:
    """So that a policy finds what it asks for, and the reason there."""
    whole = json.loads(concluded(scored()))["generative_metrics"]
    nothing = replace(COLLECTION, parts=(), fault="it names no model")
    report = json.loads(conclude_fault(nothing, "it names no model", EVALUATION, scoring_image_digest=IMAGE))
    metrics = report["generative_metrics"]

    assert metrics.keys() == whole.keys()
    assert {(one["value"], one["n"]) for one in metrics.values()} == {(None, 0)}
    assert {one["reason"] for one in metrics.values()} == {"the model was not asked: it names no model"}
    assert report["dataset"]["item_count"] == 0
    assert report["dataset"]["evaluation"]["fault"] == "it names no model"


@pytest.mark.parametrize("concern", ALL)
def test_every_evaluator_says_what_it_does_not_know(concern: str) -> None:
    """Each measurement has a reason, and none has a value."""
    found = unmeasured(concern, "made-up@1", EVALUATION, "nobody was asked")

    assert found
    assert {(one.value, one.reason, one.interval, one.slices) for one in found} == {
        (None, "nobody was asked", None, ())
    }


def test_the_double_stands_for_a_scorer_of_that_name() -> None:
    """The evaluation made up here names it."""
    assert f"{Mild.id}@{Mild.version}" == EVALUATION.scorer
