"""The bias metrics of SageMaker Clarify: the section each lives in, and whether it has a sign.

Source: SageMaker developer guide, "Pre-training Bias Metrics" and "Post-training Data and Model Bias Metrics".
A signed metric is unfair in both directions, so a bound on one side alone approves the worst models.
"""

from dataclasses import dataclass

from modelgate.contracts.facts import POST_TRAINING, PRE_TRAINING


@dataclass(frozen=True, slots=True)
class BiasMetric:
    """*section* of the report; *two_sided* when deviations in both directions are unfair; *fair* is its best value."""

    section: str
    two_sided: bool
    fair: float = 0.0


BIAS_METRICS: dict[str, BiasMetric] = {
    "CI": BiasMetric(PRE_TRAINING, two_sided=True),
    "DPL": BiasMetric(PRE_TRAINING, two_sided=True),
    "KL": BiasMetric(PRE_TRAINING, two_sided=False),
    "JS": BiasMetric(PRE_TRAINING, two_sided=False),
    "LP": BiasMetric(PRE_TRAINING, two_sided=False),
    "TVD": BiasMetric(PRE_TRAINING, two_sided=False),
    "KS": BiasMetric(PRE_TRAINING, two_sided=False),
    "CDDL": BiasMetric(PRE_TRAINING, two_sided=True),
    "DPPL": BiasMetric(POST_TRAINING, two_sided=True),
    "DI": BiasMetric(POST_TRAINING, two_sided=True, fair=1.0),
    "DCA": BiasMetric(POST_TRAINING, two_sided=True),
    "DCR": BiasMetric(POST_TRAINING, two_sided=True),
    "AD": BiasMetric(POST_TRAINING, two_sided=True),
    "RD": BiasMetric(POST_TRAINING, two_sided=True),
    "SD": BiasMetric(POST_TRAINING, two_sided=True),
    "DAR": BiasMetric(POST_TRAINING, two_sided=True),
    "DRR": BiasMetric(POST_TRAINING, two_sided=True),
    "TE": BiasMetric(POST_TRAINING, two_sided=True),
    "CDDPL": BiasMetric(POST_TRAINING, two_sided=True),
    "FT": BiasMetric(POST_TRAINING, two_sided=True),
    "GE": BiasMetric(POST_TRAINING, two_sided=False),
}
