"""Checks: each kind chooses the numbers that a check of it judges; how they are judged is the same for all."""

from collections.abc import Callable, Iterator, Mapping

from modelgate.checks.bias import select_bias
from modelgate.checks.data import select_constraints, select_data_quality, select_violations
from modelgate.checks.explainability import select_explainability
from modelgate.checks.metrics import select_gap, select_metric, select_model_quality
from modelgate.checks.slots import Choice, Keys
from modelgate.policy.model import Check

Select = Callable[[Check, Keys], Iterator[Choice]]

KINDS: Mapping[str, Select] = {
    "bias": select_bias,
    "constraints": select_constraints,
    "data_quality": select_data_quality,
    "explainability": select_explainability,
    "gap": select_gap,
    "metric": select_metric,
    "model_quality": select_model_quality,
    "violations": select_violations,
}
CUSTOM = "custom"  # its function sees the numbers too, so it stands apart
