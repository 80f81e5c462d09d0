"""What judging gives: one result per check and slice, and the verdict that follows from them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from modelgate.contracts.facts import Interval, Value


class Status(StrEnum):
    """How a check ended.

    A waived result failed within a waiver's limits. Inconclusive is what the evidence cannot decide yet.
    """

    PASS = "pass"  # noqa: S105 - a verdict, no password
    FAIL = "fail"
    MISSING = "missing"
    INCONCLUSIVE = "inconclusive"
    WAIVED = "waived"


class Severity(StrEnum):
    """What follows when a check does not pass: *fail* rejects, *hold* leaves it to people, *warn* is only recorded."""

    FAIL = "fail"
    HOLD = "hold"
    WARN = "warn"


class Verdict(StrEnum):
    """What the gate says about a package."""

    APPROVE = "approve"
    REJECT = "reject"
    HOLD = "hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an observed value was read: exactly that version, at that JSON pointer."""

    artifact: str
    uri: str
    version_id: str
    digest: str
    pointer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A closed interval; a side that is None is open."""

    min: float | None
    max: float | None

    def __post_init__(self) -> None:
        ends = [end for end in (self.min, self.max) if end is not None]
        if not ends or not all(map(math.isfinite, ends)) or ends != sorted(ends):
            raise ValueError(f"a bound has one or two finite ends, the lower one first, not {ends}")

    def holds(self, number: float) -> bool:
        """Whether *number* lies inside, ends included."""
        return (self.min is None or number >= self.min) and (self.max is None or number <= self.max)

    def outside(self, numbers: Iterable[float]) -> list[int]:
        """Positions of the *numbers* that it does not hold, NaN among them."""
        low = -math.inf if self.min is None else self.min
        high = math.inf if self.max is None else self.max
        return [at for at, number in enumerate(numbers) if not low <= number <= high]

    def __str__(self) -> str:
        if self.min is not None and self.max is not None:
            return f"within [{self.min:g}, {self.max:g}]"
        return f"at least {self.min:g}" if self.min is not None else f"at most {self.max:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One check on one slice. *sentence* is what a person reads: what was asked, what was found, what to do.

    *against* is None where the value itself was judged, else what it was compared with (``approved version 3``), whose
    value is *reference*. *interval* is the one that was compared with the bound, if one was. *waiver* names the waiver
    of a waived result.
    """

    check: str
    status: Status
    severity: Severity = Severity.FAIL
    facet: str | None = None
    facet_value: str | None = None
    label: str | None = None
    observed: Value | None = None
    interval: Interval | None = None
    bound: Bound | None = None
    against: str | None = None
    reference: float | None = None
    source: Source | None = None
    waiver: str | None = None
    sentence: str


class WaiverState(StrEnum):
    """What a waiver did for a package of its group.

    *exceeded*: the value lies beyond the waiver's floor or ceiling. *over_budget*: its team has more waivers in force
    than its budget allows, so none of them works.
    """

    USED = "used"
    UNUSED = "unused"
    EXCEEDED = "exceeded"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    OVER_BUDGET = "over_budget"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverUse:
    """A waiver that names the package's group, and what became of it."""

    waiver: str
    state: WaiverState
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict with everything it follows from; *policy* is None when none or more than one matched.

    *basis* is the digest of policy and results: a review answers exactly one basis. *review* is the id of the review
    that turned a hold into this verdict.
    """

    policy: str | None
    policy_version: int | None
    results: tuple[Result, ...]
    verdict: Verdict
    reasons: tuple[str, ...]
    waivers: tuple[WaiverUse, ...] = ()
    basis: str
    review: str | None = None
