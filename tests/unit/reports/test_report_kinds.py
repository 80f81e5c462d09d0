"""Which names and sections make a file which kind of report."""

from typing import Any

import pytest
from modelgate.contracts.facts import Value
from modelgate.contracts.package import BASELINE_MEMBERS
from modelgate.errors import UnreadableReportError
from modelgate.reports.read import read_report

from tests.unit.reports.reading import read

BIAS = {"post_training_bias_metrics": {"facets": {"sex": [{"value_or_threshold": "1", "metrics": []}]}}}
SHAP = {"explanations": {"kernel_shap": {"label0": {"global_shap_values": {"income": 1}}}}}
DATA = {"dataset": {"item_count": 10}, "features": [{"name": "a"}]}
SHAP_FACTS = {"explainability/label0/shap_total", "explainability/label0/global_shap/income"} | {
    "explainability/label0/shap_share/income"
}


@pytest.mark.parametrize(
    ("report", "names"),
    [
        ({"mae": 1, "version": 0.0}, {"model_quality/mae"}),
        ({"dataset": {"item_count": 3}, "m": {"auc": 1}}, {"model_quality/item_count", "model_quality/auc"}),
        (BIAS, {"post_training/sex/1/metric_count"}),
        (SHAP | {"version": "1.0"}, SHAP_FACTS),
        (BIAS | SHAP, SHAP_FACTS | {"post_training/sex/1/metric_count"}),
        ({"violations": []}, {"violations/violation_count"}),
        (DATA, {"data_quality/item_count", "data_quality/completeness/a"}),
        (
            DATA | BIAS | {"violations": [], "generative_metrics": {"toxicity": {"value": 0}}},
            {"data_quality/item_count", "data_quality/completeness/a", "post_training/sex/1/metric_count"}
            | {"violations/violation_count", "model_quality/toxicity"},
        ),
        ({"features": [], "mae": 1}, {"model_quality/mae"}),
        ({}, set()),
    ],
)
def test_an_extra_report_is_read_by_its_sections(report: dict[str, Any], names: set[str]) -> None:
    """Each section by its own reader, whatever stands beside it; a file of several kinds gives them all."""
    assert set(read("Extra.red-team.v2", report)) == names


def test_a_known_section_of_another_shape_is_refused_in_an_extra_report_too() -> None:
    """Its name says what it should be."""
    with pytest.raises(UnreadableReportError, match="lacks 'facets'"):
        read("Extra.bias", {"pre_training_bias_metrics": {}, "mae": 1})


def test_a_baseline_is_read_like_its_counterpart() -> None:
    """Clarify's constraints are the analysis of an earlier model; the facts keep the baseline's own name."""
    bias = read("DriftCheckBaselines.Bias.PostTrainingConstraints", BIAS)
    shap = read("DriftCheckBaselines.Explainability.Constraints", SHAP)
    quality = read("DriftCheckBaselines.ModelQuality.Statistics", {"m": {"auc": 0.8}})

    assert bias["post_training/sex/1/metric_count"].artifact == "DriftCheckBaselines.Bias.PostTrainingConstraints"
    assert shap["explainability/label0/shap_share/income"].value == Value(number=1.0)
    assert quality["model_quality/auc"].value == Value(number=0.8)
    assert len(read("DriftCheckBaselines.ModelDataQuality.Statistics", DATA)) == 2


@pytest.mark.parametrize("family", ["Bias", "Explainability"])
def test_a_configuration_is_read_strictly_and_measures_nothing(family: str) -> None:
    """It is pinned like the rest, so it has to be JSON like the rest."""
    artifact = f"DriftCheckBaselines.{family}.ConfigFile"

    assert read(artifact, {"facet": [{"name_or_index": "sex"}], "methods": {"shap": {"num_samples": 100}}}) == {}
    with pytest.raises(UnreadableReportError, match="'a' appears twice"):
        read_report(artifact, b'{"a": 1, "a": 2}')


@pytest.mark.parametrize("member", [m for m in BASELINE_MEMBERS if m[1] != "ConfigFile"])
def test_a_file_of_no_kind_is_refused_as_a_baseline(member: tuple[str, str]) -> None:
    """Except as model quality statistics, where any section is welcome and none is needed."""
    artifact = f"DriftCheckBaselines.{'.'.join(member)}"

    if member == ("ModelQuality", "Statistics"):
        assert read(artifact, {"remark": []}) == {}
        return
    with pytest.raises(UnreadableReportError):
        read(artifact, {"remark": []})


@pytest.mark.parametrize("artifact", ["Model.0", "Fairness.Report", "", "Extras.x"])
def test_a_name_that_no_report_has_is_refused(artifact: str) -> None:
    """Nobody is judged by a file whose kind is a guess."""
    with pytest.raises(UnreadableReportError, match="no report of a package is named"):
        read(artifact, {"mae": 1})
