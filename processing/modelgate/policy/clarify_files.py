"""Checks on Clarify's reports as policy files write them: bias, and what a model leans on."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from modelgate.contracts.results import Bound
from modelgate.policy.bias_metrics import BAND, BIAS_METRICS, BiasMetric
from modelgate.policy.bounds import Facets, Judged, facets_of
from modelgate.policy.file_model import PlacedError, Texts
from modelgate.policy.model import Better, Check, OnInfinite

_NO_COUNTS = "a Clarify report carries no numbers of rows and no deviations"
_CERTAINTY = {"confidence": _NO_COUNTS, "minimum_n": _NO_COUNTS}


class BiasFile(Judged):
    """A bias metric by its short name, for every value of the facets."""

    kind: Literal["bias"]
    metric: str = Field(description="One of Clarify's 21 short names.", json_schema_extra={"enum": list(BIAS_METRICS)})
    facets: Facets = Field(description="all, a list of facets, or values by facet; * matches any text.")

    refused = _CERTAINTY

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        metric = BIAS_METRICS.get(self.metric)
        if metric is None:
            raise PlacedError(("metric",), f"is no bias metric of Clarify; one of: {', '.join(BIAS_METRICS)}")
        if self.on_infinite is OnInfinite.PASS and not metric.unbounded:
            problem = f"would hide a fault, because {metric.name} is never infinite in a good model; write fail or hold"
            raise PlacedError(("on_infinite",), problem)
        if self.change is not None:
            _fair_change(metric, self.change.better)
        if (bound := self.bound) is not None:
            _fair_bound(metric, bound.min, bound.max)
        return self

    @property
    def _has_fair_value(self) -> bool:
        return True

    def to_check(self) -> Check:
        """The check as the steps use it."""
        return self._judged(kind=self.kind, metric=self.metric, facets=facets_of(self.facets))


def _fair_change(metric: BiasMetric, better: Better) -> None:
    if metric.two_sided and better is not Better.FAIR:
        problem = f"is {better}, but {metric.name} is unfair in both directions; write fair"
        raise PlacedError(("change", "better"), problem)
    if better is Better.HIGHER:
        raise PlacedError(("change", "better"), f"is higher, but {metric.name} grows with unfairness; write lower")


def _fair_bound(metric: BiasMetric, low: float | None, high: float | None) -> None:
    name, fair = f"{metric.name} ({metric.description})", f"{metric.fair:g}"
    if metric.two_sided and (low is None or high is None):
        form = "ratio_band: 0.8" if metric.rule == BAND else "abs_max: 0.1"
        open_side = "below" if low is None else "above"
        raise ValueError(
            f"{name} is unfair in both directions ({fair} is fair), so a bound that is open {open_side} would approve "
            f"the worst models on that side; write it as {form}, or give both ends"
        )
    if high is None:
        raise ValueError(f"{name} grows with unfairness, so it needs max: a bound from below refuses the fair models")
    if not (low is None or low <= metric.fair) or high < metric.fair:
        raise ValueError(f"the fair value of {name} is {fair}, which this bound refuses")


class ExplainabilityFile(Judged):
    """What a model leans on, by global SHAP values: give exactly one of max_share, not_in_top and min_total."""

    kind: Literal["explainability"]
    features: Texts | None = Field(None, description="Features that count together; * matches any text.")
    labels: Texts | None = Field(None, description="Only the explanations of these labels.")
    max_share: Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)] | None = Field(
        None, description="Greatest share of the label's global SHAP values that the features may have together."
    )
    not_in_top: Annotated[int, Field(ge=1, le=10_000)] | None = Field(
        None, description="None of the features may be among the k that lead."
    )
    min_total: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = Field(
        None, description="Least sum of the label's global SHAP values: an explanation of nothing passes every share."
    )
    may_be_absent: bool = Field(False, description="A feature that the report does not list counts as 0.")

    forms = "max_share, not_in_top or min_total"
    refused: ClassVar[Mapping[str, str]] = {
        **_CERTAINTY,
        **dict.fromkeys(
            ("min", "max", "between", "abs_max", "ratio_band"),
            "the bound of an explanation is max_share, not_in_top or min_total",
        ),
    }

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [way for way in _WAYS if getattr(self, way) is not None]
        if not ways:
            raise ValueError(f"the change rule needs to know of what; give one of {self.forms}")
        if len(ways) > 1:
            raise PlacedError((ways[1],), f"is a second way beside {ways[0]}; make it a check of its own")
        if ways == ["min_total"] and self.features is not None:
            raise PlacedError(("features",), "makes no sense here, because min_total is about all of them; remove it")
        if ways == ["min_total"] and self.may_be_absent:
            raise PlacedError(("may_be_absent",), "makes no sense here, because min_total names no feature; remove it")
        if ways != ["min_total"] and self.features is None:
            raise ValueError(f"{ways[0]} needs features: whose part in the explanation it limits")
        return self

    @property
    def bound(self) -> Bound | None:
        """The bound on share, rank or total."""
        if self.max_share is not None:
            return Bound(min=0.0, max=self.max_share)
        if self.not_in_top is not None:
            return Bound(min=self.not_in_top + 1.0, max=None)
        return None if self.min_total is None else Bound(min=self.min_total, max=None)

    def to_check(self) -> Check:
        """The check as the steps use it."""
        measure = next(name for way, name in _WAYS.items() if getattr(self, way) is not None)
        return self._judged(
            kind=self.kind,
            measure=measure,
            features=tuple(sorted(set(self.features or ()))),
            labels=tuple(sorted(set(self.labels or ()))),
            may_be_absent=self.may_be_absent,
        )


_WAYS = {"max_share": "share", "not_in_top": "rank", "min_total": "total"}
