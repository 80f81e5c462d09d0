"""Real Clarify and Model Monitor outputs, read where they lie."""

import os
from pathlib import Path

import pytest
from modelgate.contracts.facts import Fact
from modelgate.errors import UnreadableReportError
from modelgate.reports.read import read_report

_BESIDE_THE_REPOSITORY = Path(__file__).parents[4] / "shared" / "data"
REPORTS = Path(os.environ.get("MODELGATE_SHARED_DATA", _BESIDE_THE_REPOSITORY)) / "reports"

pytestmark = pytest.mark.skipif(not REPORTS.is_dir(), reason="the real reports are not on this machine")

EXAMPLES, SDK = "amazon-sagemaker-examples", "sagemaker-python-sdk"
FRAUD, GOVERNANCE = f"{EXAMPLES}/fraud_detection", f"{EXAMPLES}/model_governance"
CHECKS = f"{SDK}/pipeline/quality_check_step"

# file, the name a package would give it, facts in it
READ = [
    (f"{FRAUD}/bias_1/analysis.json", "Bias.Report", 21),
    (f"{FRAUD}/bias_2/analysis.json", "Bias.Report", 21),
    (f"{FRAUD}/explainability/analysis.json", "Explainability.Report", 91),
    (f"{FRAUD}/training_metrics.json", "ModelQuality.Statistics", 2),
    (f"{GOVERNANCE}/clarify_bias.json", "Bias.Report", 6),
    (f"{GOVERNANCE}/clarify_explanability.json", "Explainability.Report", 28),
    (f"{GOVERNANCE}/model_monitor_model_quality_binary_classification.json", "ModelQuality.Statistics", 34),
    (f"{SDK}/model_card/evaluation_metrics/clarify_bias.json", "Bias.PostTrainingReport", 6),
    (f"{SDK}/model_card/evaluation_metrics/clarify_explanability.json", "Explainability.Report", 28),
    (
        f"{SDK}/model_card/evaluation_metrics/model_monitor_model_quality_binary_classification.json",
        "ModelQuality.Statistics",
        34,
    ),
    (
        f"{SDK}/model_card/evaluation_metrics/model_monitor_model_quality_regression.json",
        "ModelQuality.Statistics",
        9,
    ),
    (f"{SDK}/pipeline/clarify_check_step/data_bias/good_cases/analysis.json", "Bias.PreTrainingReport", 9),
    (f"{SDK}/pipeline/clarify_check_step/data_bias/bad_cases/analysis.json", "Bias.PreTrainingReport", 9),
    (f"{CHECKS}/model_quality/statistics.json", "ModelQuality.Statistics", 9),
    (f"{CHECKS}/model_quality/good_cases/constraints.json", "ModelQuality.Constraints", 0),
    (f"{CHECKS}/model_quality/bad_cases/constraints.json", "ModelQuality.Constraints", 0),
    (f"{CHECKS}/data_quality/statistics.json", "ModelDataQuality.Statistics", 1),
    (f"{CHECKS}/data_quality/good_cases/constraints.json", "ModelDataQuality.Constraints", 0),
    (f"{CHECKS}/data_quality/bad_cases/constraints.json", "ModelDataQuality.Constraints", 0),
    (f"{SDK}/monitor/statistics.json", "ModelDataQuality.Statistics", 1),
    (f"{SDK}/monitor/constraints.json", "ModelDataQuality.Constraints", 0),
]
# file, a name it must not pass under
REFUSED = [
    (f"{FRAUD}/analysis_config.json", "Bias.Report"),
    (f"{FRAUD}/bias_1/analysis.json", "Explainability.Report"),
    (f"{FRAUD}/explainability/analysis.json", "Bias.Report"),
    (f"{EXAMPLES}/data_quality_nlp/constraints_violations.json", "ModelDataQuality.Statistics"),
    (f"{SDK}/monitor/constraint_violations.json", "ModelDataQuality.Statistics"),
]


def facts_of(file: str, artifact: str) -> dict[tuple[str, str | None, str | None, str | None], Fact]:
    """The facts of a real file by metric, facet, facet value and feature."""
    facts = read_report(artifact, (REPORTS / file).read_bytes())
    return {(fact.metric, fact.facet, fact.facet_value, fact.feature): fact for fact in facts}


@pytest.mark.parametrize(("file", "artifact", "count"), READ)
def test_a_real_report_is_read_in_full(file: str, artifact: str, count: int) -> None:
    """Every number of the file is a fact."""
    assert len(read_report(artifact, (REPORTS / file).read_bytes())) == count


@pytest.mark.parametrize(("file", "artifact"), REFUSED)
def test_a_real_file_of_another_kind_is_refused(file: str, artifact: str) -> None:
    """A file registered under the wrong name is never taken for an empty report."""
    with pytest.raises(UnreadableReportError):
        read_report(artifact, (REPORTS / file).read_bytes())


def test_every_real_file_has_its_case() -> None:
    """No file of the collection is overlooked."""
    listed = {file for file, *_ in READ} | {file for file, _ in REFUSED}

    assert listed == {path.relative_to(REPORTS).as_posix() for path in REPORTS.rglob("*.json")}


def test_real_values_are_those_of_the_files() -> None:
    """An integer DCR of -72 beside a DI of exactly 1, null with its reason, and both values of a facet."""
    fraud = facts_of(f"{FRAUD}/bias_2/analysis.json", "Bias.Report")
    governance = facts_of(f"{GOVERNANCE}/clarify_bias.json", "Bias.Report")

    by_metric = {metric: fact.value for (metric, *_), fact in fraud.items()}
    assert (by_metric["DCR"].number, by_metric["DI"].number, by_metric["DPPL"].number) == (-72.0, 1.0, 0.0)
    assert by_metric["CDDPL"].unknown is not None
    assert {value for metric, _, value, _ in governance if metric == "AD"} == {"0", "1"}
