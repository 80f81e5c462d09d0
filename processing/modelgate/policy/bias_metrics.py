"""The bias metrics of SageMaker Clarify: where each lives, its fair value, and the kind of bound that makes sense.

Source: SageMaker developer guide, "Pre-training Bias Metrics" and "Post-training Data and Model Bias Metrics".
A signed metric is unfair in both directions, so a bound on one side alone approves the worst models.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from modelgate.contracts.facts import POST_TRAINING, PRE_TRAINING

ABS = "abs"  # unfair in both directions around the fair value: abs_max, or both ends
BAND = "band"  # a ratio, unfair in both directions around 1: ratio_band, or both ends
UPPER = "upper"  # never negative, grows with unfairness: max


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasMetric:
    """*rule* is the kind of bound that makes sense; *unbounded* when a good model can have an infinite value."""

    name: str
    description: str
    section: str
    rule: str
    unbounded: bool = False

    @property
    def fair(self) -> float:
        """The value of a model that treats both groups alike."""
        return 1.0 if self.rule == BAND else 0.0

    @property
    def two_sided(self) -> bool:
        """Whether deviations in both directions are unfair."""
        return self.rule != UPPER


def _pre(name: str, description: str, rule: str) -> BiasMetric:
    return BiasMetric(name=name, description=description, section=PRE_TRAINING, rule=rule)


def _post(name: str, description: str, rule: str, *, unbounded: bool = False) -> BiasMetric:
    return BiasMetric(name=name, description=description, section=POST_TRAINING, rule=rule, unbounded=unbounded)


BIAS_METRICS: Mapping[str, BiasMetric] = {
    metric.name: metric
    for metric in (
        _pre("CI", "class imbalance", ABS),
        _pre("DPL", "difference in positive proportions in labels", ABS),
        _pre("KL", "Kullback-Leibler divergence", UPPER),
        _pre("JS", "Jensen-Shannon divergence", UPPER),
        _pre("LP", "Lp norm", UPPER),
        _pre("TVD", "total variation distance", UPPER),
        _pre("KS", "Kolmogorov-Smirnov distance", UPPER),
        _pre("CDDL", "conditional demographic disparity in labels", ABS),
        _post("DPPL", "difference in positive proportions in predicted labels", ABS),
        _post("DI", "disparate impact", BAND, unbounded=True),
        _post("DCA", "difference in conditional acceptance", ABS, unbounded=True),
        _post("DCR", "difference in conditional rejection", ABS, unbounded=True),
        _post("AD", "accuracy difference", ABS),
        _post("RD", "recall difference", ABS),
        _post("SD", "specificity difference", ABS),
        _post("DAR", "difference in acceptance rates", ABS),
        _post("DRR", "difference in rejection rates", ABS),
        _post("TE", "treatment equality", ABS, unbounded=True),
        _post("CDDPL", "conditional demographic disparity in predicted labels", ABS),
        _post("FT", "counterfactual flip test", ABS),
        _post("GE", "generalized entropy", UPPER),
    )
}
