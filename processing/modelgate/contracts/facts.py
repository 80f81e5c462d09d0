"""What the reports say, in one form whatever wrote them: one fact is one number at one place."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A measured value: a finite *number*, or *infinite* (``+`` or ``-``), or *unknown* for the reason given.

    Exactly one of the three is set, so that no comparison can meet NaN.
    """

    number: float | None = None
    infinite: str | None = None
    unknown: str | None = None

    def __post_init__(self) -> None:
        states = [state for state in (self.number, self.infinite, self.unknown) if state is not None]
        if len(states) != 1 or self.infinite not in (None, "+", "-"):
            raise ValueError(f"a value is a number, infinite or unknown, not {self!r}")
        if self.number is not None and not math.isfinite(self.number):
            raise ValueError(f"{self.number} is not a finite number")

    def __str__(self) -> str:
        if self.number is not None:
            return f"{self.number:.6g}"
        if self.infinite is not None:
            return f"{self.infinite}Infinity"
        return "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A confidence interval as a report gives it: ends included, *confidence* between 0 and 1."""

    low: float
    high: float
    confidence: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low <= self.high):
            raise ValueError(f"an interval has two finite ends, the lower one first, not {self.low} and {self.high}")
        if not 0 < self.confidence < 1:
            raise ValueError(f"a confidence lies between 0 and 1, not {self.confidence}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One value of one report.

    *artifact* is the report's name in the package (``Bias.Report``), *section* the part of it the metric belongs to
    (``post_training``), *pointer* the RFC 6901 place. A bias metric has facet and facet value, as has a metric of a
    slice; a SHAP value has label and feature, a number about a column of data its feature, and a team's own
    constraint the comparison that would violate it as its label.

    What the report says of the value's certainty: *n* is the number of rows (or prompts) behind it, *deviation* its
    standard deviation (unknown when the report says "NaN"), *interval* a confidence interval.
    """

    artifact: str
    section: str
    metric: str
    facet: str | None = None
    facet_value: str | None = None
    label: str | None = None
    feature: str | None = None
    value: Value
    n: int | None = None
    deviation: Value | None = None
    interval: Interval | None = None
    pointer: str


PRE_TRAINING = "pre_training"
POST_TRAINING = "post_training"
MODEL_QUALITY = "model_quality"
DATA_QUALITY = "data_quality"
EXPLAINABILITY = "explainability"
CONSTRAINTS = "constraints"  # thresholds that the team itself registered
VIOLATIONS = "violations"  # what a monitor of the team found

# Metrics of our own making, beside those that reports name.
METRIC_COUNT = "metric_count"  # how many metrics a facet value has: keeps those without any in sight
SHAP_SHARE = "shap_share"  # a feature's share of its label's total
SHAP_TOTAL = "shap_total"  # that total
GLOBAL_SHAP = "global_shap"
ITEM_COUNT = "item_count"
VIOLATION_COUNT = "violation_count"  # of a whole file, also when it is zero
VIOLATION = "violation"  # one entry: label is its check type, feature (or facet) what it is about

BASELINES = "DriftCheckBaselines."  # artifacts registered as baselines begin with it; they are never judged themselves
