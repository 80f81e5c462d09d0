"""What a model writes is data: it changes no key, no line, no path, no structure, and no verdict but its own."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from modelgate.contracts.results import Verdict
from modelgate.errors import ModelgateError
from modelgate.generative.collection import parts_of
from modelgate.generative.disinformation.lexical_judge import LexicalJudge
from modelgate.generative.evaluation import Evaluation
from modelgate.generative.evaluators import EVALUATORS
from modelgate.generative.measurement import report
from modelgate.generative.records import Answered, Completion, Prompt, line_of, read_answers
from modelgate.generative.scoring import Scoring
from modelgate.generative.tally import Tally
from modelgate.reports.read import read_report

from tests.unit.generative.asked_models import MODEL
from tests.unit.generative.hostile_texts import HOSTILE, MARK
from tests.unit.generative.test_generative_policy import CHECKS, Model, evaluation, judged, of, statuses
from tests.unit.steps.generative_world import RECORDED, evaluation_of, mild, prompts_of

__all__ = ["evaluation"]

PROMPTS = {concern: prompts_of(concern) for concern in EVALUATORS}
EVALUATION = evaluation_of(RECORDED, PROMPTS)
SHORT = [text for text in HOSTILE if len(text) < 200]
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=80) | st.sampled_from(
    [text for text in HOSTILE if len(text) < 200]
)
HARMLESS = "Nobody knows."


def answered(prompts: Iterable[Prompt], *texts: str) -> list[Answered]:
    """Each of *prompts* with the next of *texts*, read back from its line."""
    made = (
        Answered(
            prompt=prompt,
            completions=(Completion(text=texts[at % len(texts)], finish_reason=texts[at % len(texts)]),),
            failed=0,
        )
        for at, prompt in enumerate(prompts)
    )
    return list(read_answers(map(line_of, made)))


def tally_of(concern: str, answers: Iterable[Answered]) -> Tally:
    """What the gate counts."""
    judge = f"{LexicalJudge.id}@{LexicalJudge.version}"
    return Scoring(concern=concern, scorer=EVALUATION.scorer, judge=judge, find_scorer=mild)(answers)


def written(*texts: str) -> bytes:
    """The report on a model that writes *texts* to everything it is asked."""
    measured = []
    for concern, evaluator in EVALUATORS.items():
        tally = tally_of(concern, answered(PROMPTS[concern], *texts))
        measured += evaluator.finalise(tally, "made-up@1", EVALUATION)
    return report(measured, item_count=80)


def shape(document: Any) -> Any:
    """The members of a document, whatever the numbers and reasons in it; a slice is a slice with or without one."""
    if isinstance(document, dict):
        return {key: shape(value) for key, value in document.items() if key not in ("interval", "value", "reason")}
    return None


def words_of(tally: Tally) -> set[str]:
    """Everything that is not a number in the keys of *tally*."""
    return {part for key in (*tally.counts, *tally.sums) for part in key if not part.isdecimal()}


USUAL = {
    concern: words_of(tally_of(concern, answered(prompts, HARMLESS, "A", "", "damn", "I can't write that.")))
    | {"biased", "other", "unknown", "correct", "unparsed", "empty", "failed", "without"}
    | {"disinformation/support_rate@1", "conclusive", "long_prefix", "similar", "prefix", "prefix_squares", "cut"}
    | {"toxic_maximum", "helm_lcp", "helm_edit_distance", "helm_edit_similarity"}
    for concern, prompts in PROMPTS.items()
}
SHAPE = shape(json.loads(written(HARMLESS)))


@pytest.mark.parametrize("concern", EVALUATORS)
@settings(deadline=None, max_examples=50)
@given(text=ANY_TEXT)
def test_no_text_becomes_a_key_of_a_tally(concern: str, text: str) -> None:
    """Whatever is written, and given as the reason why it ended; a tally is one line of ASCII."""
    tally = tally_of(concern, answered(PROMPTS[concern], text))

    assert words_of(tally) <= USUAL[concern]
    data = tally.to_json()
    assert data.isascii()
    assert data.decode().splitlines(keepends=True) == [data.decode()]


@settings(deadline=None, max_examples=50)
@given(st.lists(ANY_TEXT.filter(str.strip), min_size=1, max_size=3))
def test_no_text_changes_the_form_of_a_report(texts: list[str]) -> None:
    """The same members, and the same facts for the policy, as of a model that writes harmless sentences.

    Blank answers are no text: a concern without any has no slices.
    """
    data = written(*texts)

    assert shape(json.loads(data)) == SHAPE
    assert data.isascii()
    assert MARK.encode() not in data
    places = {(fact.metric, fact.facet, fact.facet_value) for fact in read_report("Extra.generative", data)}
    assert places == {(f.metric, f.facet, f.facet_value) for f in read_report("Extra.generative", written(HARMLESS))}


def test_a_hostile_answer_counts_as_any_other_of_its_class() -> None:
    """No letter, no copied word, not toxic, and nothing that the judge takes for support."""
    for text in HOSTILE:
        bias = tally_of("bias", answered(PROMPTS["bias"], text))
        assert bias == tally_of("bias", answered(PROMPTS["bias"], HARMLESS))
        toxicity = tally_of("toxicity", answered(PROMPTS["toxicity"], text))
        assert toxicity == tally_of("toxicity", answered(PROMPTS["toxicity"], HARMLESS))
        assert tally_of("memorization", answered(PROMPTS["memorization"], text)).count("all", "", "long_prefix") == 0
        assert not any(
            hits != "0"
            for hits in tally_of("disinformation", answered(PROMPTS["disinformation"], text)).under(
                "disinformation/support_rate@1"
            )
        )


def with_hostile(answers: Iterable[Answered]) -> Iterator[Answered]:
    """The same answers, each with something hostile behind it; the longest texts are in the tests above."""
    for at, one in enumerate(answers):
        behind = SHORT[at % len(SHORT)]
        texts = (replace(c, text=f"{c.text}\n{behind}", finish_reason=behind) for c in one.completions)
        yield replace(one, completions=tuple(texts))


@pytest.mark.parametrize("concern", ["memorization", "disinformation", "toxicity"])
def test_nothing_written_behind_an_answer_changes_the_verdict(evaluation: Evaluation, concern: str) -> None:
    """A bad model is rejected for the same check as without it, and a good one approved."""
    good, bad = of(Model()), of(Model(bad=frozenset({concern})))
    for answers, expected in ((good, Verdict.APPROVE), (bad, Verdict.REJECT)):
        plain, hostile = (
            judged(evaluation, answers | {concern: list(some)})
            for some in (answers[concern], with_hostile(answers[concern]))
        )

        assert hostile.verdict is plain.verdict is expected
        assert statuses(hostile) == statuses(plain)
        assert MARK not in repr(hostile)


def test_an_answer_with_something_behind_it_is_no_way_past_the_questions(evaluation: Evaluation) -> None:
    """What follows a letter leaves it a letter, or makes the answer unreadable, which is a missing number."""
    answers = of(Model(bad=frozenset({"bias"})))
    judgement = judged(evaluation, answers | {"bias": list(with_hostile(answers["bias"]))})

    assert judgement.verdict is Verdict.REJECT
    assert CHECKS["bias"] <= {check for check, found in statuses(judgement).items() if "pass" not in map(str, found)}


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_prompt_chooses_a_path(text: str) -> None:
    """Answers lie under a digest, whatever the prompts say and are called."""
    prompt = Prompt(id=text, concern="bias", text=text, meta={text: text})

    (part,) = parts_of(MODEL, EVALUATION.asked[0], EVALUATION.target.pace, [line_of(prompt)])
    assert re.fullmatch(r"[0-9a-f]{64}", part[0])


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("concern", EVALUATORS)
def test_a_prompt_that_is_refused_is_named_in_one_line_of_ascii(concern: str, text: str) -> None:
    """So that the line that a step says stays one line, of bounded length."""
    prompt = Prompt(id=text, concern=concern, text=text, meta={text[:50]: text, "category": text, "roles": [text]})

    with pytest.raises(ModelgateError) as refused:
        tally_of(concern, [replace(one, prompt=prompt) for one in answered(PROMPTS[concern][:1], text)])
    message = str(refused.value)
    assert message.isascii()
    assert message.isprintable()
    assert len(message) < 1500
