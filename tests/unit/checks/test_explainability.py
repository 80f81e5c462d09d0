"""What a model leans on: shares and ranks of features, and whether an explanation explains anything."""

from dataclasses import replace
from typing import Any

import pytest
from modelgate.contracts.results import Status
from modelgate.policy.model import Check

from tests.unit.checks.report_data import SHAP, shap
from tests.unit.checks.subjects import check, results, statuses, subject


def share(*features: str, most: float = 0.05, **asked: Any) -> Check:
    """A check that *features* have at most a share together."""
    return check("explainability", features=features, measure="share", low=0, high=most, **asked)


def rank(*features: str, behind: int, **asked: Any) -> Check:
    """A check that none of *features* is among the first *behind*."""
    return check("explainability", features=features, measure="rank", low=behind + 1, **asked)


def test_features_count_together_and_for_every_label() -> None:
    """A category encoded as several features does not slip under the limit piece by piece."""
    package = subject(shap(no={"income": 92, "race_a": 4, "race_b": 4}, yes={"income": 99, "race_a": 1, "race_b": 0}))

    found = results(share("race*"), package)

    assert statuses(found) == {"no": "fail", "yes": "pass"}
    assert found[0].sentence == "it: global SHAP share of race* for label no = 0.08, must be within [0, 0.05]"


def test_a_feature_counts_once() -> None:
    """Also where two patterns fit it."""
    (found,) = results(share("race", "ra*"), subject(shap(l={"income": 96, "race": 4})))

    assert found.observed is not None
    assert found.observed.number == pytest.approx(0.04)


def test_only_the_labels_asked_for_are_judged() -> None:
    """One that is asked for and has no explanation is missing."""
    package = subject(shap(no={"income": 1, "race": 9}, yes={"income": 99, "race": 1}))

    assert statuses(results(share("race", labels=("yes",)), package)) == {"yes": "pass"}
    assert [(r.status, r.sentence) for r in results(share("race", labels=("maybe",)), package)] == [
        (Status.MISSING, "it: no explanation is for a label 'maybe'; the labels: no, yes")
    ]


def test_a_label_without_global_values_fails() -> None:
    """Every label counts: one must not pass by leaving its table out."""
    labels = {"yes": {"global_shap_values": {"income": 1, "race": 0}}, "no": {"expected_value": 0.1}}
    package = subject({SHAP: {"explanations": {"kernel_shap": labels}}})

    for asked in (share("race"), rank("race", behind=1), share("race", may_be_absent=True)):
        found = results(asked, package)

        assert statuses(found) == {"yes": "pass", "no": "fail"}
        assert "for label no could not be judged, the report has no global SHAP values for it" in found[0].sentence


def test_without_a_report_there_is_no_label() -> None:
    """Nothing explains nothing."""
    assert [(r.status, r.sentence) for r in results(share("race"), subject({}))] == [
        (Status.MISSING, "it: no explainability report with global SHAP values was read")
    ]


@pytest.mark.parametrize("way", [share("race", "sex"), rank("race", "sex", behind=1)])
def test_an_absent_feature_passes_only_where_the_policy_says_so(way: Check) -> None:
    """A report about other features is not one in which the protected feature has no share."""
    package = subject(shap(label0={"income": 1.0, "race": 0.0}))

    assert [(r.status, r.sentence) for r in results(way, package)] == [
        (
            Status.MISSING,
            "it: the explanation for label label0 lists no sex, only income, race; "
            "report it, with 0 when the model does not use it",
        )
    ]
    assert [r.status for r in results(replace(way, may_be_absent=True), package)] == [Status.PASS]


@pytest.mark.parametrize("way", [share("race", may_be_absent=True), rank("race", behind=1, may_be_absent=True)])
def test_a_model_that_has_no_such_feature_does_not_lean_on_it(way: Check) -> None:
    """Its share is 0, and its rank is behind the last."""
    (found,) = results(way, subject(shap(l={"income": 1.0, "tenure": 0.5})))

    assert found.status is Status.PASS
    assert found.observed is not None
    assert repr(found.observed.number) == ("0.0" if way.measure == "share" else "3.0")


BAD: list[dict[str, Any]] = [{"income": 0, "race": 0}, {"income": -1, "race": 0}, {}, {"income": "NaN", "race": 0}]
BAD += [{"income": "Infinity", "race": 0}, {"income": 1.7e308, "tenure": 1.7e308, "race": 0}]


@pytest.mark.parametrize("values", BAD)
@pytest.mark.parametrize("way", [share("race", may_be_absent=True), rank("race", behind=1, may_be_absent=True)])
def test_a_degenerate_explanation_never_passes(values: dict[str, Any], way: Check) -> None:
    """All zeros would pass any upper limit, and a share of infinity is none."""
    assert [r.status for r in results(way, subject(shap(label0=values)))] == [Status.FAIL]


def test_a_rank_counts_from_the_first() -> None:
    """Not in the top two means a rank of at least 3."""
    package = subject(shap(l={"income": 3, "tenure": 2, "race": 1, "age": 0.5}))

    (passed,) = results(rank("race", "age", behind=2), package)
    (failed,) = results(rank("race", "age", behind=3), package)

    assert (passed.status, failed.status) == (Status.PASS, Status.FAIL)
    assert failed.sentence == "it: best rank of age, race for label l = 3, must be at least 4"


def test_ties_count_as_the_better_rank() -> None:
    """A feature that matters as much as the leading one is among the leading ones."""
    package = subject(shap(l={"income": 2, "race": 2, "tenure": 1}))

    assert [r.status for r in results(rank("race", behind=1), package)] == [Status.FAIL]


def test_two_features_asked_for_do_not_push_each_other_back() -> None:
    """The best of them counts, among all others."""
    (found,) = results(rank("race*", behind=1), subject(shap(l={"race_a": 3, "race_b": 2, "income": 1})))

    assert found.observed is not None
    assert (found.status, found.observed.number) == (Status.FAIL, 1.0)


def test_a_total_has_a_floor() -> None:
    """An explanation of next to nothing passes every share."""
    asked = check("explainability", measure="total", low=0.01)
    package = subject(shap(faint={"income": 1e-9, "race": 0}, plain={"income": 0.2, "race": 0.1}))

    found = results(asked, package)

    assert statuses(found) == {"faint": "fail", "plain": "pass"}
    assert found[0].sentence == "it: sum of global SHAP values for label faint = 1e-09, must be at least 0.01"


def test_a_feature_name_with_brackets_is_no_pattern() -> None:
    """Only ``*`` is special: a protected feature is not overlooked because of a bracket in its name."""
    package = subject(shap(l={"race[1]": 0.9, "income": 0.1}))

    assert [r.status for r in results(share("race[1]", may_be_absent=True), package)] == [Status.FAIL]
