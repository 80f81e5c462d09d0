"""Real Clarify and Model Monitor outputs, read where they lie."""

import pytest
from modelgate.contracts.facts import Fact, Value
from modelgate.errors import UnreadableReportError
from modelgate.reports.read import read_report

from tests.unit.reports.reading import REAL_REPORTS as REPORTS

pytestmark = pytest.mark.skipif(not REPORTS.is_dir(), reason="the real reports are not on this machine")

EXAMPLES, SDK = "amazon-sagemaker-examples", "sagemaker-python-sdk"
FRAUD, GOVERNANCE = f"{EXAMPLES}/fraud_detection", f"{EXAMPLES}/model_governance"
CARD, MONITOR = f"{SDK}/model_card/evaluation_metrics", f"{SDK}/monitor"
BINARY, REGRESSION = (f"model_monitor_model_quality_{kind}.json" for kind in ("binary_classification", "regression"))
CLARIFY, CHECKS = f"{SDK}/pipeline/clarify_check_step/data_bias", f"{SDK}/pipeline/quality_check_step"
BASELINES = "DriftCheckBaselines"

# file, the name a package would give it, facts in it
READ = [
    # a metric each, and one count per facet value
    (f"{FRAUD}/bias_1/analysis.json", "Bias.Report", 21),
    (f"{FRAUD}/bias_1/analysis.json", f"{BASELINES}.Bias.PostTrainingConstraints", 21),
    (f"{FRAUD}/bias_2/analysis.json", "Bias.Report", 21),
    (f"{GOVERNANCE}/clarify_bias.json", "Bias.Report", 6),
    (f"{GOVERNANCE}/clarify_bias.json", "Extra.fairness", 6),
    (f"{CARD}/clarify_bias.json", "Bias.PostTrainingReport", 6),
    (f"{CLARIFY}/good_cases/analysis.json", "Bias.PreTrainingReport", 9),
    (f"{CLARIFY}/bad_cases/analysis.json", "Bias.PreTrainingReport", 9),
    (f"{CLARIFY}/good_cases/analysis.json", f"{BASELINES}.Bias.PreTrainingConstraints", 9),
    # value and share of each feature, and the total of each label
    (f"{FRAUD}/explainability/analysis.json", "Explainability.Report", 91),
    (f"{FRAUD}/explainability/analysis.json", f"{BASELINES}.Explainability.Constraints", 91),
    (f"{GOVERNANCE}/clarify_explanability.json", "Explainability.Report", 28),
    (f"{CARD}/clarify_explanability.json", "Explainability.Report", 28),
    (f"{CARD}/clarify_explanability.json", "Extra.attribution", 28),
    # 17 values with their deviations, and four cells
    (f"{GOVERNANCE}/{BINARY}", "ModelQuality.Statistics", 38),
    (f"{CARD}/{BINARY}", "ModelQuality.Statistics", 38),
    (f"{CARD}/{BINARY}", "Extra.evaluation", 38),
    # four values with their deviations, and the number of rows
    (f"{CARD}/{REGRESSION}", "ModelQuality.Statistics", 9),
    (f"{CHECKS}/model_quality/statistics.json", "ModelQuality.Statistics", 9),
    (f"{CHECKS}/model_quality/statistics.json", f"{BASELINES}.ModelQuality.Statistics", 9),
    (f"{FRAUD}/training_metrics.json", "ModelQuality.Statistics", 2),
    (f"{CHECKS}/model_quality/good_cases/constraints.json", "ModelQuality.Constraints", 4),
    (f"{CHECKS}/model_quality/bad_cases/constraints.json", "ModelQuality.Constraints", 4),
    (f"{CHECKS}/model_quality/bad_cases/constraints.json", f"{BASELINES}.ModelQuality.Constraints", 4),
    # six features with eight numbers each, and the number of rows
    (f"{CHECKS}/data_quality/statistics.json", "ModelDataQuality.Statistics", 49),
    (f"{CHECKS}/data_quality/statistics.json", "Extra.data", 49),
    (f"{MONITOR}/statistics.json", "ModelDataQuality.Statistics", 5),
    (f"{MONITOR}/statistics.json", f"{BASELINES}.ModelDataQuality.Statistics", 5),
    # completeness of each feature, and its sign where it is numerical
    (f"{CHECKS}/data_quality/good_cases/constraints.json", "ModelDataQuality.Constraints", 12),
    (f"{CHECKS}/data_quality/bad_cases/constraints.json", "ModelDataQuality.Constraints", 12),
    (f"{MONITOR}/constraints.json", "ModelDataQuality.Constraints", 2),
    # one for each entry, and their number
    (f"{EXAMPLES}/data_quality_nlp/constraints_violations.json", "ModelDataQuality.Constraints", 9),
    (f"{EXAMPLES}/data_quality_nlp/constraints_violations.json", "Extra.drift", 9),
    (f"{MONITOR}/constraint_violations.json", "ModelQuality.Constraints", 8),
    (f"{MONITOR}/constraint_violations.json", f"{BASELINES}.ModelDataQuality.Constraints", 8),
    (f"{FRAUD}/analysis_config.json", f"{BASELINES}.Bias.ConfigFile", 0),
]
# file, a name it must not pass under
REFUSED = [
    (f"{FRAUD}/analysis_config.json", "Bias.Report"),
    (f"{FRAUD}/analysis_config.json", f"{BASELINES}.Explainability.Constraints"),
    (f"{FRAUD}/bias_1/analysis.json", "Explainability.Report"),
    (f"{FRAUD}/explainability/analysis.json", "Bias.Report"),
    (f"{CHECKS}/model_quality/statistics.json", "ModelQuality.Constraints"),
    (f"{CHECKS}/model_quality/good_cases/constraints.json", "ModelDataQuality.Constraints"),
    (f"{CHECKS}/data_quality/good_cases/constraints.json", "ModelQuality.Constraints"),
    (f"{CHECKS}/data_quality/good_cases/constraints.json", "ModelDataQuality.Statistics"),
    (f"{EXAMPLES}/data_quality_nlp/constraints_violations.json", "ModelDataQuality.Statistics"),
    (f"{MONITOR}/constraint_violations.json", "ModelDataQuality.Statistics"),
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


def test_the_rows_behind_a_real_evaluation_come_from_its_confusion_matrix() -> None:
    """Four rows, three of them of label 0: only with label 1 as the positive one do the cells give the values."""
    found = facts_of(f"{GOVERNANCE}/{BINARY}", "ModelQuality.Statistics")

    assert {metric: fact.n for (metric, *_), fact in found.items() if fact.n is not None} == {
        "accuracy": 4,
        "recall": 1,
        "true_positive_rate": 1,
        "false_negative_rate": 1,
        "true_negative_rate": 3,
        "false_positive_rate": 3,
        "precision": 3,
    }
    assert found["auc", None, None, None].deviation == Value(number=0.1)


def test_real_statistics_of_data_are_read_feature_by_feature() -> None:
    """Text features have no mean, numerical ones no distinct count."""
    text = facts_of(f"{MONITOR}/statistics.json", "ModelDataQuality.Statistics")
    numbers = facts_of(f"{CHECKS}/data_quality/statistics.json", "ModelDataQuality.Statistics")

    assert text["completeness", None, None, "message"].n == 418
    assert text["distinct_count", None, None, "message"].value == Value(number=1.0)
    assert numbers["max", None, None, "_c3"].value == Value(number=8.0)
    assert numbers["std_dev", None, None, "_c0"].value == Value(number=0.8330066026148891)
    assert {metric for metric, *_, feature in numbers if feature == "_c5"} == {
        *("completeness", "num_present", "num_missing"),
        *("mean", "sum", "std_dev", "min", "max"),
    }


def test_real_constraints_and_violations_keep_what_they_are_about() -> None:
    """The comparison and the type of check are labels, the column a feature."""
    constraints = read_report(
        "ModelQuality.Constraints", (REPORTS / CHECKS / "model_quality/bad_cases/constraints.json").read_bytes()
    )
    violations = read_report(
        "ModelDataQuality.Constraints", (REPORTS / MONITOR / "constraint_violations.json").read_bytes()
    )

    assert {(fact.metric, fact.label, fact.value.number) for fact in constraints} == {
        ("mae", "GreaterThanThreshold", 0.5040653554420981),
        ("mse", "GreaterThanThreshold", 0.03364933609800973),
        ("rmse", "GreaterThanThreshold", 0.5776238707827177),
        ("r2", "LessThanThreshold", -3.208758170289026),
    }
    assert violations[0].value == Value(number=7.0)
    assert [(fact.label, fact.feature) for fact in violations[1:3]] == [
        ("categorical_values_check", "store_and_fwd_flag"),
        ("data_type_check", "fare_amount"),
    ]
