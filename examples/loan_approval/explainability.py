"""The explainability report, in the format of SageMaker Clarify, by the method Clarify uses: kernel SHAP."""

import warnings
from typing import Any

import numpy as np
import pandas as pd

with warnings.catch_warnings():
    # shap warns about optional plotting parts on import.
    warnings.simplefilter("ignore")
    import shap

from examples.loan_approval.data import Split
from examples.loan_approval.models import LoanModel

_BACKGROUND_ROWS = 30
_EXPLAINED_ROWS = 60


def explainability_document(model: LoanModel, split: Split) -> dict[str, Any]:
    """Compute the mean absolute SHAP value of every column of the record, in units of the probability of approval.

    All coalitions of the columns are evaluated, so the values are exact for this background and these rows, and a
    column that the model does not use gets zero. Rows are taken evenly from the split: nothing is drawn at random.
    """
    columns = list(split.train.record.columns)

    def approval(rows: np.ndarray) -> np.ndarray:
        return model.probability(pd.DataFrame(rows, columns=columns))

    background = _evenly(split.train.record, _BACKGROUND_ROWS)
    explainer = shap.KernelExplainer(approval, background)
    values = explainer.shap_values(
        _evenly(split.test.record, _EXPLAINED_ROWS), nsamples=2 ** len(columns), l1_reg=False, silent=True
    )
    means = np.abs(values).mean(axis=0)
    return {
        "version": "1.0",
        "explanations": {
            "kernel_shap": {
                "label0": {
                    "global_shap_values": {name: float(mean) for name, mean in zip(columns, means, strict=True)},
                    "expected_value": float(explainer.expected_value),
                }
            }
        },
    }


def _evenly(rows: pd.DataFrame, count: int) -> pd.DataFrame:
    return rows.iloc[np.linspace(0, len(rows) - 1, count).astype(int)]
