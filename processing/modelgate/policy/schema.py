"""The policy file format, version 1. Every key is known; every bound says both ends, if only that one is open."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from modelgate.contracts.package import REPORT_MEMBERS
from modelgate.contracts.results import Bound
from modelgate.policy.bias_metrics import BIAS_METRICS
from modelgate.policy.model import Check, Evidence, Match, Policy

Name = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=63)]
Text = Annotated[str, Field(min_length=1, max_length=1000)]
Number = Annotated[float, Field(allow_inf_nan=False)]
End = Number | Literal["open"]

_REPORTS = {family for family, _ in REPORT_MEMBERS} | {f"{family}.{member}" for family, member in REPORT_MEMBERS}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class MatchFile(_Strict):
    """Groups by name (``*`` matches any text) and by tags; given both, both must fit."""

    groups: list[Text] = []
    tags: dict[str, str] = {}

    @model_validator(mode="after")
    def _not_everything(self) -> "MatchFile":
        if not self.groups and not self.tags:
            raise ValueError("matches nothing; name groups or tags")
        return self


class EvidenceFile(_Strict):
    """Reports that the package must name, and whether each needs a ContentDigest."""

    required: Annotated[list[str], Field(min_length=1)]
    content_digest: Literal["required", "optional"]

    @model_validator(mode="after")
    def _known(self) -> "EvidenceFile":
        for report in self.required:
            if report not in _REPORTS:
                raise ValueError(f"knows no report {report!r}; one of: {', '.join(sorted(_REPORTS))}")
        return self


class _CheckFile(_Strict):
    id: Name
    reason: Text

    def _check(
        self,
        kind: str,
        bound: Bound,
        *,
        metric: str | None = None,
        facets: list[str] | None = None,
        features: list[str] | None = None,
        may_be_absent: bool = False,
    ) -> Check:
        return Check(
            id=self.id,
            kind=kind,
            metric=metric,
            facets=None if facets is None else tuple(sorted(set(facets))),
            features=tuple(sorted(set(features or ()))),
            may_be_absent=may_be_absent,
            bound=bound,
            reason=self.reason,
        )


class _Banded(_CheckFile):
    min: End
    max: End

    @model_validator(mode="after")
    def _an_interval(self) -> "_Banded":
        if self.min == "open" and self.max == "open":
            raise ValueError("min and max are both open, so nothing would fail; give at least one a number")
        if isinstance(self.min, float) and isinstance(self.max, float) and self.min > self.max:
            raise ValueError(f"min {self.min:g} is above max {self.max:g}, so nothing would pass; swap them")
        return self

    def _bound(self) -> Bound:
        return Bound(min=None if self.min == "open" else self.min, max=None if self.max == "open" else self.max)


class ModelQualityFile(_Banded):
    """A number of the model quality report by its key."""

    kind: Literal["model_quality"]
    metric: Text

    def to_check(self) -> Check:
        """The check as the steps use it."""
        return self._check(self.kind, self._bound(), metric=self.metric)


class BiasFile(_Banded):
    """A bias metric by its short name, for every value of the facets."""

    kind: Literal["bias"]
    metric: str
    facets: Literal["all"] | Annotated[list[Text], Field(min_length=1)]

    @model_validator(mode="after")
    def _sensible(self) -> "BiasFile":
        known = BIAS_METRICS.get(self.metric)
        if known is None:
            raise ValueError(f"knows no bias metric {self.metric!r}; one of: {', '.join(BIAS_METRICS)}")
        if known.two_sided and "open" in (self.min, self.max):
            raise ValueError(
                f"{self.metric} is unfair in both directions ({known.fair:g} is fair), so an open side would approve "
                "the worst models; give min and max"
            )
        if self.max == "open":
            raise ValueError(f"{self.metric} grows with unfairness, so an open max would approve the worst models")
        if not self._bound().holds(known.fair):
            raise ValueError(f"the fair value of {self.metric} is {known.fair:g}, which these bounds refuse")
        return self

    def to_check(self) -> Check:
        """The check as the steps use it."""
        facets = None if self.facets == "all" else list(self.facets)
        return self._check(self.kind, self._bound(), metric=self.metric, facets=facets)


class ExplainabilityFile(_CheckFile):
    """The share of global SHAP values that some features may have together (``*`` matches any text)."""

    kind: Literal["explainability"]
    features: Annotated[list[Text], Field(min_length=1)]
    max_share: Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)]
    may_be_absent: bool = False

    def to_check(self) -> Check:
        """The check as the steps use it."""
        bound = Bound(min=0.0, max=self.max_share)
        return self._check(self.kind, bound, features=self.features, may_be_absent=self.may_be_absent)


CheckFile = Annotated[ModelQualityFile | BiasFile | ExplainabilityFile, Field(discriminator="kind")]


class PolicyFile(_Strict):
    """One policy."""

    policy: Name
    version: Annotated[int, Field(ge=1)]
    owner: Text
    description: Text
    match: MatchFile
    evidence: EvidenceFile
    checks: Annotated[list[CheckFile], Field(min_length=1)]

    @model_validator(mode="after")
    def _unique_ids(self) -> "PolicyFile":
        ids = [check.id for check in self.checks]
        for twice in {i for i in ids if ids.count(i) > 1}:
            raise ValueError(f"two checks have the id {twice!r}; rename one")
        return self

    def to_policy(self) -> Policy:
        """The policy as the steps use it: sets sorted, so that order in the file changes no digest."""
        return Policy(
            name=self.policy,
            version=self.version,
            owner=self.owner,
            match=Match(groups=tuple(sorted(set(self.match.groups))), tags=dict(sorted(self.match.tags.items()))),
            evidence=Evidence(
                required=tuple(sorted(set(self.evidence.required))),
                content_digest_required=self.evidence.content_digest == "required",
            ),
            checks=tuple(check.to_check() for check in sorted(self.checks, key=lambda check: check.id)),
        )


class BundleFile(_Strict):
    """``bundle.yaml``: the version of the folder's policies taken together; it only grows."""

    version: Annotated[int, Field(ge=1)]
