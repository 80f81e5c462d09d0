"""What the audit may ask for about one package, and how often: a bounded number of runs of the pipeline, well apart."""

from dataclasses import dataclass
from enum import StrEnum

from modelgate.contracts.arns import ModelPackageArn


class RemedyKind(StrEnum):
    """Which request is sent: to judge a package, or to set an approval without proof back."""

    JUDGE = "judge"
    REVERT = "revert"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """A run of the pipeline over *arn*.

    *since* is the registry's last change of the package (ISO 8601, UTC): a later change is another matter, whose
    attempts are counted anew.
    """

    kind: RemedyKind
    arn: ModelPackageArn
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One request; *number* counts from 1, *asked_at* is in epoch seconds."""

    number: int
    asked_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """At most *attempts*, each at least *seconds* after the one before."""

    attempts: int
    seconds: float

    def next(self, last: Attempt | None, *, now: float) -> Attempt | None:
        """The attempt to make at *now* (epoch seconds); None while the last one may still succeed, or after all."""
        if last is None:
            return Attempt(number=1, asked_at=now) if self.attempts > 0 else None
        if last.number >= self.attempts or now - last.asked_at < self.seconds:
            return None
        return Attempt(number=last.number + 1, asked_at=now)


def change_of(remedy: Remedy, attempt: Attempt) -> str:
    """What the claim answers: the same for every copy of one attempt, another for the next one or another request."""
    return f"audit {remedy.kind} {attempt.number} since {remedy.since}"
