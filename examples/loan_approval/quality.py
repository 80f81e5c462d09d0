"""The quality report, in the format of SageMaker Model Monitor (``statistics.json``) for binary classification."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
from sklearn.metrics import precision_recall_curve, roc_auc_score, roc_curve

from examples.loan_approval.models import CUTOFF

_RESAMPLES = 100
_SEED = 0
_CURVE_POINTS = 50


def quality_document(
    truth: np.ndarray, probability: np.ndarray, *, evaluated_at: datetime, cutoff: float = CUTOFF
) -> dict[str, Any]:
    """Compute the metrics on judged applications, each with its bootstrap standard deviation.

    *truth* is 1 for approved; *probability* is the model's, which approves from *cutoff* on. Beside each metric stands
    that of the best constant classifier, which gives everyone the commoner outcome.
    """
    constant = np.full(len(truth), float(truth.mean() >= CUTOFF))
    metrics = _with_deviation(truth, probability, cutoff)
    dummy = _with_deviation(truth, constant, cutoff)
    return {
        "version": 0.0,
        "dataset": {"item_count": len(truth), "evaluation_time": _timestamp(evaluated_at)},
        "binary_classification_metrics": {
            **metrics,
            **{f"{name}_best_constant_classifier": value for name, value in dummy.items()},
            "confusion_matrix": _confusion_matrix(truth, probability, cutoff),
            **_curves(truth, probability),
        },
    }


def _with_deviation(truth: np.ndarray, probability: np.ndarray, cutoff: float) -> dict[str, dict[str, float | str]]:
    draw = np.random.default_rng(_SEED)
    resamples = [draw.integers(0, len(truth), len(truth)) for _ in range(_RESAMPLES)]
    both = [rows for rows in resamples if truth[rows].min() < truth[rows].max()]
    samples = [_metrics(truth[rows], probability[rows], cutoff) for rows in both]
    return {
        name: {"value": value, "standard_deviation": _deviation([sample[name] for sample in samples])}
        for name, value in _metrics(truth, probability, cutoff).items()
    }


def _deviation(values: list[float]) -> float | str:
    """The standard deviation; the text "NaN", as Model Monitor writes it, when too few values can tell."""
    return float(np.std(values, ddof=1)) if len(values) > 1 else "NaN"


def _metrics(truth: np.ndarray, probability: np.ndarray, cutoff: float) -> dict[str, float]:
    decided = probability >= cutoff
    right = decided == (truth == 1)
    hits, false_alarms = int((decided & right).sum()), int((decided & ~right).sum())
    misses, refusals = int((~decided & ~right).sum()), int((~decided & right).sum())
    precision, recall = _ratio(hits, hits + false_alarms), _ratio(hits, hits + misses)
    specificity = _ratio(refusals, refusals + false_alarms)
    return {
        "accuracy": float(right.mean()),
        "precision": precision,
        "recall": recall,
        "auc": float(roc_auc_score(truth, probability)),
        "f0_5": _f_score(precision, recall, 0.5),
        "f1": _f_score(precision, recall, 1),
        "f2": _f_score(precision, recall, 2),
        "true_positive_rate": recall,
        "true_negative_rate": specificity,
        "false_positive_rate": 1 - specificity,
        "false_negative_rate": 1 - recall,
    }


def _f_score(precision: float, recall: float, beta: float) -> float:
    return _ratio((1 + beta**2) * precision * recall, beta**2 * precision + recall)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _confusion_matrix(truth: np.ndarray, probability: np.ndarray, cutoff: float) -> dict[str, dict[str, int]]:
    decided = (probability >= cutoff).astype(int)
    return {
        str(actual): {str(given): int(((truth == actual) & (decided == given)).sum()) for given in (0, 1)}
        for actual in (0, 1)
    }


def _curves(truth: np.ndarray, probability: np.ndarray) -> dict[str, dict[str, list[float]]]:
    false_positives, true_positives, _ = roc_curve(truth, probability)
    precisions, recalls, _ = precision_recall_curve(truth, probability)
    return {
        "receiver_operating_characteristic_curve": {
            "false_positive_rates": _thinned(false_positives),
            "true_positive_rates": _thinned(true_positives),
        },
        "precision_recall_curve": {"precisions": _thinned(precisions), "recalls": _thinned(recalls)},
    }


def _thinned(curve: np.ndarray) -> list[float]:
    """At most `_CURVE_POINTS` points, both ends included."""
    rows = np.unique(np.linspace(0, len(curve) - 1, _CURVE_POINTS).astype(int))
    return [float(value) for value in curve[rows]]


def _timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
