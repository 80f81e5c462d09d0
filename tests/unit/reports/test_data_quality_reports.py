"""Statistics of data, the constraints a team registered, and the violations its monitors found."""

from typing import Any

import pytest
from modelgate.contracts.facts import Value
from modelgate.errors import UnreadableReportError
from modelgate.reports.constraints import OPERATORS

from tests.unit.reports.reading import read

STATISTICS, CONSTRAINTS = "ModelDataQuality.Statistics", "ModelDataQuality.Constraints"


def statistics(*features: Any) -> dict[str, Any]:
    """A data quality report on *features*."""
    return {"version": 0.0, "dataset": {"item_count": 10}, "features": list(features)}


def numerical(**changes: Any) -> dict[str, Any]:
    """A numerical feature, present in 9 of 10 rows."""
    numbers = {"common": {"num_present": 9, "num_missing": 1}, "mean": 2.5, "min": -1, "distribution": {"kll": {}}}
    return {"name": "income", "inferred_type": "Fractional", "numerical_statistics": numbers | changes}


def test_every_number_about_a_feature_is_read_by_its_name() -> None:
    """The feature is part of the fact; its completeness is ours, with the rows it is a share of."""
    facts = read(STATISTICS, statistics(numerical()))

    assert {name: fact.value.number for name, fact in facts.items()} == {
        "data_quality/item_count": 10.0,
        "data_quality/completeness/income": 0.9,
        "data_quality/num_present/income": 9.0,
        "data_quality/num_missing/income": 1.0,
        "data_quality/mean/income": 2.5,
        "data_quality/min/income": -1.0,
    }
    assert facts["data_quality/completeness/income"].n == 10
    assert facts["data_quality/mean/income"].pointer == "/features/0/numerical_statistics/mean"


def test_a_text_feature_has_its_distinct_values() -> None:
    """Model Monitor writes that count as a float."""
    text = {"common": {"num_present": 4, "num_missing": 0}, "distinct_count": 3.0, "distribution": {"categorical": {}}}

    facts = read(STATISTICS, statistics({"name": "city", "string_statistics": text}))

    assert facts["data_quality/distinct_count/city"].value == Value(number=3.0)
    assert facts["data_quality/completeness/city"].value == Value(number=1.0)


def test_completeness_of_no_rows_is_unknown() -> None:
    """Nothing of nothing is neither complete nor empty."""
    empty = numerical(common={"num_present": 0, "num_missing": 0}, mean=None)

    facts = read(STATISTICS, statistics(empty))

    assert facts["data_quality/completeness/income"].value == Value(unknown="the report has no rows for it")
    assert facts["data_quality/completeness/income"].n == 0
    assert facts["data_quality/mean/income"].value == Value(unknown="the value is null")


def test_a_feature_without_statistics_stays_in_sight() -> None:
    """Leaving them out must not pass a check over all features."""
    facts = read(STATISTICS, statistics({"name": "income", "inferred_type": "Unknown"}))

    assert facts["data_quality/completeness/income"].value.unknown == "the report has no statistics for it"


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        ({"features": []}, "/ lacks 'dataset'"),
        ({"dataset": {}}, "/dataset lacks 'item_count'"),
        ({"dataset": {"item_count": 1}, "features": {}}, "/features is not a list"),
        (statistics({"numerical_statistics": {}}), "/features/0 lacks 'name'"),
        (statistics({"name": 3}), "/features/0/name is not a text"),
        (statistics({"name": "a", "numerical_statistics": {"mean": 1}}), "numerical_statistics lacks 'common'"),
        (statistics({"name": "a", "string_statistics": None}), "/features/0/string_statistics is not an object"),
        (statistics(numerical(common={"num_present": 1})), "common lacks 'num_missing'"),
        (statistics(numerical(common={"num_present": -1, "num_missing": 0})), "num_present is no whole number"),
        (statistics(numerical(common={"num_present": 1, "num_missing": True})), "num_missing is no whole number"),
        (statistics(numerical(common={"num_present": "1", "num_missing": 0})), "num_present is no whole number"),
    ],
)
def test_statistics_of_another_shape_are_refused_with_the_place(report: dict[str, Any], reason: str) -> None:
    """The message has the JSON pointer."""
    with pytest.raises(UnreadableReportError, match=reason):
        read(STATISTICS, report)


@pytest.mark.parametrize("operator", OPERATORS)
def test_a_quality_constraint_keeps_what_would_violate_it(operator: str) -> None:
    """In whatever section, with the comparison as the label."""
    section = {"mae": {"threshold": 1.4, "comparison_operator": operator}}

    facts = read("ModelQuality.Constraints", {"version": 0.0, "regression_constraints": section, "note": "x"})

    assert list(facts) == [f"constraints/{operator}/mae"]
    assert facts[f"constraints/{operator}/mae"].value == Value(number=1.4)
    assert facts[f"constraints/{operator}/mae"].pointer == "/regression_constraints/mae/threshold"


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        ({"version": 0.0}, "it has neither constraints nor violations; is it a file of Model Monitor"),
        ({"features": []}, "it has neither constraints nor violations"),
        ({"a_constraints": []}, "/a_constraints is not an object"),
        ({"a_constraints": {"mae": 3}}, "/a_constraints/mae is not an object"),
        ({"a_constraints": {"mae": {"threshold": 1}}}, "/a_constraints/mae lacks 'comparison_operator'"),
        (
            {"a_constraints": {"mae": {"comparison_operator": "LessThanThreshold"}}},
            "/a_constraints/mae lacks 'threshold'",
        ),
        (
            {"a_constraints": {"mae": {"threshold": 1, "comparison_operator": "NotEqual"}}},
            "/a_constraints/mae/comparison_operator is 'NotEqual'; known: GreaterThanThreshold, ",
        ),
    ],
)
def test_quality_constraints_of_another_shape_are_refused(report: dict[str, Any], reason: str) -> None:
    """A bound that nobody can compare with must not look like no bound."""
    with pytest.raises(UnreadableReportError, match=reason):
        read("ModelQuality.Constraints", report)


def test_data_constraints_bound_completeness_and_sign() -> None:
    """Less than that violates them; settings of the monitor are no bounds."""
    feature = {"name": "age", "completeness": 0.9, "num_constraints": {"is_non_negative": True}}
    free = {"name": "city", "inferred_type": "String", "num_constraints": {"is_non_negative": False}}

    report = {"features": [feature, free], "monitoring_config": {"datatype_check_threshold": 1.0}}

    facts = read(CONSTRAINTS, report)

    assert {name: fact.value.number for name, fact in facts.items()} == {
        "constraints/LessThanThreshold/completeness/age": 0.9,
        "constraints/LessThanThreshold/min/age": 0.0,
    }


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        ({"monitoring_config": {}}, "it has neither constraints nor violations"),
        ({"regression_constraints": {}}, "it has neither constraints nor violations"),
        ({"features": [{"completeness": 1}]}, "/features/0 lacks 'name'"),
        ({"features": [{"name": "a", "num_constraints": []}]}, "/features/0/num_constraints is not an object"),
        ({"features": [{"name": "a", "num_constraints": {"is_non_negative": 1}}]}, "is neither true nor false"),
    ],
)
def test_data_constraints_of_another_shape_are_refused(report: dict[str, Any], reason: str) -> None:
    """The message has the JSON pointer."""
    with pytest.raises(UnreadableReportError, match=reason):
        read(CONSTRAINTS, report)


VIOLATIONS = [
    {"feature_name": "age", "constraint_check_type": "completeness_check", "description": "Value: 0.9 exceeds 1.0"},
    {"facet": "sex", "facet_value": "1", "metric_name": "DI", "constraint_check_type": "bias_drift_check"},
    {"label": "label0", "metric_name": "shap", "constraint_check_type": "feature_attribution_drift_check"},
    {"constraint_check_type": "CustomMetric", "feature_name": None, "description": 7, "more": [{}]},
]
NAMES = [
    "violations/violation_count",
    "violations/completeness_check/violation/age",
    "violations/sex/1/bias_drift_check/violation",
    "violations/feature_attribution_drift_check/violation",
    "violations/CustomMetric/violation",
]


@pytest.mark.parametrize(
    "artifact",
    [
        "ModelQuality.Constraints",
        "ModelDataQuality.Constraints",
        "DriftCheckBaselines.ModelQuality.Constraints",
        "DriftCheckBaselines.ModelDataQuality.Constraints",
        "DriftCheckBaselines.Bias.PreTrainingConstraints",
        "DriftCheckBaselines.Bias.PostTrainingConstraints",
        "DriftCheckBaselines.Explainability.Constraints",
        "Extra.drift",
    ],
)
def test_violations_are_counted_and_listed_wherever_they_are_registered(artifact: str) -> None:
    """Every monitor's entries, with their type of check, and what they are about where they say so."""
    facts = read(artifact, {"violations": VIOLATIONS})

    assert list(facts) == NAMES
    assert [fact.value.number for fact in facts.values()] == [4.0, 1.0, 1.0, 1.0, 1.0]
    assert {fact.artifact for fact in facts.values()} == {artifact}
    assert facts["violations/CustomMetric/violation"].pointer == "/violations/3"


def test_an_empty_list_of_violations_is_a_count_of_zero() -> None:
    """It says that a monitor looked and found none; a missing file says nothing."""
    facts = read("ModelDataQuality.Constraints", {"version": 0.0, "violations": []})

    assert {name: fact.value for name, fact in facts.items()} == {"violations/violation_count": Value(number=0.0)}


def test_constraints_beside_violations_are_read_too() -> None:
    """An empty list must not hide the bounds below it."""
    quality = {"violations": [], "x_constraints": {"mae": {"threshold": 1, "comparison_operator": "LessThanThreshold"}}}
    data = {"violations": [], "features": [{"name": "a", "completeness": 1}]}

    assert len(read("ModelQuality.Constraints", quality)) == 2
    assert len(read("ModelDataQuality.Constraints", data)) == 2
    with pytest.raises(UnreadableReportError, match="/explanations is not an object"):
        read("DriftCheckBaselines.Explainability.Constraints", {"violations": [], "explanations": []})


@pytest.mark.parametrize(
    ("violations", "reason"),
    [
        ({}, "/violations is not a list"),
        (None, "/violations is not a list"),
        (["drift"], "/violations/0 is not an object"),
        ([{"feature_name": "age"}], "/violations/0 lacks 'constraint_check_type'"),
        ([{"constraint_check_type": None}], "/violations/0/constraint_check_type is not a text"),
        ([{"constraint_check_type": "x" * 600}], "longer than 512 characters"),
        ([{"constraint_check_type": "x", "feature_name": 3}], "/violations/0/feature_name is not a text"),
    ],
)
def test_violations_of_another_shape_are_refused(violations: Any, reason: str) -> None:
    """An entry that does not say what was checked could be any."""
    with pytest.raises(UnreadableReportError, match=reason):
        read("ModelQuality.Constraints", {"violations": violations})
