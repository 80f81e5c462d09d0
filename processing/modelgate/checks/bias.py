"""A bias metric by name, for every value of every facet asked for."""

from collections.abc import Iterator

from modelgate.checks.facets import slices
from modelgate.checks.slots import Choice, Keys
from modelgate.contracts.facts import POST_TRAINING, PRE_TRAINING
from modelgate.errors import PolicyError
from modelgate.policy.bias_metrics import BIAS_METRICS
from modelgate.policy.model import Check


def select_bias(check: Check, keys: Keys) -> Iterator[Choice]:
    """Choose the metric in each slice; a facet known before training counts after training too."""
    metric = BIAS_METRICS.get(check.metric or "")
    if metric is None:
        raise PolicyError(
            f"check {check.id!r} asks for the bias metric {check.metric!r}, which this code does not know"
        )
    known = keys.of(PRE_TRAINING, POST_TRAINING)
    yield from slices(check, keys, known, keys.of(metric.section), metric.name)
