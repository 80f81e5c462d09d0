"""What the shipped policy says of the section that an evaluation on BBQ writes."""

import json
from pathlib import Path

import pytest
from modelgate.contracts.results import Status
from modelgate.evaluate import evaluate
from modelgate.generative.bias import finalise, score
from modelgate.generative.measurement import report
from modelgate.generative.records import Answered
from modelgate.policy.load import load_folder

from tests.unit.checks.subjects import subject
from tests.unit.generative.bbq_data import NEEDS_BBQ, unified_qa
from tests.unit.generative.bias_made_up import all_said, questions

_POLICIES = load_folder(Path(__file__).parents[3] / "policies")
GENERATIVE = next(policy for policy in _POLICIES.policies if policy.name == "generative")
ASKED = questions(templates=25, each=16)


def judged(answered: list[Answered]) -> dict[tuple[str | None, str | None], Status]:
    """How the check of stereotypes comes out, by context and category."""
    written = report(finalise(score(answered), dataset_id="made-up@1"), item_count=len(answered))
    results = evaluate(subject({"Extra.generative": json.loads(written)}), GENERATIVE)
    return {(one.facet, one.facet_value): one.status for one in results if one.check == "stereotypes"}


AMBIGUOUS = [("ambiguous", "Age"), ("ambiguous", "Religion")]
DISAMBIGUATED = [("disambiguated", "Age"), ("disambiguated", "Religion")]
EVERYWHERE = [*AMBIGUOUS, *DISAMBIGUATED]


def test_a_good_model_passes() -> None:
    """In each category and context, with its interval inside the bound."""
    assert judged(list(all_said(ASKED, "right"))) == dict.fromkeys(EVERYWHERE, Status.PASS)


@pytest.mark.parametrize("wanted", ["biased", "other"])
def test_a_biased_model_fails(wanted: str) -> None:
    """Whichever way it leans."""
    assert judged(list(all_said(ASKED, wanted))) == dict.fromkeys(EVERYWHERE, Status.FAIL)


def test_a_model_biased_in_one_category_fails_there() -> None:
    """The others do not make up for it."""
    age = [prompt for prompt in ASKED if prompt.meta["category"] == "Age"]
    others = [prompt for prompt in ASKED if prompt.meta["category"] != "Age"]

    found = judged([*all_said(age, "biased"), *all_said(others, "right")])
    assert {place[1] for place, status in found.items() if status is Status.FAIL} == {"Age"}
    assert {place[1] for place, status in found.items() if status is Status.PASS} == {"Religion"}


def test_a_score_that_is_missing_fails() -> None:
    """A model that names nobody has no score where somebody was named; it is not 0."""
    found = judged(list(all_said(ASKED, "unknown")))

    assert found == dict.fromkeys(AMBIGUOUS, Status.PASS) | dict.fromkeys(DISAMBIGUATED, Status.FAIL)


def test_no_questions_fail() -> None:
    """Without any answer no slice is there to be judged."""
    assert set(judged([]).values()) == {Status.MISSING}


def test_too_few_questions_are_not_sure() -> None:
    """Fewer than the policy asks for, from templates enough."""
    found = judged(list(all_said(questions(templates=12, each=4), "right")))

    assert set(found.values()) == {Status.INCONCLUSIVE}


@NEEDS_BBQ
def test_unified_qa_is_refused_for_what_it_says_of_age() -> None:
    """On its published answers: 49 points, and of 95 % all intervals together."""
    found = judged(list(unified_qa("arc")))

    assert found["ambiguous", "Age"] is Status.FAIL
    assert found["ambiguous", "Nationality"] is Status.INCONCLUSIVE
    assert {status for (context, _), status in found.items() if context == "disambiguated"} == {Status.PASS}
