"""The bias report, in the format of SageMaker Clarify (``analysis.json``), computed by its open library smclarify."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
from smclarify.bias.report import FacetColumn, LabelColumn, StageType, bias_report

from examples.loan_approval.data import FAVOURABLE, LABEL, PROTECTED, Applications

_PREDICTED = "predicted"


def bias_document(applications: Applications, decisions: np.ndarray) -> dict[str, Any]:
    """Compute every pre- and post-training metric, for every value of the facet, in one document.

    The metrics that need a group variable (CDDL, CDDPL) stay null with their error: this team has none. Infinite
    values are the string "Infinity", as Clarify writes them.
    """
    return {
        "version": "1.0",
        "post_training_bias_metrics": _section(applications, decisions, StageType.POST_TRAINING),
        "pre_training_bias_metrics": _section(applications, None, StageType.PRE_TRAINING),
    }


def _section(applications: Applications, decisions: np.ndarray | None, stage: StageType) -> dict[str, Any]:
    frame = applications.record.assign(**{PROTECTED: applications.facet})
    predicted = None
    if decisions is not None:
        series = pd.Series(decisions, index=frame.index, name=_PREDICTED)
        predicted = LabelColumn(_PREDICTED, series, [FAVOURABLE])
    with _quiet_library():
        entries = bias_report(
            frame,
            FacetColumn(PROTECTED),
            LabelColumn(LABEL, applications.approved, [FAVOURABLE]),
            stage,
            predicted_label_column=predicted,
        )
    return {"label": LABEL, "label_value_or_threshold": str(FAVOURABLE), "facets": {PROTECTED: entries}}


@contextmanager
def _quiet_library() -> Iterator[None]:
    """Keep the library from logging a traceback for each metric that it reports as null with an error."""
    logger = logging.getLogger("smclarify")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            # smclarify 0.5 passes a keyword that pandas 3 no longer needs; nothing about the data.
            warnings.filterwarnings("ignore", message="The copy keyword is deprecated", category=DeprecationWarning)
            yield
    finally:
        logger.setLevel(before)
