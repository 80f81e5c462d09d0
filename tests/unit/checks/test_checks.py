"""Each kind of check, on reports as they are written."""

from typing import Any

import pytest
from modelgate.checks.bias import check_bias
from modelgate.checks.explainability import check_explainability
from modelgate.checks.model_quality import check_model_quality
from modelgate.contracts.results import Status
from modelgate.policy.bias_metrics import BIAS_METRICS

from tests.unit.checks.subjects import check, subject


def bias(facets: dict[str, Any], section: str = "post_training_bias_metrics") -> dict[str, dict[str, Any]]:
    """A package with one bias report: facet → value → metrics."""
    lists = {
        facet: [
            {"value_or_threshold": value, "metrics": [{"name": n, "value": v} for n, v in metrics.items()]}
            for value, metrics in values.items()
        ]
        for facet, values in facets.items()
    }
    return {"Bias.Report": {section: {"facets": lists}}}


def statuses(results: Any) -> dict[str, Status]:
    """Status by slice."""
    return {f"{r.facet}={r.facet_value}" if r.facet else r.label or "": r.status for r in results}


def test_every_value_of_every_facet_is_judged() -> None:
    """The second value and the second facet count as much as the first."""
    package = subject(bias({"race": {"a": {"DI": 1}, "b": {"DI": 0.5}}, "sex": {"f": {"DI": 0.9}}}))

    found = statuses(check_bias(check("bias", metric="DI", low=0.8, high=1.25), package))

    assert found == {"race=a": Status.PASS, "race=b": Status.FAIL, "sex=f": Status.PASS}


def test_a_label_without_global_values_fails() -> None:
    """Every label counts: one must not pass by leaving its table out."""
    labels = {"yes": {"global_shap_values": {"income": 1, "race": 0}}, "no": {"expected_value": 0.1}}
    report = {"explanations": {"kernel_shap": labels}}

    found = list(
        check_explainability(
            check("explainability", features=("race",), low=0, high=0.05), subject({"Explainability.Report": report})
        )
    )

    assert statuses(found) == {"yes": Status.PASS, "no": Status.FAIL}
    assert "for label no could not be judged, the report has no global SHAP values for it" in found[0].sentence


def test_a_feature_name_with_brackets_is_no_pattern() -> None:
    """Only ``*`` is special: a protected feature is not overlooked because of a bracket in its name."""
    report = {"explanations": {"kernel_shap": {"l": {"global_shap_values": {"race[1]": 0.9, "income": 0.1}}}}}
    asked = check("explainability", features=("race[1]",), may_be_absent=True, low=0, high=0.05)

    found = list(check_explainability(asked, subject({"Explainability.Report": report})))

    assert [result.status for result in found] == [Status.FAIL]


def test_a_facet_value_without_the_metric_is_missing() -> None:
    """Leaving out the bad number of one group does not help."""
    package = subject(bias({"race": {"a": {"DI": 1}, "b": {"AD": 0}}}))

    found = list(check_bias(check("bias", metric="DI", low=0.8, high=1.25), package))

    assert statuses(found) == {"race=a": Status.PASS, "race=b": Status.MISSING}
    assert found[1].sentence == "it: the bias report has no DI for race=b; add it to the report"


def test_a_facet_known_before_training_must_be_there_after_it() -> None:
    """A facet cannot be hidden by leaving it out of one section."""
    before = bias({"sex": {"f": {"CI": 0}}, "race": {"a": {"CI": 0}}}, "pre_training_bias_metrics")["Bias.Report"]
    after = bias({"race": {"a": {"DI": 1}}})["Bias.Report"]

    found = statuses(
        check_bias(check("bias", metric="DI", low=0.8, high=1.25), subject({"Bias.Report": before | after}))
    )

    assert found == {"race=a": Status.PASS, "sex=None": Status.MISSING}


def test_a_listed_facet_must_be_there() -> None:
    """A policy that names facets gets a result for each of them, and for no other."""
    package = subject(bias({"race": {"a": {"AD": 0}}, "other": {"x": {"AD": 1}}}))

    found = statuses(check_bias(check("bias", metric="AD", low=-0.1, high=0.1, facets=("age", "race")), package))

    assert found == {"race=a": Status.PASS, "age=None": Status.MISSING}


@pytest.mark.parametrize("metric", BIAS_METRICS)
def test_each_bias_metric_is_found_by_its_name_in_its_section(metric: str) -> None:
    """All 21 names of Clarify are known, with the section they live in."""
    section = f"{BIAS_METRICS[metric].section}_bias_metrics"
    other = {"pre_training_bias_metrics", "post_training_bias_metrics"} - {section}
    here, elsewhere = (subject(bias({"g": {"1": {metric: 0.5}}}, name)) for name in (section, other.pop()))
    asked = check("bias", metric=metric, low=0, high=1)

    assert [r.status for r in check_bias(asked, here)] == [Status.PASS]
    assert Status.PASS not in {r.status for r in check_bias(asked, elsewhere)}


def test_no_facet_at_all_is_missing() -> None:
    """An empty report is no evidence of fairness."""
    results = list(check_bias(check("bias", metric="AD", low=-1, high=1), subject(bias({}))))

    assert [result.status for result in results] == [Status.MISSING]


def test_a_missing_quality_metric_says_what_was_found() -> None:
    """The team sees at once that the key has another name."""
    package = subject({"ModelQuality.Statistics": {"classification_metrics": {"validation:auc": {"value": 0.8}}}})

    results = list(check_model_quality(check("model_quality", metric="auc", low=0.7), package))

    assert [result.sentence for result in results] == [
        "it: the model quality report has no metric 'auc'; it has validation:auc"
    ]


def test_the_worst_of_two_places_decides() -> None:
    """A metric that is reported twice must hold twice."""
    report = {"a_metrics": {"auc": {"value": 0.9}}, "b_metrics": {"auc": {"value": 0.5}}}

    results = check_model_quality(
        check("model_quality", metric="auc", low=0.7), subject({"ModelQuality.Statistics": report})
    )

    assert [(r.status, r.source and r.source.pointer) for r in results] == [
        (Status.PASS, "/a_metrics/auc/value"),
        (Status.FAIL, "/b_metrics/auc/value"),
    ]


def shap(**labels: dict[str, float]) -> dict[str, dict[str, Any]]:
    """A package with one explainability report."""
    tables = {label: {"global_shap_values": values} for label, values in labels.items()}
    return {"Explainability.Report": {"explanations": {"kernel_shap": tables}}}


def test_protected_features_count_together_and_for_every_label() -> None:
    """A category encoded as several features does not slip under the limit piece by piece."""
    package = subject(shap(no={"income": 92, "race_a": 4, "race_b": 4}, yes={"income": 99, "race_a": 1, "race_b": 0}))

    results = list(check_explainability(check("explainability", features=("race*",), low=0, high=0.05), package))

    assert statuses(results) == {"no": Status.FAIL, "yes": Status.PASS}
    assert (
        results[0].sentence == "it: global SHAP share of race_a, race_b for label no = 0.08, must be within [0, 0.05]"
    )


def test_an_absent_protected_feature_passes_only_where_the_policy_says_so() -> None:
    """A report about other features is not one in which the protected feature has no share."""
    package = subject(shap(label0={"income": 1.0}))
    strict = check("explainability", features=("race",), low=0, high=0.05)
    lenient = check("explainability", features=("race",), low=0, high=0.05, may_be_absent=True)

    assert [r.status for r in check_explainability(strict, package)] == [Status.MISSING]
    assert [r.status for r in check_explainability(lenient, package)] == [Status.PASS]


@pytest.mark.parametrize("values", [{"income": 0, "race": 0}, {"income": -1, "race": 0}, {}])
def test_a_degenerate_explanation_never_passes(values: dict[str, float]) -> None:
    """All zeros would pass any upper limit."""
    asked = check("explainability", features=("race",), low=0, high=0.05, may_be_absent=True)

    assert [r.status for r in check_explainability(asked, subject(shap(label0=values)))] == [Status.FAIL]


def test_a_value_that_rounds_onto_its_bound_is_shown_in_full() -> None:
    """No sentence says that 0.7 is not at least 0.7."""
    package = subject({"ModelQuality.Statistics": {"auc": 0.69999999}})

    results = list(check_model_quality(check("model_quality", metric="auc", low=0.7), package))

    assert results[0].sentence == "it: auc = 0.69999999, must be at least 0.7"


@pytest.mark.parametrize("second", ["same entry", "another entry", "another report"])
def test_a_metric_given_twice_for_one_group_is_judged_twice(second: str) -> None:
    """A good number first does not hide the bad one after it, wherever that stands."""
    good, bad = {"name": "DI", "value": 1}, {"name": "DI", "value": 0.1}

    def report(*entries: list[dict[str, Any]]) -> dict[str, Any]:
        values = [{"value_or_threshold": "a", "metrics": metrics} for metrics in entries]
        return {"post_training_bias_metrics": {"facets": {"race": values}}}

    packages = {
        "same entry": {"Bias.Report": report([good, bad])},
        "another entry": {"Bias.Report": report([good], [bad])},
        "another report": {"Bias.Report": report([good]), "Bias.PostTrainingReport": report([bad])},
    }

    found = [r.status for r in check_bias(check("bias", metric="DI", low=0.8, high=1.25), subject(packages[second]))]

    assert found == [Status.PASS, Status.FAIL]
