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
class Fact:
    """One value of one report.

    *artifact* is the report's name in the package (``Bias.Report``), *section* the part of it the metric belongs to
    (``post_training``), *pointer* the RFC 6901 place. A bias metric has facet and facet value, a SHAP value label and
    feature.
    """

    artifact: str
    section: str
    metric: str
    facet: str | None = None
    facet_value: str | None = None
    label: str | None = None
    feature: str | None = None
    value: Value
    pointer: str


PRE_TRAINING = "pre_training"
POST_TRAINING = "post_training"
MODEL_QUALITY = "model_quality"
DATA_QUALITY = "data_quality"
EXPLAINABILITY = "explainability"
