"""Named metrics: of the model quality report, of any report, of slices, and the margin over the constant classifier."""

from typing import Any

import pytest
from modelgate.contracts.results import Status
from modelgate.policy.model import FacetChoice

from tests.unit.checks.report_data import DATA, QUALITY, columns, quality, sliced
from tests.unit.checks.subjects import check, results, statuses, subject


def found(kind: str, reports: dict[str, Any], **asked: Any) -> list[tuple[Status, str]]:
    """Status and sentence of each result on the metric auc."""
    made = results(check(kind, **{"metric": "auc", "low": 0.7, **asked}), subject(reports))
    return [(result.status, result.sentence) for result in made]


def test_a_metric_is_judged_at_its_place() -> None:
    """The result names the report, the exact version, and the JSON pointer of the number."""
    (result,) = results(check("model_quality", metric="auc", low=0.7), subject(quality(auc=0.8)))

    assert (result.status, result.sentence) == (Status.PASS, "it: auc = 0.8, at least 0.7")
    assert result.source is not None
    assert (result.source.artifact, result.source.version_id) == (QUALITY, "v1")
    assert result.source.pointer == "/binary_classification_metrics/auc/value"


def test_a_missing_metric_says_what_was_found() -> None:
    """The team sees at once that the key has another name."""
    assert found("model_quality", {QUALITY: {"classification_metrics": {"validation:auc": {"value": 0.8}}}}) == [
        (Status.MISSING, "it: the model quality report has no metric 'auc'; it has validation:auc")
    ]


def test_a_missing_report_says_so() -> None:
    """Nothing that was never measured passes."""
    assert found("model_quality", columns()) == [
        (Status.MISSING, "it: no model quality report was read, so there is no auc")
    ]


def test_a_metric_that_is_reported_twice_must_hold_twice() -> None:
    """A second section does not replace the first."""
    report = {"a_metrics": {"auc": {"value": 0.9}}, "b_metrics": {"auc": {"value": 0.5}}}
    judged = results(check("model_quality", metric="auc", low=0.7), subject({QUALITY: report}))

    assert sorted((r.source.pointer, r.status) for r in judged if r.source) == [
        ("/a_metrics/auc/value", Status.PASS),
        ("/b_metrics/auc/value", Status.FAIL),
    ]


def test_a_slice_is_not_the_whole() -> None:
    """A metric of one region does not stand in for that of the model."""
    report = {QUALITY: {"m": {"auc.by_region": {"value": 1, "slices": {"region": {"north": {"value": 0.9}}}}}}}

    assert [status for status, _ in found("model_quality", report)] == [Status.MISSING]
    assert [status for status, _ in found("metric", report)] == [Status.MISSING]


def test_a_metric_of_another_report_is_no_model_quality() -> None:
    """Extra reports are for checks that ask for them: of any report, or of the one they name."""
    reports = {"Extra.stress": {"auc": 0.6}, **quality(auc=0.8)}

    assert [status for status, _ in found("model_quality", reports)] == [Status.PASS]
    assert sorted(status for status, _ in found("metric", reports)) == [Status.FAIL, Status.PASS]
    assert [status for status, _ in found("metric", reports, report="Extra.stress")] == [Status.FAIL]
    assert found("metric", reports, report="Extra.other") == [
        (Status.MISSING, "it: no Extra.other was read, so there is no auc")
    ]


def test_the_margin_over_the_constant_classifier_is_judged() -> None:
    """An accuracy of 0.9 is worth little where always saying no gives 0.88."""
    report = quality(auc=0.9, auc_best_constant_classifier=0.875)

    assert found("model_quality", report, measure="margin", low=0.05) == [
        (Status.FAIL, "it: auc over the best constant classifier = 0.025, must be at least 0.05")
    ]
    assert [status for status, _ in found("model_quality", report, measure="margin", low=0.02)] == [Status.PASS]


def test_without_a_constant_classifier_there_is_no_margin() -> None:
    """Of none the team has nothing to show; of two it could mean the lower one."""
    twice = {"a": {"auc": 0.9, "auc_best_constant_classifier": 0.5}, "b": {"auc_best_constant_classifier": 0.89}}
    ask = "to compare auc with; report it once, beside the metric"

    assert found("model_quality", quality(auc=0.9), measure="margin") == [
        (Status.MISSING, f"it: the report has no 'auc_best_constant_classifier' {ask}")
    ]
    assert found("model_quality", {QUALITY: twice}, measure="margin", low=0.3) == [
        (Status.MISSING, f"it: the report has 'auc_best_constant_classifier' 2 times {ask}")
    ]


def test_the_constant_classifier_of_another_report_does_not_count() -> None:
    """Both were measured on the same rows, or the margin means nothing."""
    reports = {**quality(auc=0.9), "Extra.stress": {"auc_best_constant_classifier": 0.1}}

    assert [status for status, _ in found("model_quality", reports, measure="margin")] == [Status.MISSING]


@pytest.mark.parametrize("bad", ["NaN", "Infinity", None, "0.1", True])
def test_a_margin_of_what_is_no_number_fails(bad: Any) -> None:
    """Neither side may be missing, and no text is taken for a number."""
    for report in (
        quality(auc=bad, auc_best_constant_classifier=0.5),
        quality(auc=0.9, auc_best_constant_classifier=bad),
    ):
        assert [status for status, _ in found("model_quality", report, measure="margin", low=-9)] == [Status.FAIL]


def test_slices_of_a_metric_are_judged_each() -> None:
    """All of them, or those of a list; a slice without the metric is missing."""
    report = sliced("auc", 0.9, region={"north": 0.8, "south": 0.6}, channel={"web": 0.9})
    report[QUALITY]["binary_classification_metrics"]["f1"] = {"value": 1, "slices": {"region": {"west": {"value": 1}}}}
    asked = check("metric", metric="auc", low=0.7, facets=())
    listed = check("metric", metric="auc", low=0.7, facets=(FacetChoice(facet="region", values=("north", "east")),))

    assert statuses(results(asked, subject(report))) == {
        "channel=web": "pass",
        "region=north": "pass",
        "region=south": "fail",
        "region=west": "missing",
    }
    assert statuses(results(listed, subject(report))) == {"region=north": "pass", "region=east": "missing"}


def test_without_slices_a_check_on_slices_is_missing() -> None:
    """A report of the whole says nothing about groups."""
    assert found("metric", quality(auc=0.9), facets=()) == [
        (Status.MISSING, "it: no report with a facet was read, so there is no auc of one")
    ]


def test_every_cell_of_a_confusion_matrix_has_a_name() -> None:
    """The label is the actual class, the feature the predicted one."""
    report = {QUALITY: {"confusion_matrix": {"0": {"0": 50, "1": 2}, "1": {"0": 4, "1": 44}}}}

    judged = results(check("model_quality", metric="confusion_matrix", low=3), subject(report))

    assert [r.sentence for r in judged if r.status is Status.FAIL] == [
        "it: confusion_matrix for 0/1 = 2, must be at least 3"
    ]


@pytest.mark.parametrize("kind", ["model_quality", "metric", "gap"])
def test_data_quality_is_no_metric_of_the_model(kind: str) -> None:
    """The mean of a column has a name that a metric could have."""
    asked = check(
        kind,
        metric="mean",
        low=0,
        facets=() if kind == "gap" else None,
        measure="difference" if kind == "gap" else "value",
    )

    assert [r.status for r in results(asked, subject({DATA: columns(10, age=0)[DATA]}))] == [Status.MISSING]
