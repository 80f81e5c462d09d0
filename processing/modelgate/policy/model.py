"""Policies as the steps use them: parsed from a bundle that was linted when it was built and is pinned by digest."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from modelgate.contracts.gate import ProblemType, RiskTier
from modelgate.contracts.results import Bound, Severity
from modelgate.contracts.strict import canonical, decode, encode
from modelgate.contracts.strict_json import Limits, read_object
from modelgate.errors import ContentError, PolicyError

SCHEMA = "modelgate/policy-bundle/v2"
MAX_BUNDLE_BYTES = 10_000_000

_LIMITS = Limits(size=MAX_BUNDLE_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which packages a policy governs: everything that is given must fit; within one list, one entry.

    *groups*, *accounts*, *tags*, *problem_types* and *risk_tiers* come from the gate document; *metadata* is the team's
    own word, and so can only choose among policies that the rest allows.
    """

    groups: tuple[str, ...]
    accounts: tuple[str, ...]
    tags: Mapping[str, str]
    metadata: Mapping[str, str]
    problem_types: tuple[ProblemType, ...]
    risk_tiers: tuple[RiskTier, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Reports the package must name (a family, or ``Family.Member``), and whether each needs a ContentDigest.

    *maximum_age_days* counts from the arrival of a report's copy, by the store's clock.
    """

    required: tuple[str, ...]
    content_digest_required: bool
    maximum_age_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetChoice:
    """A facet, or several by pattern, and which of its values count (None: all of them)."""

    facet: str
    values: tuple[str, ...] | None


class OnInfinite(StrEnum):
    """What an infinite value leads to."""

    FAIL = "fail"
    HOLD = "hold"
    PASS = "pass"  # noqa: S105 - no password


class Judge(StrEnum):
    """Whether every slice has a result, or only the worst: the one nearest to its bound, or those that do not pass."""

    EACH = "each"
    WORST = "worst"


class Against(StrEnum):
    """What a change is measured from."""

    LAST_APPROVED = "last_approved"
    BEST_APPROVED = "best_approved"
    BASELINES = "baselines"


class Better(StrEnum):
    """Which direction is an improvement; *fair* is nearness to the fair value of a bias metric."""

    HIGHER = "higher"
    LOWER = "lower"
    FAIR = "fair"


class FirstVersion(StrEnum):
    """What happens where there is nothing to compare with."""

    PASS = "pass"  # noqa: S105 - no password
    HOLD = "hold"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How far a value may move from that of an earlier version, or of the registered baselines.

    *of* is how many approved versions the best is chosen from. *worse_by* is in units of the metric,
    *worse_by_percent* in percent of the earlier value's magnitude; the tighter one counts. *suspicious_gain*, in units
    of the metric, is an improvement that people must look at.
    """

    against: Against
    of: int
    better: Better
    worse_by: float | None
    worse_by_percent: float | None
    suspicious_gain: float | None
    first_version: FirstVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check. *kind* names the code in `modelgate.checks`; which of the fields it uses is up to that code.

    *measure* says which number the kind takes (a share, a rank, a difference …). *report* narrows to one report of the
    package, *facets* to slices (None: none asked for; an empty tuple: all), *features* and *labels* to those that fit
    the patterns. *bound* is what the number must hold; a check may have a *change* instead or as well. With a
    *confidence*, its whole interval must hold. *minimum_n* is the least number of rows behind a value.
    """

    id: str
    kind: str
    severity: Severity
    reason: str
    source: str | None
    metric: str | None
    measure: str
    report: str | None
    facets: tuple[FacetChoice, ...] | None
    features: tuple[str, ...]
    labels: tuple[str, ...]
    may_be_absent: bool
    judge: Judge
    bound: Bound | None
    on_infinite: OnInfinite
    change: Change | None
    confidence: float | None
    minimum_n: int | None
    function: str | None
    parameters: Mapping[str, Any]


class Approval(StrEnum):
    """Whether passing every check approves, or leaves the last word to a person."""

    AUTOMATIC = "automatic"
    REVIEW = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What one family of models must show."""

    name: str
    version: int
    owner: str
    description: str
    match: Match
    evidence: Evidence
    approval: Approval
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """An exception that expires: a failed value of *check* still counts as waived within *floor* and *ceiling*.

    *group* names one package group of *team*. *facet* and *facet_value* are None for a check without slices; a pattern
    otherwise. *granted* and *expires* are dates (ISO 8601, UTC); both days are included.
    """

    id: str
    policy: str
    check: str
    group: str
    team: str
    facet: str | None
    facet_value: str | None
    floor: float | None
    ceiling: float | None
    reason: str
    ticket: str
    owner: str
    approver: str
    granted: str
    expires: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """All policies and waivers of one version; *budgets* is how many waivers of a team may be in force at once."""

    version: int
    policies: tuple[Policy, ...]
    waivers: tuple[Waiver, ...]
    budgets: Mapping[str, int]

    def to_json(self) -> bytes:
        """The bundle file: the same policies give the same bytes."""
        return canonical({"schema": SCHEMA, **encode(self)})

    @classmethod
    def from_json(cls, data: bytes) -> "Bundle":
        """Parse a bundle file.

        Raises:
            PolicyError: it is not a bundle of the schema this code reads; nobody is judged by it.
        """
        try:
            document = read_object(data, _LIMITS)
            if (schema := document.pop("schema", None)) != SCHEMA:
                raise PolicyError(
                    f"the policy bundle has schema {schema!a:.200}, this code reads {SCHEMA!r}; build it again"
                )
            return decode(cls, document)
        except ContentError as error:
            raise PolicyError(f"the policy bundle cannot be read ({error}); build it again") from error
