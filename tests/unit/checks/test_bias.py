"""Bias metrics by name, in every slice asked for, on reports as Clarify writes them."""

from typing import Any

import pytest
from modelgate.contracts.results import Status
from modelgate.policy.bias_metrics import BIAS_METRICS
from modelgate.policy.model import FacetChoice, Judge

from tests.unit.checks.report_data import AFTER, BEFORE, BIAS, SHAP, bias, shap
from tests.unit.checks.subjects import check, results, statuses, subject

FOUR_FIFTHS: dict[str, Any] = {"metric": "DI", "low": 0.8, "high": 1.25}


def listed(*facets: str) -> tuple[FacetChoice, ...]:
    """Facets by name or pattern, with all their values."""
    return tuple(FacetChoice(facet=facet, values=None) for facet in facets)


def test_every_value_of_every_facet_is_judged() -> None:
    """The second value and the second facet count as much as the first."""
    package = subject(bias({"race": {"a": {"DI": 1}, "b": {"DI": 0.5}}, "sex": {"f": {"DI": 0.9}}}))

    found = results(check("bias", facets=(), **FOUR_FIFTHS), package)

    assert statuses(found) == {"race=a": "pass", "race=b": "fail", "sex=f": "pass"}
    assert [r.sentence for r in found if r.status is Status.FAIL] == [
        "it: DI for race=b = 0.5, must be within [0.8, 1.25]"
    ]


@pytest.mark.parametrize("metric", BIAS_METRICS)
def test_each_bias_metric_is_found_by_its_name_in_its_section(metric: str) -> None:
    """All 21 names of Clarify are known, with the section they live in."""
    section = f"{BIAS_METRICS[metric].section}_bias_metrics"
    other = BEFORE if section == AFTER else AFTER
    here, elsewhere = (subject(bias({"g": {"1": {metric: 0.5}}}, name)) for name in (section, other))
    asked = check("bias", metric=metric, facets=(), low=0, high=1)

    assert [r.status for r in results(asked, here)] == [Status.PASS]
    assert [r.status for r in results(asked, elsewhere)] == [Status.MISSING]


def test_a_facet_value_without_the_metric_is_missing() -> None:
    """Leaving out the bad number of one group does not help."""
    package = subject(bias({"race": {"a": {"DI": 1}, "b": {"AD": 0}}}))

    found = results(check("bias", facets=(), **FOUR_FIFTHS), package)

    assert statuses(found) == {"race=a": "pass", "race=b": "missing"}
    assert found[1].sentence == "it: the report has no DI for race=b; add it to the report"


def test_a_facet_known_before_training_must_be_there_after_it() -> None:
    """A facet cannot be hidden by leaving it out of one section."""
    before = bias({"sex": {"f": {"CI": 0}}, "race": {"a": {"CI": 0}}}, BEFORE)[BIAS]
    after = bias({"race": {"a": {"DI": 1}}})[BIAS]

    found = results(check("bias", facets=(), **FOUR_FIFTHS), subject({BIAS: before | after}))

    assert statuses(found) == {"race=a": "pass", "sex=None": "missing"}


def test_listed_facets_are_judged_and_no_others() -> None:
    """A policy that names facets gets a result for each of them: a missing one fails, another one does not matter."""
    package = subject(bias({"race": {"a": {"DI": 1}}, "other": {"x": {"DI": 0}}}))

    found = results(check("bias", facets=listed("age", "race"), **FOUR_FIFTHS), package)

    assert statuses(found) == {"age=None": "missing", "race=a": "pass"}
    assert found[0].sentence == "it: no report has the facet 'age'; its facets: other, race"


def test_values_are_chosen_facet_by_facet() -> None:
    """A value that is asked for and not there is missing; one that is not asked for does not matter."""
    package = subject(bias({"race": {"a": {"DI": 1}, "b": {"DI": 0}}, "sex": {"f": {"DI": 0.9}, "m": {"DI": 0}}}))
    facets = (FacetChoice(facet="race", values=("a", "c")), FacetChoice(facet="sex", values=("f",)))

    found = results(check("bias", facets=facets, **FOUR_FIFTHS), package)

    assert statuses(found) == {"race=a": "pass", "race=c": "missing", "sex=f": "pass"}
    assert found[1].sentence == "it: the report has no value 'c' of facet 'race'; its values: a, b"


def test_patterns_choose_facets_and_values() -> None:
    """Only ``*`` is special: an interval in brackets, as Clarify names a group of ages, is a name like any other."""
    ages = {"(25.0, 40.0]": {"DI": 1}, "[0, 25.0]": {"DI": 0.1}}
    package = subject(bias({"age_years": ages, "income": {"x": {"DI": 0}}}))

    every = results(check("bias", facets=(FacetChoice(facet="age*", values=("*",)),), **FOUR_FIFTHS), package)
    one = results(check("bias", facets=(FacetChoice(facet="age*", values=("[0*",)),), **FOUR_FIFTHS), package)

    assert statuses(every) == {"age_years=(25.0, 40.0]": "pass", "age_years=[0, 25.0]": "fail"}
    assert statuses(one) == {"age_years=[0, 25.0]": "fail"}


@pytest.mark.parametrize("facets", [{}, {"race": {}}])
def test_no_slice_at_all_is_missing(facets: dict[str, Any]) -> None:
    """An empty report is no evidence of fairness."""
    found = results(check("bias", facets=(), **FOUR_FIFTHS), subject(bias(facets)))

    assert [r.status for r in found] == [Status.MISSING]


@pytest.mark.parametrize("second", ["same entry", "another entry", "another report", "explainability report"])
def test_a_metric_given_twice_for_one_group_is_judged_twice(second: str) -> None:
    """A good number first does not hide the bad one after it, wherever that stands."""
    good, bad = {"name": "DI", "value": 1}, {"name": "DI", "value": 0.1}

    def report(*entries: list[dict[str, Any]]) -> dict[str, Any]:
        values = [{"value_or_threshold": "a", "metrics": metrics} for metrics in entries]
        return {AFTER: {"facets": {"race": values}}}

    packages = {
        "same entry": {BIAS: report([good, bad])},
        "another entry": {BIAS: report([good], [bad])},
        "another report": {BIAS: report([good]), "Bias.PostTrainingReport": report([bad])},
        "explainability report": {BIAS: report([good]), SHAP: {**report([bad]), **shap(l={})[SHAP]}},
    }

    found = results(check("bias", facets=(), **FOUR_FIFTHS), subject(packages[second]))

    assert sorted(r.status for r in found) == [Status.FAIL, Status.PASS]


def worst(facets: dict[str, Any]) -> list[tuple[str | None, Status]]:
    """What a check of the worst slice says."""
    asked = check("bias", facets=(), judge=Judge.WORST, **FOUR_FIFTHS)
    return [(r.facet_value, r.status) for r in results(asked, subject(bias({"race": facets})))]


def test_the_worst_slice_stands_for_all_that_pass() -> None:
    """The one nearest to its bound, on whichever side."""
    assert worst({"a": {"DI": 1}, "b": {"DI": 1.2}, "c": {"DI": 0.9}}) == [("b", Status.PASS)]


def test_the_worst_slice_is_the_one_farthest_beyond_its_bound() -> None:
    """Those that pass say nothing then; a number that is none is worse than any."""
    assert worst({"a": {"DI": 1}, "b": {"DI": 0.7}}) == [("b", Status.FAIL)]
    assert worst({"a": {"DI": "NaN"}, "b": {"DI": 0.9}}) == [("a", Status.FAIL)]


def test_every_slice_that_fails_stays_in_sight() -> None:
    """A waiver may excuse the worst one, and must not excuse the next with it."""
    assert worst({"a": {"DI": 0.1}, "b": {"DI": 0.7}, "c": {"DI": 1}}) == [("a", Status.FAIL), ("b", Status.FAIL)]


def test_a_missing_slice_is_no_better_for_a_check_of_the_worst() -> None:
    """What is not there has a result of its own."""
    assert sorted(status for _, status in worst({"a": {"DI": 1}, "b": {"AD": 0}})) == [Status.MISSING, Status.PASS]
