"""What judging gives: one result per check and slice, and the verdict that follows from them."""

import math
from dataclasses import dataclass
from enum import StrEnum

from modelgate.contracts.facts import Value


class Status(StrEnum):
    """How a check ended. Only a pass supports an approval; inconclusive holds; the others reject."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    FAIL = "fail"
    MISSING = "missing"
    INCONCLUSIVE = "inconclusive"


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

    def __str__(self) -> str:
        if self.min is not None and self.max is not None:
            return f"within [{self.min:g}, {self.max:g}]"
        return f"at least {self.min:g}" if self.min is not None else f"at most {self.max:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One check on one slice. *sentence* is what a person reads: what was asked, what was found, what to do."""

    check: str
    status: Status
    facet: str | None = None
    facet_value: str | None = None
    label: str | None = None
    observed: Value | None = None
    bound: Bound | None = None
    source: Source | None = None
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict with everything it follows from; *policy* is None when none or more than one matched."""

    policy: str | None
    policy_version: int | None
    results: tuple[Result, ...]
    verdict: Verdict
    reasons: tuple[str, ...]
