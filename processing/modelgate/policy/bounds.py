"""What checks on numbers have in common in a policy file: the forms of a bound, change rules, and certainty."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from modelgate.contracts.results import Bound, Severity
from modelgate.policy.file_model import FileModel, Lax, Name, Number, PlacedError, Text, Texts
from modelgate.policy.model import Against, Better, Change, Check, FacetChoice, FirstVersion, Judge, OnInfinite

Facets = Literal["all"] | Texts | Annotated[dict[Text, Literal["all"] | Texts], Field(min_length=1)]

_FORMS = ("between", "abs_max", "ratio_band")


class Bounded(FileModel):
    """Exactly one form of a bound, or none where a change rule says it all."""

    min: Number | None = Field(None, description="Least value that passes.")
    max: Number | None = Field(None, description="Greatest value that passes.")
    between: Annotated[list[Number], Field(min_length=2, max_length=2)] | None = Field(
        None, description="Least and greatest value that pass."
    )
    abs_max: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = Field(
        None, description="Greatest magnitude that passes: -x to x."
    )
    ratio_band: Annotated[float, Field(ge=0.001, le=1, allow_inf_nan=False)] | None = Field(
        None, description="Least ratio that passes; 0.8 means 0.8 to 1.25, the same in both directions."
    )

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        forms = [form for form in _FORMS if getattr(self, form) is not None]
        if self.min is not None or self.max is not None:
            forms.append("min and max")
        if len(forms) > 1:
            raise ValueError(f"the bound is given twice ({', '.join(forms)}); keep one form")
        low, high = self.between or (self.min, self.max)
        if low is not None and high is not None and low > high:
            raise ValueError(f"the bound's lower end {low:g} is above its upper end {high:g}; swap them")
        return self

    @property
    def bound(self) -> Bound | None:
        """The bound, whatever form it was written in; None when there is none."""
        if self.abs_max is not None:
            return Bound(min=0.0 - self.abs_max, max=self.abs_max)  # 0.0 - 0.0 is 0.0, while -0.0 is written -0.0
        if self.ratio_band is not None:
            return Bound(min=self.ratio_band, max=1 / self.ratio_band)
        low, high = self.between or (self.min, self.max)
        return None if low is None and high is None else Bound(min=low, max=high)


class ChangeFile(FileModel):
    """A rule on how far a number may move from that of an earlier version."""

    against: Lax[Against] = Field(description="What it is measured from.")
    of: Annotated[int, Field(ge=1, le=200)] | None = Field(
        None, description="best_approved: how many approved versions the best is chosen from."
    )
    better: Lax[Better] = Field(
        description="Which way is an improvement; fair is nearness to a bias metric's fair value."
    )
    worse_by: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = Field(
        None, description="Greatest loss, in units of the metric (of a ratio's logarithm where better is fair)."
    )
    worse_by_percent: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = Field(
        None, description="Greatest loss, in percent of the earlier value."
    )
    suspicious_gain: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = Field(
        None, description="A gain beyond this, in units of the metric, is left to people."
    )
    first_version: Lax[FirstVersion] = Field(description="What happens where there is nothing to compare with.")

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.worse_by is None and self.worse_by_percent is None and self.suspicious_gain is None:
            raise ValueError("the change rule allows everything; give worse_by, worse_by_percent or suspicious_gain")
        if self.against is Against.BEST_APPROVED and self.of is None:
            raise ValueError("best_approved needs 'of': the number of approved versions the best is chosen from")
        if self.against is not Against.BEST_APPROVED and self.of is not None:
            raise ValueError(f"'of' belongs to against: best_approved, not to {self.against}; remove it")
        if self.better is Better.FAIR and (self.worse_by_percent is not None or self.suspicious_gain is not None):
            raise ValueError("with better: fair only worse_by makes sense; percents of a value near 0 mean nothing")
        if self.against is not Against.BASELINES and self.first_version is FirstVersion.FAIL:
            raise ValueError("no version could ever be the first that is approved; say first_version: pass or hold")
        return self

    @property
    def change(self) -> Change:
        """The rule as the steps use it."""
        return Change(
            against=self.against,
            of=self.of or 1,
            better=self.better,
            worse_by=self.worse_by,
            worse_by_percent=self.worse_by_percent,
            suspicious_gain=self.suspicious_gain,
            first_version=self.first_version,
        )


class CheckBase(FileModel):
    """What every check has."""

    id: Name = Field(description="Name of the check, unique in the policy.")
    severity: Lax[Severity] = Field(
        Severity.FAIL, description="fail rejects, hold leaves it to people, warn is recorded."
    )
    reason: Text = Field(description="Why this is asked, for whoever reads a verdict.")
    source: Text | None = Field(None, description="Where the number comes from: a rule, a study, a measurement.")

    def _made(self, **fields: Any) -> Check:
        defaults: dict[str, Any] = {
            "metric": None,
            "measure": "value",
            "report": None,
            "facets": None,
            "features": (),
            "labels": (),
            "may_be_absent": False,
            "judge": Judge.EACH,
            "bound": None,
            "on_infinite": OnInfinite.FAIL,
            "change": None,
            "confidence": None,
            "minimum_n": None,
            "function": None,
            "parameters": {},
        }
        about = {"id": self.id, "severity": self.severity, "reason": self.reason, "source": self.source}
        return Check(**{**defaults, **about, **fields})


class Judged(CheckBase, Bounded):
    """What every check on a number has: a bound, a change rule, or both."""

    forms: ClassVar[str] = "min, max, between, abs_max or ratio_band"

    on_infinite: Lax[OnInfinite] = Field(OnInfinite.FAIL, description="What an infinite value leads to.")
    judge: Lax[Judge] = Field(
        Judge.EACH, description="each: one result a slice; worst: only the worst of those that pass."
    )
    change: ChangeFile | None = Field(None, description="How far it may move from an earlier version.")
    confidence: Annotated[float, Field(ge=0.5, le=0.9999)] | None = Field(
        None, description="The whole interval at this confidence must hold the bound."
    )
    minimum_n: Annotated[int, Field(ge=1)] | None = Field(
        None, description="Least number of rows behind a value; with fewer it is inconclusive."
    )

    @model_validator(mode="after")
    def _judges_something(self) -> Self:
        if self.bound is None and self.change is None:
            raise ValueError(f"the check asks for nothing; give {self.forms}")
        if self.on_infinite is not OnInfinite.FAIL and self.bound is None:
            raise PlacedError(("on_infinite",), "needs a bound beside it")
        if self.change is not None and self.change.better is Better.FAIR and not self._has_fair_value:
            raise PlacedError(("change", "better"), "is fair, which only bias metrics can be; write higher or lower")
        return self

    @property
    def _has_fair_value(self) -> bool:
        return False

    def _judged(self, **fields: Any) -> Check:
        return self._made(
            bound=self.bound,
            on_infinite=self.on_infinite,
            judge=self.judge,
            change=self.change.change if self.change else None,
            confidence=self.confidence,
            minimum_n=self.minimum_n,
            **fields,
        )


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
