"""Small reports in the three formats, each good unless a test says otherwise."""

from typing import Any

GOOD_BIAS = {"AD": 0.02, "DI": 0.95, "DPPL": 0.03, "RD": -0.01, "TE": 0.1}


def quality(**metrics: Any) -> dict[str, Any]:
    """Binary statistics as Model Monitor writes them."""
    values = {"auc": 0.8, **metrics}
    return {
        "version": 0.0,
        "dataset": {"item_count": 995, "evaluation_time": "2026-01-05T10:00:00.000Z"},
        "binary_classification_metrics": {
            name: {"value": value, "standard_deviation": "NaN"} for name, value in values.items() if value is not None
        },
    }


def bias(facets: dict[str, dict[str, dict[str, Any]]] | None = None) -> dict[str, Any]:
    """Post-training bias as Clarify writes it: facet → value → metrics."""
    facets = facets or {"race": {"white": GOOD_BIAS, "nonwhite": GOOD_BIAS}}
    return {
        "version": "1.0",
        "post_training_bias_metrics": {
            "label": "approve",
            "label_value_or_threshold": "1",
            "facets": {
                facet: [
                    {
                        "value_or_threshold": value,
                        "metrics": [{"name": n, "description": n, "value": v} for n, v in metrics.items()],
                    }
                    for value, metrics in values.items()
                ]
                for facet, values in facets.items()
            },
        },
    }


def explainability(**shap: float) -> dict[str, Any]:
    """Global SHAP values of one label."""
    values = shap or {"income": 0.3, "tenure": 0.2, "race": 0.0}
    return {
        "version": "1.0",
        "explanations": {"kernel_shap": {"label0": {"global_shap_values": values, "expected_value": 0.3}}},
    }
