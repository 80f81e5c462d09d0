"""The example's reports: the numbers are real, the shapes are those of Clarify and Model Monitor."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from examples.loan_approval.data import PROTECTED, RECORD, load_split
from examples.loan_approval.evidence import bias_on_first, package_files, trained
from examples.loan_approval.files import BIAS, EXPLAINABILITY, QUALITY
from examples.loan_approval.models import VARIANTS
from examples.loan_approval.quality import _deviation, quality_document

MOMENT = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
EVERY_VARIANT = pytest.mark.parametrize("variant", VARIANTS)


def test_the_data_set_is_divided_without_losing_or_sharing_an_application() -> None:
    """All 1,989 applications are used, each once, with whole records."""
    split = load_split()
    train, test = split.train.record, split.test.record

    assert len(train) + len(test) == 1989
    assert set(train.index).isdisjoint(test.index)
    assert list(RECORD) == list(train.columns)
    assert not train.isna().to_numpy().any()
    assert not test.isna().to_numpy().any()
    assert int(test[PROTECTED].sum()) == 154


@EVERY_VARIANT
def test_disparate_impact_and_friends_equal_their_definitions(variant: str) -> None:
    """DI, DPPL, AD and RD of both facet values equal what plain counting gives."""
    test = load_split().test
    decided = trained(variant).decisions(test.record)
    approved = test.approved.to_numpy()
    metrics = _bias_metrics(_document(variant, BIAS), "post_training_bias_metrics")

    for facet, disfavoured in (("nonwhite", test.record[PROTECTED] == 1), ("white", test.record[PROTECTED] == 0)):
        d, a = disfavoured.to_numpy(), ~disfavoured.to_numpy()
        found = metrics[facet]

        assert found["DI"] == pytest.approx(decided[d].mean() / decided[a].mean())
        assert found["DPPL"] == pytest.approx(decided[a].mean() - decided[d].mean())
        assert found["AD"] == pytest.approx((decided == approved)[a].mean() - (decided == approved)[d].mean())
        assert found["RD"] == pytest.approx(decided[a & (approved == 1)].mean() - decided[d & (approved == 1)].mean())


@EVERY_VARIANT
def test_auc_equals_the_share_of_rightly_ordered_pairs(variant: str) -> None:
    """AUC is the chance that an approved application scores above a refused one, ties counting half."""
    test = load_split().test
    score, approved = trained(variant).probability(test.record), test.approved.to_numpy() == 1
    higher = score[approved][:, None] - score[~approved][None, :]

    found = _document(variant, QUALITY)["binary_classification_metrics"]["auc"]["value"]

    assert found == pytest.approx((higher > 0).mean() + (higher == 0).mean() / 2)


@EVERY_VARIANT
def test_quality_metrics_follow_from_the_confusion_matrix(variant: str) -> None:
    """Accuracy, precision, recall and F1 agree with the counts that stand beside them."""
    metrics = _document(variant, QUALITY)["binary_classification_metrics"]
    (refused, wrongly_approved), (wrongly_refused, approved) = (
        tuple(metrics["confusion_matrix"][actual][given] for given in "01") for actual in "01"
    )

    assert refused + wrongly_approved + wrongly_refused + approved == 995
    assert metrics["accuracy"]["value"] == pytest.approx((approved + refused) / 995)
    assert metrics["precision"]["value"] == pytest.approx(approved / (approved + wrongly_approved))
    assert metrics["recall"]["value"] == pytest.approx(approved / (approved + wrongly_refused))
    assert metrics["f1"]["value"] == pytest.approx(2 * approved / (2 * approved + wrongly_approved + wrongly_refused))


@pytest.mark.parametrize(
    ("variant", "auc", "impact", "share_of_race"),
    [
        ("good", (0.80, 0.90), (0.88, 0.95), (0.0, 0.001)),
        ("weak", (0.40, 0.60), (0.99, 1.01), (0.0, 0.001)),
        ("biased", (0.70, 0.80), (0.0, 0.2), (0.3, 0.6)),
        ("leaning", (0.70, 0.80), (0.90, 1.0), (0.3, 0.6)),
        ("thin", (0.65, 0.70), (0.99, 1.01), (0.0, 0.001)),
        ("lenient", (0.80, 0.90), (0.98, 1.0), (0.0, 0.001)),
        ("fading-1", (0.84, 0.85), (0.88, 0.95), (0.0, 0.001)),
        ("fading-2", (0.835, 0.84), (0.88, 0.95), (0.0, 0.001)),
        ("fading-3", (0.82, 0.835), (0.88, 0.95), (0.0, 0.001)),
    ],
)
def test_each_variant_has_the_strength_and_the_fault_of_its_story(
    variant: str, auc: tuple[float, float], impact: tuple[float, float], share_of_race: tuple[float, float]
) -> None:
    """`good` is accurate, even-handed and blind to race; each other variant has exactly its own fault."""
    shap = _document(variant, EXPLAINABILITY)["explanations"]["kernel_shap"]["label0"]["global_shap_values"]
    found_auc = _document(variant, QUALITY)["binary_classification_metrics"]["auc"]["value"]
    found_impact = _bias_metrics(_document(variant, BIAS), "post_training_bias_metrics")["nonwhite"]["DI"]

    assert auc[0] <= found_auc <= auc[1]
    assert impact[0] <= found_impact <= impact[1]
    assert share_of_race[0] <= shap[PROTECTED] / sum(shap.values()) <= share_of_race[1]


@EVERY_VARIANT
def test_columns_that_a_model_does_not_use_explain_nothing(variant: str) -> None:
    """SHAP lists the whole record; exactly the variant's own features carry weight."""
    shap = _document(variant, EXPLAINABILITY)["explanations"]["kernel_shap"]["label0"]["global_shap_values"]

    assert list(RECORD) == list(shap)
    assert set(VARIANTS[variant].features) == {name for name, value in shap.items() if value > 1e-6}


def test_a_lenient_model_ranks_as_well_and_decides_next_to_nothing() -> None:
    """Same probabilities, another cut-off: the same AUC, and hardly a refusal."""
    good, lenient = (_document(name, QUALITY)["binary_classification_metrics"] for name in ("good", "lenient"))
    refused = [sum(cells["0"] for cells in metrics["confusion_matrix"].values()) for metrics in (good, lenient)]

    assert good["auc"] == lenient["auc"]
    assert refused[1] < 10 < refused[0]


def test_shap_starts_from_the_mean_prediction() -> None:
    """The expected value is the model's mean probability over the background, 30 rows taken evenly from training."""
    label = _document("good", EXPLAINABILITY)["explanations"]["kernel_shap"]["label0"]
    background = load_split().train.record.iloc[np.linspace(0, 993, 30).astype(int)]

    assert label["expected_value"] == pytest.approx(trained("good").probability(background).mean())


def test_metrics_that_cannot_be_computed_are_null_with_their_error() -> None:
    """Without a group variable CDDL and CDDPL are null and say why, as in real Clarify files."""
    document = _document("good", BIAS)
    nulls = [
        (metric["name"], metric["error"])
        for section in ("pre_training_bias_metrics", "post_training_bias_metrics")
        for entry in document[section]["facets"][PROTECTED]
        for metric in entry["metrics"]
        if metric["value"] is None
    ]

    assert (
        nulls
        == [("CDDL", "Group variable is empty or not provided")] * 2
        + [("CDDPL", "Group variable is empty or not provided")] * 2
    )


def test_an_infinite_metric_is_a_text() -> None:
    """On one branch no non-white applicant was falsely approved: treatment equality is "Infinity", in valid JSON."""
    document = _strict(bias_on_first(200, "good"))
    metrics = _bias_metrics(document, "post_training_bias_metrics")

    assert metrics["nonwhite"]["TE"] == "Infinity"
    assert metrics["white"]["TE"] == "-Infinity"


def test_the_bootstrap_agrees_with_theory_where_theory_is_simple() -> None:
    """The deviation of accuracy is near the binomial one, within the noise of a hundred resamples."""
    accuracy = _document("good", QUALITY)["binary_classification_metrics"]["accuracy"]
    binomial = (accuracy["value"] * (1 - accuracy["value"]) / 995) ** 0.5

    assert accuracy["standard_deviation"] == pytest.approx(binomial, rel=0.3)


def test_a_deviation_that_nothing_can_tell_is_a_text() -> None:
    """Four applications: some resamples hold one outcome only and are left out; never a bare NaN."""
    truth, probability = np.array([0, 0, 0, 1]), np.array([0.2, 0.4, 0.1, 0.9])

    document = quality_document(truth, probability, evaluated_at=MOMENT)

    json.dumps(document, allow_nan=False)
    assert _deviation([0.5]) == "NaN"


def test_measuring_again_gives_the_same_bytes() -> None:
    """Reports and archive are reproducible from a fresh start, the caches emptied."""
    first = package_files("good", evaluated_at=MOMENT)
    _forget()

    assert first.contents == package_files("good", evaluated_at=MOMENT).contents


def test_the_bias_report_has_the_keys_of_a_real_one() -> None:
    """Sections, entries and metrics have the keys of a real Clarify job, and at least its metrics."""
    real = _real("amazon-sagemaker-examples/fraud_detection/bias_1/analysis.json")
    ours = _document("good", BIAS)

    assert set(real) == set(ours)
    for section in ("pre_training_bias_metrics", "post_training_bias_metrics"):
        (real_entries,) = real[section]["facets"].values()
        (our_entries,) = ours[section]["facets"].values()

        assert set(real[section]) == set(ours[section])
        assert set(real_entries[0]) == set(our_entries[0])
        assert _described(real_entries[0]) <= _described(our_entries[0])


def test_the_explainability_report_has_the_keys_of_a_real_one() -> None:
    """Nesting and keys are those of a real Clarify job."""
    real = _real("amazon-sagemaker-examples/fraud_detection/explainability/analysis.json")
    ours = _document("good", EXPLAINABILITY)

    assert set(real) == set(ours)
    assert set(real["explanations"]["kernel_shap"]) == set(ours["explanations"]["kernel_shap"])
    assert {"global_shap_values", "expected_value"} == set(ours["explanations"]["kernel_shap"]["label0"])
    assert set(real["explanations"]["kernel_shap"]["label0"]) >= {"global_shap_values"}


def test_the_quality_report_has_every_metric_of_a_real_one() -> None:
    """Every metric of Model Monitor's file is there in the same form, and the header of its regression file."""
    folder = "sagemaker-python-sdk/model_card/evaluation_metrics"
    real = _real(f"{folder}/model_monitor_model_quality_binary_classification.json")["binary_classification_metrics"]
    header = _real(f"{folder}/model_monitor_model_quality_regression.json")
    document = _document("good", QUALITY)
    ours = document["binary_classification_metrics"]

    assert set(real) <= set(ours)
    assert {name: set(entry) for name, entry in real.items()} == {name: set(ours[name]) for name in real}
    assert document["version"] == header["version"]
    assert set(document["dataset"]) == set(header["dataset"])
    assert document["dataset"] == {"item_count": 995, "evaluation_time": "2026-01-05T10:00:00.000Z"}


def _document(variant: str, name: str) -> Any:
    return _strict(package_files(variant, evaluated_at=MOMENT).contents[name])


def _strict(content: bytes) -> Any:
    def refuse(constant: str) -> None:
        raise AssertionError(f"the bare constant {constant} is no JSON")

    return json.loads(content, parse_constant=refuse)


def _bias_metrics(document: Any, section: str) -> dict[str, dict[str, Any]]:
    return {
        entry["value_or_threshold"]: {metric["name"]: metric["value"] for metric in entry["metrics"]}
        for entry in document[section]["facets"][PROTECTED]
    }


def _described(entry: Any) -> set[tuple[str, str]]:
    return {(metric["name"], metric["description"]) for metric in entry["metrics"]}


def _real(path: str) -> Any:
    repository = Path(__file__).parents[3]
    shared = Path(os.environ.get("MODELGATE_SHARED_DATA", repository.parent / "shared" / "data"))
    file = shared / "reports" / path
    if not file.is_file():
        pytest.skip(f"the real report {path} is not here; set MODELGATE_SHARED_DATA to the folder with the sample data")
    return json.loads(file.read_text())


def _forget() -> None:
    from examples.loan_approval import evidence

    load_split.cache_clear()
    for cached in (evidence.trained, evidence.quality_on_first, evidence._bias, evidence._explainability):
        cached.cache_clear()
