"""What a metric of a model quality report says: its value, and how sure it is."""

import json
from typing import Any

import pytest
from modelgate.contracts.facts import Interval, Value
from modelgate.errors import UnreadableReportError
from modelgate.reports.read import read_report

from tests.unit.reports.reading import quality, read


@pytest.mark.parametrize(
    ("report", "name", "expected"),
    [
        ({"regression_metrics": {"r2": {"value": -0.3, "standard_deviation": "NaN"}}}, "r2", Value(number=-0.3)),
        ({"multiclass_classification_metrics": {"weighted_f1": {"value": 1}}}, "weighted_f1", Value(number=1.0)),
        ({"classification_metrics": {"validation:auc": {"value": 0.8}}}, "validation:auc", Value(number=0.8)),
        ({"generative_metrics": {"toxicity": {"value": 0, "n": 900}}}, "toxicity", Value(number=0.0)),
        ({"mse": 3.5}, "mse", Value(number=3.5)),
        ({"metrics": {"auc": "0.8"}}, "auc", Value(unknown="the value is the text '0.8'")),
        ({"metrics": {"auc": {"value": True}}}, "auc", Value(unknown="the value is true")),
        ({"dataset": {"item_count": 512}}, "item_count", Value(number=512.0)),
    ],
)
def test_quality_metrics_are_read_by_key_from_any_section(report: dict[str, Any], name: str, expected: Value) -> None:
    """Home-made files and generative reports have sections and keys of their own."""
    assert read("ModelQuality.Statistics", report)[f"model_quality/{name}"].value == expected


def test_a_deviation_that_is_not_known_leaves_its_metric_alone() -> None:
    """Model Monitor writes "NaN" when rows are too few."""
    facts = quality({"auc": {"value": 0.8, "standard_deviation": "NaN"}})

    assert facts["auc"].value == Value(number=0.8)
    assert facts["auc"].deviation == Value(unknown="the value is NaN")
    assert facts["auc.standard_deviation"].value == Value(unknown="the value is NaN")


@pytest.mark.parametrize("name", ["standard_deviation", "standard_error"])
def test_a_deviation_belongs_to_its_metric_and_is_a_fact_of_its_own(name: str) -> None:
    """A check may bound the deviation itself, whichever of its two names the report uses."""
    facts = quality({"auc": {"value": 0.8, name: 0.01}})

    assert facts["auc"].deviation == facts[f"auc.{name}"].value == Value(number=0.01)
    assert facts[f"auc.{name}"].pointer == f"/metrics/auc/{name}"


@pytest.mark.parametrize(("data", "shown"), [(-0.1, "-0.1"), ("-Infinity", "-Infinity")])
def test_a_negative_deviation_is_unknown(data: Any, shown: str) -> None:
    """It would make an interval that is narrower than nothing."""
    facts = quality({"auc": {"value": 0.8, "standard_deviation": data}})

    assert facts["auc"].deviation == Value(unknown=f"the deviation {shown} is negative")


@pytest.mark.parametrize("rows", [{"n": 0}, {"n": 4000}, {"count": 12}, {"n": 100.0}])
def test_the_rows_behind_a_value_are_kept(rows: dict[str, Any]) -> None:
    """Some writers know whole numbers only as floats."""
    assert quality({"auc": {"value": 0.8, **rows}})["auc"].n == int(next(iter(rows.values())))


def test_an_interval_is_kept_as_given() -> None:
    """Both ends and the confidence; how it was found may stand beside them."""
    interval = {"low": 0, "high": 0.016, "confidence": 0.95, "method": "wilson"}

    assert quality({"toxicity": {"value": 0.0, "interval": interval}})["toxicity"].interval == Interval(
        low=0.0, high=0.016, confidence=0.95
    )


def test_an_interval_that_rounding_put_beside_its_value_still_holds_it() -> None:
    """The upper end of a share of 1 comes out as 1 less one bit in many a formula."""
    interval = {"low": 0.9, "high": 0.9999999999999999, "confidence": 0.95}

    found = quality({"accuracy": {"value": 1, "interval": interval}})["accuracy"].interval
    assert found == Interval(low=0.9, high=1.0, confidence=0.95)


@pytest.mark.parametrize("name", ["n", "count", "interval", "slices"])
def test_null_says_the_same_as_leaving_out(name: str) -> None:
    """Writers that dump their whole result write null for what they do not know."""
    assert quality({"auc": {"value": 0.8, name: None}}) == quality({"auc": {"value": 0.8}})


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        ({"n": -1}, "/metrics/auc/n is no whole number of at least 0; leave out what is unknown"),
        ({"n": 1.5}, "/metrics/auc/n is no whole number"),
        ({"n": True}, "/metrics/auc/n is no whole number"),
        ({"n": "100"}, "/metrics/auc/n is no whole number"),
        ({"count": []}, "/metrics/auc/count is no whole number"),
        ({"n": 5, "count": 6}, "/metrics/auc gives both 'n' and 'count'; leave one out"),
        ({"standard_deviation": 0.1, "standard_error": 0.01}, "gives both 'standard_deviation' and 'standard_error'"),
        ({"interval": [0.7, 0.9]}, "/metrics/auc/interval is not an object"),
        ({"interval": {"low": 0.7, "high": 0.9}}, "/metrics/auc/interval lacks 'confidence'"),
        ({"interval": {"low": "0.7", "high": 0.9, "confidence": 0.9}}, "/metrics/auc/interval/low is not a number"),
        ({"interval": {"low": 0.7, "high": True, "confidence": 0.9}}, "/metrics/auc/interval/high is not a number"),
        ({"interval": {"low": 0.7, "high": "Infinity", "confidence": 0.9}}, "interval/high is not a number"),
        ({"interval": {"low": 0.9, "high": 0.7, "confidence": 0.9}}, "the lower one first, not 0.9 and 0.7"),
        ({"interval": {"low": 0.7, "high": 0.79, "confidence": 0.9}}, "interval does not hold the value"),
        ({"interval": {"low": 0.81, "high": 0.9, "confidence": 0.9}}, "interval does not hold the value"),
        ({"interval": {"low": 0.7, "high": 0.9, "confidence": 1}}, "a confidence lies between 0 and 1, not 1.0"),
        ({"interval": {"low": 0.7, "high": 0.9, "confidence": 0}}, "a confidence lies between 0 and 1, not 0.0"),
        ({"interval": {"low": 0.7, "high": 0.9, "confidence": 95}}, "a confidence lies between 0 and 1, not 95.0"),
        ({"value": None, "interval": {"low": 0.7, "high": 0.9, "confidence": 0.9}}, "does not hold the value"),
        ({"slices": []}, "/metrics/auc/slices is not an object"),
        ({"slices": {"region": [1]}}, "/metrics/auc/slices/region is not an object"),
        ({"slices": {"region": {"north": {"n": 3}}}}, "/metrics/auc/slices/region/north lacks 'value'"),
        ({"slices": {"region": {"north": [3]}}}, "/metrics/auc/slices/region/north is not an object"),
        ({"slices": {"r": {"a": {"value": 1, "slices": {}}}}}, "slices/r/a has slices of its own; give them as"),
        ({"slices": {"r": {"a": {"value": 1, "n": -2}}}}, "/metrics/auc/slices/r/a/n is no whole number"),
    ],
)
def test_a_metric_that_contradicts_itself_is_refused_with_the_place(extra: dict[str, Any], reason: str) -> None:
    """What a report says about its own certainty decides verdicts: a slip there is no detail."""
    with pytest.raises(UnreadableReportError, match=reason):
        quality({"auc": {"value": 0.8} | extra})


def test_every_slice_is_a_fact_of_the_same_metric() -> None:
    """With facet and facet value, its own rows, deviation and interval, or as a bare number."""
    interval = {"low": 0.7, "high": 0.8, "confidence": 0.9}
    north = {"value": 0.75, "n": 90, "standard_deviation": 0.02, "interval": interval}

    facts = quality({"auc": {"value": 0.8, "n": 200, "slices": {"region": {"north": north, "south": 0.9}}}})

    assert set(facts) == {"auc", "region/north/auc", "region/north/auc.standard_deviation", "region/south/auc"}
    assert facts["region/north/auc"].value == Value(number=0.75)
    assert facts["region/north/auc"].n == 90
    assert facts["region/north/auc"].deviation == Value(number=0.02)
    assert facts["region/north/auc"].interval == Interval(low=0.7, high=0.8, confidence=0.9)
    assert facts["region/north/auc"].pointer == "/metrics/auc/slices/region/north/value"
    assert facts["region/south/auc"].value == Value(number=0.9)
    assert facts["region/south/auc"].n is None


def test_a_slice_without_a_number_stays_in_sight() -> None:
    """An unknown value fails its check; a slice that is not there would have to be asked for."""
    facts = quality({"auc": {"value": 0.8, "slices": {"region": {"north": None, "south": {"value": "NaN"}}}}})

    assert facts["region/north/auc"].value == Value(unknown="the value is null")
    assert facts["region/south/auc"].value == Value(unknown="the value is NaN")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"reason": "no answer came"}, "the value is null: 'no answer came'"),
        ({"reason": "two\nlines \u202e"}, "the value is null: 'two\\nlines \\u202e'"),
        ({"reason": "x" * 1000}, f"the value is null: '{'x' * 500}'"),
        ({"reason": None}, "the value is null"),
        ({"reason": ["no", "text"]}, "the value is null"),
    ],
)
def test_a_number_that_is_missing_says_why(said: dict[str, Any], told: str) -> None:
    """In the report's own words, which can be anything."""
    assert quality({"auc": {"value": None} | said})["auc"].value == Value(unknown=told)
    assert quality({"auc": {"value": 0.8} | said})["auc"].value == Value(number=0.8)


def test_the_same_metric_in_two_sections_is_read_twice() -> None:
    """Nobody can say which of them the policy meant: both are judged."""
    report = {"regression_metrics": {"mae": {"value": 1}}, "home_made": {"mae": 2}, "mae": 3}

    facts = read_report("ModelQuality.Statistics", json.dumps(report).encode())

    assert [(fact.metric, fact.pointer) for fact in facts] == [
        ("mae", "/home_made/mae"),
        ("mae", "/mae"),
        ("mae", "/regression_metrics/mae/value"),
    ]


def test_curves_are_no_metrics() -> None:
    """They have no value of their own."""
    assert quality({"precision_recall_curve": {"recalls": [1]}, "note": [1], "empty": {}}) == {}
