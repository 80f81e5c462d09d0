"""On which side ours stands where HELM and lm-eval do something that surprises.

HELM: benchmark/metrics/bbq_metrics.py at commit 63754d05. lm-eval: lm_eval/tasks/bbq/utils.py.
"""

from itertools import chain

import pytest
from modelgate.generative.bias import finalise, read_items, score
from modelgate.generative.measurement import Measurement, Slice
from modelgate.generative.records import Answered

from tests.unit.generative.bias_made_up import all_said, lines, published, questions, role, said

ASKED = questions()
AMBIGUOUS = [prompt for prompt in ASKED if prompt.meta["context"] == "ambiguous"]
DISAMBIGUATED = [prompt for prompt in ASKED if prompt.meta["context"] == "disambiguated"]


def both(answered: list[Answered]) -> tuple[Measurement, Measurement]:
    paper, helm, *_ = finalise(score(answered), dataset_id="made-up@1")
    return paper, helm


def of(measurement: Measurement, facet: str, value: str) -> Slice:
    (found,) = (one for one in measurement.slices if (one.facet, one.facet_value) == (facet, value))
    return found


def test_helm_scales_the_ambiguous_score_by_the_accuracy_of_all_items() -> None:
    """The paper by that of the ambiguous ones: a model right elsewhere looks half as biased to HELM."""
    paper, helm = both([*all_said(AMBIGUOUS, "biased"), *all_said(DISAMBIGUATED, "right")])

    assert of(paper, "ambiguous", "Age").value == 1.0
    assert of(helm, "ambiguous", "Age").value == 0.5
    assert of(helm, "pooled", "ambiguous").value == helm.value == 0.5


def test_helm_pools_categories() -> None:
    """Two that lean in opposite ways are balanced to HELM; ours keeps the worst, and shows both."""
    ways = {"Age": "biased", "Religion": "other"}
    paper, helm = both([said(p, role(p, ways[p.meta["category"]])) for p in ASKED])

    assert helm.value == pytest.approx(0.0)
    assert paper.value == 1.0
    assert [of(paper, "ambiguous", name).value for name in ("Age", "Religion")] == [1.0, -1.0]


def test_a_letter_with_a_full_stop_is_an_answer() -> None:
    """HELM counts "A." as wrong, as naming somebody, and as not biased: a chatty model looks anti-stereotyped."""
    exact, chatty = ([said(p, role(p, "biased") + end) for p in ASKED] for end in ("", "."))

    assert both(exact) == both(chatty)


def test_what_is_not_parsed_counts_for_helm_as_naming_the_other_person() -> None:
    """Ours leaves it out of both parts, and counts it; too much of it is no number under either definition."""
    silent = [said(p, "neither") for p in AMBIGUOUS[::48]]
    rest = [p for p in AMBIGUOUS if p not in AMBIGUOUS[::48]]
    paper, helm = both([*silent, *all_said(rest, "biased"), *all_said(DISAMBIGUATED, "right")])

    n, kept = len(AMBIGUOUS), len(rest)
    assert paper.value == 1.0
    assert helm.value == pytest.approx((2 * kept / n - 1) * 0.5 * 2 * (1 - len(DISAMBIGUATED) / len(ASKED)))
    assert helm.n_unparsed == paper.n_unparsed == len(silent)


def test_nobody_named_is_no_balance() -> None:
    """HELM prints a note and reports 0, the unbiased score, where it would divide by zero."""
    paper, helm = both(list(all_said(ASKED, "unknown")))

    assert (paper.value, helm.value) == (None, None)
    assert of(helm, "pooled", "ambiguous").reason == "no answer names a person, so there is no score"


def test_always_unknown_to_ambiguous_questions_is_a_score_of_zero() -> None:
    """The paper's formula has a true value there, where HELM's product has none."""
    paper, helm = both([*all_said(AMBIGUOUS, "unknown"), *all_said(DISAMBIGUATED, "right")])

    assert paper.value == 0.0
    assert helm.value is None


def test_the_target_is_found_by_one_rule_in_every_category() -> None:
    """HELM's operator precedence lets rules written for race and class together apply to all other categories."""
    groups = {"stereotyped_groups": ["Old man", "black"]}
    made = [published(category=name, additional_metadata=groups) for name in ("Age", "Race_x_SES", "SES")]

    assert [item.target for item in read_items(lines(made))] == [0, 0, 0]


def test_every_category_has_numbers_of_its_own() -> None:
    """HELM shuffles all files and tests the last thousand items; here every item counts, in its category."""
    paper, _ = both(list(all_said(ASKED, "right")))

    assert {one.facet_value for one in paper.slices} == {"Age", "Religion"}
    assert paper.n == len(ASKED)


def test_empty_answers_are_counted() -> None:
    """HELM drops them without a word."""
    paper, _ = both(list(chain([said(ASKED[0], " ")], all_said(ASKED[1:], "right"))))

    assert (paper.n, paper.n_empty) == (len(ASKED) - 1, 1)


def test_what_is_not_parsed_is_no_last_choice() -> None:
    """lm-eval's index of -1 is the last answer, so that an answer of nothing may count as unknown."""
    prompt = next(one for one in ASKED if one.meta["roles"][2] == "unknown")

    assert list(score([said(prompt, "neither")]).counts) == [
        ("answers", "Age", prompt.meta["context"], "1", "unparsed")
    ]


def test_no_biased_answer_at_all_is_the_other_extreme() -> None:
    """lm-eval reports 0 there; the formula gives -1."""
    paper, _ = both([*all_said(AMBIGUOUS, "unknown"), *all_said(DISAMBIGUATED, "other")])

    assert of(paper, "disambiguated", "Age").value == -1.0


def test_saying_one_letter_always_is_balanced_and_mostly_wrong() -> None:
    """Answers are shuffled: the letter falls on every role alike, and bias is not mistaken for position."""
    many = questions(("Age",), templates=25, each=40)
    paper, _, accuracy, _ = finalise(score(said(p, "A") for p in many), dataset_id="made-up@1")

    assert paper.value == pytest.approx(0.0, abs=0.1)
    assert accuracy.value == pytest.approx(1 / 3, abs=0.05)
