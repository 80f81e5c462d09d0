"""Clarify's report formats, oddity by oddity, and the bounds on any report."""

import tracemalloc
from typing import Any

import pytest
from modelgate.contracts.facts import Value
from modelgate.errors import UnreadableReportError

from tests.unit.reports.reading import read


def bias(facets: Any, key: str = "post_training_bias_metrics") -> dict[str, Any]:
    """A bias report with *facets*."""
    return {key: {"label": "y", "label_value_or_threshold": "0", "facets": facets}}


def test_pre_and_post_training_may_share_a_file_with_different_values() -> None:
    """Each section keeps its own facet values; key order is free."""
    entry = {"metrics": [{"value": 0.1, "name": "CI"}], "value_or_threshold": "(18.5, 42]"}
    report = bias({"age": [entry]}, "pre_training_bias_metrics") | bias(
        {"age": [{"value_or_threshold": "1", "metrics": [{"name": "AD", "value": 0}]}]}
    )

    facts = read("Bias.Report", report)

    assert facts["pre_training/age/(18.5, 42]/CI"].value == Value(number=0.1)
    assert facts["post_training/age/1/AD"].value == Value(number=0.0)
    assert facts["post_training/age/1/AD"].pointer == "/post_training_bias_metrics/facets/age/0/metrics/0/value"


def test_a_metric_that_could_not_be_computed_is_unknown_for_the_reports_reason() -> None:
    """Null with an error keeps the error; an error beside a number is not overlooked."""
    metrics = [
        {"name": "CDDPL", "value": None, "error": "Group variable is empty"},
        {"name": "DI", "value": 1.0, "error": "made up"},
        {"name": "TE"},
    ]

    facts = read("Bias.Report", bias({"g": [{"value_or_threshold": "1", "metrics": metrics}]}))

    assert facts["post_training/g/1/CDDPL"].value == Value(unknown="the report says: Group variable is empty")
    assert facts["post_training/g/1/DI"].value == Value(unknown="the report says: made up")
    assert facts["post_training/g/1/TE"].value == Value(unknown="the metric has no value")


def test_facet_values_and_facets_without_metrics_stay_in_sight() -> None:
    """An empty list is not the absence of a group."""
    facts = read("Bias.Report", bias({"region": [{"value_or_threshold": "south", "metrics": []}], "sex": []}))

    assert facts["post_training/region/south/metric_count"].value == Value(number=0.0)
    assert facts["post_training/sex/metric_count"].facet_value is None


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        ({"version": "1.0"}, "none of the sections pre_training_bias_metrics"),
        (bias([]), "/post_training_bias_metrics/facets is not an object"),
        ({"post_training_bias_metrics": {}}, "/post_training_bias_metrics lacks 'facets'"),
        (bias({"a/b": {}}), "facets/a~1b is not a list"),
        (bias({"g": [{"metrics": []}]}), "facets/g/0 lacks 'value_or_threshold'"),
        (bias({"g": [{"value_or_threshold": 1, "metrics": []}]}), "value_or_threshold is not a text"),
        (bias({"g": [{"value_or_threshold": "1", "metrics": [{"value": 1}]}]}), "metrics/0 lacks 'name'"),
        (bias({"g" * 600: []}), "longer than 512 characters"),
    ],
)
def test_a_bias_report_of_another_shape_is_refused_with_the_place(report: dict[str, Any], reason: str) -> None:
    """The message has the JSON pointer."""
    with pytest.raises(UnreadableReportError, match=reason):
        read("Bias.Report", report)


def explanation(values: dict[str, Any]) -> dict[str, Any]:
    """An explainability report with one label."""
    return {"explanations": {"kernel_shap": {"approved": {"global_shap_values": values}}, "pdp": []}}


def test_global_shap_becomes_shares_of_each_label() -> None:
    """A share is a value over the sum of its label, whatever the unit of the model's output."""
    facts = read("Explainability.Report", explanation({"income": 30, "race": 10.0}))

    assert facts["explainability/approved/shap_share/race"].value == Value(number=0.25)
    assert facts["explainability/approved/global_shap/income"].value == Value(number=30.0)
    assert facts["explainability/approved/shap_total"].value == Value(number=40.0)


@pytest.mark.parametrize(
    "values", [{"a": 0, "b": 0.0}, {"a": -1, "b": 2}, {"a": "NaN", "b": 1}, {"a": 1e308, "b": 1e308}]
)
def test_shares_of_a_degenerate_explanation_are_unknown(values: dict[str, Any]) -> None:
    """All zeros, a negative mean of magnitudes, a hole or an overflow: no share can be trusted."""
    facts = read("Explainability.Report", explanation(values))

    assert all(facts[f"explainability/approved/shap_share/{name}"].value.unknown for name in values)


def test_more_values_than_anyone_judges_are_refused() -> None:
    """A report cannot grow the record without end."""
    with pytest.raises(UnreadableReportError, match="more than 10000 values"):
        read("ModelQuality.Statistics", {"m": {str(n): n for n in range(10_001)}})


@pytest.mark.parametrize(
    "facets",
    [
        {"f" * 500_000: [0] * 500_000},
        {"f": [{"value_or_threshold": "v" * 1_000_000, "metrics": [{"name": "DI"}] * 1000}]},
        {"f": [{"value_or_threshold": "v", "metrics": [{"name": "D" * 1_000_000}] * 3}]},
    ],
)
def test_a_long_name_is_refused_before_anything_repeats_it(facets: dict[str, Any]) -> None:
    """A name stands in the place of everything below it: a megabyte of it, a thousand times, would kill the step."""
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableReportError, match="longer than 512 characters"):
            read("Bias.Report", bias(facets))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 100_000_000


def test_names_that_would_fill_the_record_are_refused() -> None:
    """A short file can grow a hundredfold: each value repeats the name of its facet and facet value."""
    metrics = [{"name": f"M{n}", "value": 0} for n in range(9900)]
    report = bias({"\N{GRINNING FACE}" * 500: [{"value_or_threshold": "\N{GRINNING FACE}" * 500, "metrics": metrics}]})

    with pytest.raises(UnreadableReportError, match="its names take more than 2000000 characters; shorten them"):
        read("Bias.Report", report)
