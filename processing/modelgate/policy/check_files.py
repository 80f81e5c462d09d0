"""The kinds of checks as policy files write them. docs/policy-checks.md has an example of each."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from modelgate.policy.bias_metrics import BAND, BIAS_METRICS, BiasMetric
from modelgate.policy.bounds import CheckBase, Judged
from modelgate.policy.file_model import Name, Text, Texts
from modelgate.policy.model import Better, Check, FacetChoice, OnInfinite

Facets = Literal["all"] | Texts | Annotated[dict[Text, Literal["all"] | Texts], Field(min_length=1)]


class ModelQualityFile(Judged):
    """A number of the model quality report by its key, or its margin over the best constant classifier."""

    kind: Literal["model_quality"]
    metric: Text = Field(description="The metric's key in the report.")
    over: Literal["best_constant_classifier"] | None = Field(
        None, description="Judge by how much the metric exceeds that of the best constant classifier."
    )

    def to_check(self) -> Check:
        """The check as the steps use it."""
        return self._judged(kind=self.kind, metric=self.metric, measure="margin" if self.over else "value")


class MetricFile(Judged):
    """A named metric of any report: home-made, generative, or of an extra step."""

    kind: Literal["metric"]
    metric: Text = Field(description="The metric's key in the report.")
    report: Text | None = Field(None, description="Only this report, such as Extra.robustness.")
    facets: Facets | None = Field(None, description="Judge slices, not the whole: all, a list, or values by facet.")

    def to_check(self) -> Check:
        """The check as the steps use it."""
        return self._judged(kind=self.kind, metric=self.metric, report=self.report, facets=facets_of(self.facets))


class GapFile(Judged):
    """The gap between the best and the worst slice of a named metric."""

    kind: Literal["gap"]
    metric: Text = Field(description="The metric's key in the report.")
    report: Text | None = Field(None, description="Only this report.")
    facets: Facets = Field(description="Between which slices: all, a list of facets, or values by facet.")
    measure: Literal["difference", "ratio"] = Field(
        "difference", description="Greatest less smallest, or smallest by greatest (0 to 1)."
    )

    def to_check(self) -> Check:
        """The check as the steps use it."""
        return self._judged(
            kind=self.kind,
            metric=self.metric,
            report=self.report,
            facets=facets_of(self.facets),
            measure=self.measure,
        )


class BiasFile(Judged):
    """A bias metric by its short name, for every value of the facets."""

    kind: Literal["bias"]
    metric: str = Field(description="One of Clarify's 21 short names.", json_schema_extra={"enum": list(BIAS_METRICS)})
    facets: Facets = Field(description="all, a list of facets, or values by facet; * matches any text.")

    @model_validator(mode="after")
    def _sensible(self) -> "BiasFile":
        metric = BIAS_METRICS.get(self.metric)
        if metric is None:
            raise ValueError(f"knows no bias metric {self.metric!r}; one of: {', '.join(BIAS_METRICS)}")
        if self.confidence is not None or self.minimum_n is not None:
            raise ValueError("a Clarify report carries no counts, so confidence and minimum_n cannot be met; drop them")
        if self.on_infinite is OnInfinite.PASS and not metric.unbounded:
            raise ValueError(f"{metric.name} is never infinite in a good model, so on_infinite: pass hides a fault")
        if self.change is not None and self.change.better is not Better.FAIR and metric.two_sided:
            raise ValueError(f"{metric.name} is unfair in both directions; a change of it is better: fair")
        if (bound := self.bound) is not None:
            _fair_bound(metric, bound.min, bound.max)
        return self

    def to_check(self) -> Check:
        """The check as the steps use it."""
        return self._judged(kind=self.kind, metric=self.metric, facets=facets_of(self.facets))


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
        raise ValueError(f"{name} grows with unfairness, so it needs max")
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

    @model_validator(mode="before")
    @classmethod
    def _lowered(cls, data: Any) -> Any:
        """One of the three ways is the bound; the general forms would say the same twice."""
        ways = [way for way in _WAYS if isinstance(data, dict) and data.get(way) is not None]
        if not isinstance(data, dict) or not ways:
            return data
        if any(data.get(form) is not None for form in ("min", "max", "between", "abs_max", "ratio_band")):
            raise ValueError(f"the bound is given twice; {ways[0]} is one already")
        number = data[ways[0]]
        if isinstance(number, bool) or not isinstance(number, int | float):
            return data
        return {**data, **_bound_of(ways[0], float(number))}

    @model_validator(mode="after")
    def _one_way(self) -> "ExplainabilityFile":
        if sum(getattr(self, way) is not None for way in _WAYS) != 1:
            raise ValueError("give exactly one of max_share, not_in_top and min_total")
        if (self.min_total is None) != (self.features is not None):
            raise ValueError("max_share and not_in_top need features; min_total is about all of them and takes none")
        if self.confidence is not None or self.minimum_n is not None:
            raise ValueError("a Clarify report carries no counts, so confidence and minimum_n cannot be met; drop them")
        return self

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


def _bound_of(way: str, number: float) -> dict[str, Any]:
    match way:
        case "max_share":
            return {"between": [0.0, number]}
        case "not_in_top":
            return {"min": number + 1}
        case _:
            return {"min": number}


class DataQualityFile(Judged):
    """A number of the data quality report: of the whole data set, or of every column that fits."""

    kind: Literal["data_quality"]
    metric: Text = Field(description="item_count, or of a column: completeness, num_missing, mean, min, max …")
    features: Texts | None = Field(None, description="Columns; * matches any text.")
    may_be_absent: bool = Field(False, description="A column that the report does not have is no fault.")

    def to_check(self) -> Check:
        """The check as the steps use it."""
        features = tuple(sorted(set(self.features or ())))
        return self._judged(kind=self.kind, metric=self.metric, features=features, may_be_absent=self.may_be_absent)


class ConstraintsFile(CheckBase):
    """The thresholds that the team registered itself, each beside the number it is about."""

    kind: Literal["constraints"]
    report: Text | None = Field(None, description="Only those of ModelQuality.Constraints, say.")
    metric: Text | None = Field(None, description="Only the constraint on this metric.")

    def to_check(self) -> Check:
        """The check as the steps use it."""
        return self._made(kind=self.kind, report=self.report, metric=self.metric)


class ViolationsFile(Judged):
    """The number of violations that the team's own monitor found."""

    kind: Literal["violations"]
    types: Texts | None = Field(None, description="Only these check types, such as data_type_check.")
    features: Texts | None = Field(None, description="Only those of these columns.")
    report: Text | None = Field(None, description="Only those of this file.")

    @model_validator(mode="after")
    def _plain(self) -> "ViolationsFile":
        if self.change is not None or self.confidence is not None or self.minimum_n is not None:
            raise ValueError("violations are counted in one file; only a bound makes sense, such as max: 0")
        return self

    def to_check(self) -> Check:
        """The check as the steps use it."""
        return self._judged(
            kind=self.kind,
            report=self.report,
            labels=tuple(sorted(set(self.types or ()))),
            features=tuple(sorted(set(self.features or ()))),
        )


class CustomFile(Judged):
    """A function of a package in the derived image measures; the bound judges. See docs/custom-checks.md."""

    kind: Literal["custom"]
    function: Name = Field(description="Its name in the entry point group modelgate.checks.")
    parameters: dict[str, Any] = Field({}, description="Handed to the function as they are.")

    @model_validator(mode="after")
    def _no_change(self) -> "CustomFile":
        if self.change is not None:
            raise ValueError("a custom check has no change rule, because no earlier version kept what it measures")
        return self

    def to_check(self) -> Check:
        """The check as the steps use it."""
        return self._judged(kind=self.kind, function=self.function, parameters=self.parameters)


CheckFile = Annotated[
    ModelQualityFile
    | MetricFile
    | GapFile
    | BiasFile
    | ExplainabilityFile
    | DataQualityFile
    | ConstraintsFile
    | ViolationsFile
    | CustomFile,
    Field(discriminator="kind"),
]


def facets_of(facets: Facets | None) -> tuple[FacetChoice, ...] | None:
    """The slices that *facets* asks for: None for none, empty for all."""
    if facets is None:
        return None
    if facets == "all":
        return ()
    if isinstance(facets, list):
        return tuple(FacetChoice(facet=facet, values=None) for facet in sorted(set(facets)))
    assert isinstance(facets, dict)  # noqa: S101 - what remains of the type
    return tuple(
        FacetChoice(facet=facet, values=None if values == "all" else tuple(sorted(set(values))))
        for facet, values in sorted(facets.items())
    )
