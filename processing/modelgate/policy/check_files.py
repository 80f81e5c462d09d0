"""The kinds of checks as policy files write them. docs/policy-checks.md has an example of each."""

import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from modelgate.policy.bounds import CheckBase, Facets, Judged, facets_of
from modelgate.policy.clarify_files import BiasFile, ExplainabilityFile
from modelgate.policy.file_model import Name, PlacedError, Text, Texts
from modelgate.policy.model import Check


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


class DataQualityFile(Judged):
    """A number of the data quality report: of the whole data set, or of every column that fits."""

    kind: Literal["data_quality"]
    metric: Text = Field(description="item_count, or of a column: completeness, num_missing, mean, min, max …")
    features: Texts | None = Field(None, description="Columns; * matches any text.")
    may_be_absent: bool = Field(False, description="A column that the report does not have is no fault.")

    @model_validator(mode="after")
    def _columns(self) -> Self:
        if self.may_be_absent and self.features is None:
            raise PlacedError(("may_be_absent",), "makes no sense here, because no column is named; name features")
        return self

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

    refused = dict.fromkeys(("change", "confidence", "minimum_n"), "violations are counted, in one file")

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

    refused: ClassVar[Mapping[str, str]] = {"change": "no earlier version kept what a custom check measures"}

    @model_validator(mode="after")
    def _finite(self) -> Self:
        for path, value in _leaves(self.parameters, ("parameters",)):
            if isinstance(value, float) and not math.isfinite(value):
                raise PlacedError(path, "must be finite; write a number")
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


def _leaves(data: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _leaves(value, (*path, key))
    else:
        yield path, data
