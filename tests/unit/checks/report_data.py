"""Packages of small reports, each a dictionary from the name in the package to what the file says."""

from typing import Any

Reports = dict[str, dict[str, Any]]

QUALITY, BIAS = "ModelQuality.Statistics", "Bias.Report"
SHAP, DATA = "Explainability.Report", "ModelDataQuality.Statistics"
BEFORE, AFTER = "pre_training_bias_metrics", "post_training_bias_metrics"


def bias(facets: dict[str, Any], section: str = AFTER) -> Reports:
    """One bias report: facet, then value, then metrics."""
    lists = {
        facet: [
            {"value_or_threshold": value, "metrics": [{"name": n, "value": v} for n, v in metrics.items()]}
            for value, metrics in values.items()
        ]
        for facet, values in facets.items()
    }
    return {BIAS: {section: {"facets": lists}}}


def shap(**labels: dict[str, Any]) -> Reports:
    """One explainability report: label, then global SHAP values by feature."""
    tables = {label: {"global_shap_values": values} for label, values in labels.items()}
    return {SHAP: {"explanations": {"kernel_shap": tables}}}


def quality(**metrics: Any) -> Reports:
    """One model quality report; a metric is a number, or an object with a value."""
    written = {name: one if isinstance(one, dict) else {"value": one} for name, one in metrics.items()}
    return {QUALITY: {"binary_classification_metrics": written}}


def sliced(metric: str, value: Any = 0.9, /, **slices: dict[str, Any]) -> Reports:
    """One model quality report with a metric of *value*, and of slices: facet, then value of the facet."""
    return quality(**{metric: {"value": value, "slices": {f: _entries(values) for f, values in slices.items()}}})


def columns(rows: int = 100, **missing: int) -> Reports:
    """One data quality report of *rows* with columns, each with a number of *missing* values."""
    features = [
        {
            "name": name,
            "numerical_statistics": {
                "common": {"num_present": rows - gaps, "num_missing": gaps},
                "mean": 5.0,
                "min": 0.0,
            },
        }
        for name, gaps in missing.items()
    ]
    return {DATA: {"dataset": {"item_count": rows}, "features": features}}


def violations(*found: tuple[str, str], name: str = "ModelDataQuality.Constraints") -> Reports:
    """One violations file: type of check, and column, of each violation."""
    return {name: {"violations": [{"constraint_check_type": kind, "feature_name": column} for kind, column in found]}}


def limits(**metrics: tuple[str, float]) -> Reports:
    """One file of the team's own constraints on metrics: the comparison that violates, and the threshold."""
    written = {name: {"threshold": end, "comparison_operator": kind} for name, (kind, end) in metrics.items()}
    return {"ModelQuality.Constraints": {"binary_classification_constraints": written}}


def _entries(values: dict[str, Any]) -> dict[str, Any]:
    return {value: one if isinstance(one, dict) else {"value": one} for value, one in values.items()}
