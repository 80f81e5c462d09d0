"""What a candidate would change: verdicts that flip, approvals that would be lost, numbers that hardly pass."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from modelgate.contracts.results import Verdict
from modelgate.evidence.record import Outcome
from modelgate.policy.model import Bundle
from modelgate.replay.outcome import Replayed

# Loudest first: what would newly reach production, then what would leave it, then the rest.
_LOUDNESS = (
    (Verdict.REJECT, Verdict.APPROVE),
    (Verdict.HOLD, Verdict.APPROVE),
    (Verdict.APPROVE, Verdict.REJECT),
    (Verdict.APPROVE, Verdict.HOLD),
    (Verdict.REJECT, Verdict.HOLD),
    (Verdict.HOLD, Verdict.REJECT),
)
MOST_REASONS = 3
MOST_NEAR = 1000  # the closest are kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """A decision whose verdict would be another. *reasons* are the first of what stands in the way now."""

    decision_id: str
    package_arn: str
    group: str
    decided_at: str
    was: Verdict
    now: Verdict
    policy_was: str
    policy_now: str
    outcome: Outcome
    reasons: tuple[str, ...]

    @property
    def loudness(self) -> tuple[int, str]:
        """The order in which people should read: 0 is loudest; of equals the newest last."""
        return (_LOUDNESS.index((self.was, self.now)), self.decided_at)

    @property
    def loses_approval(self) -> bool:
        """Whether an approved model would not be approved any more, whoever approved it."""
        return self.outcome is Outcome.APPROVED and self.now is not Verdict.APPROVE


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A number of an approved package that passed by little."""

    decision_id: str
    group: str
    check: str
    what: str
    number: float
    bound: str


@dataclass(slots=True)
class Summary:
    """The outcome of a replay; parts of one are added up with `add`."""

    decisions: int = 0
    ungoverned: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    flips: list[Flip] = field(default_factory=list)
    near: list[NearMiss] = field(default_factory=list)
    near_decisions: int = 0
    waivers_used: set[str] = field(default_factory=set)

    def add(self, other: "Summary") -> None:
        """Take in a part."""
        self.decisions += other.decisions
        self.ungoverned += other.ungoverned
        self.verdicts.update(other.verdicts)
        self.flips.extend(other.flips)
        self.near.extend(other.near)
        self.near_decisions += other.near_decisions
        self.waivers_used |= other.waivers_used

    @property
    def by_flip(self) -> Mapping[tuple[Verdict, Verdict], int]:
        """How many verdicts flip from what to what, loudest first."""
        counted = Counter((flip.was, flip.now) for flip in self.flips)
        return {kind: counted[kind] for kind in _LOUDNESS if counted[kind]}

    def sorted(self) -> "Summary":
        """The same with the loudest flips first."""
        self.flips.sort(key=lambda flip: flip.loudness)
        self.near.sort(key=lambda miss: (miss.check, miss.number, miss.decision_id))
        return self

    def unused(self, bundle: Bundle) -> list[str]:
        """Waivers of *bundle* that no decision needed."""
        return [waiver.id for waiver in bundle.waivers if waiver.id not in self.waivers_used]


def summarize(replayed: Iterable[Replayed], *, since: str = "") -> Summary:
    """Count *replayed*; decisions before *since* (ISO 8601) are left out."""
    summary = Summary()
    versions: dict[str, str] = {}
    for again in replayed:
        about = again.about
        if about.decided_at < since:
            continue
        summary.decisions += 1
        summary.verdicts[again.verdict] += 1
        summary.ungoverned += again.policy is None
        summary.waivers_used.update(again.waivers)
        if again.verdict is not about.verdict:
            summary.flips.append(_flip(again, versions))
        elif again.near and again.verdict is Verdict.APPROVE:
            summary.near_decisions += 1
            if len(summary.near) < MOST_NEAR:
                summary.near.extend(_near(again))
    return summary


def _flip(again: Replayed, versions: dict[str, str]) -> Flip:
    about = again.about
    policy_was = "none" if about.policy is None else f"{about.policy} v{about.policy_version}"
    return Flip(
        decision_id=about.decision_id,
        package_arn=again.package_arn,
        group=again.group,
        decided_at=about.decided_at,
        was=about.verdict,
        now=again.verdict,
        policy_was=versions.setdefault(policy_was, policy_was),
        policy_now=again.policy or "none",
        outcome=about.outcome,
        reasons=tuple(result.sentence for result in again.results[:MOST_REASONS]),
    )


def _near(again: Replayed) -> Iterable[NearMiss]:
    for close in again.near:
        yield NearMiss(
            decision_id=again.about.decision_id,
            group=again.group,
            check=close.check,
            what=close.what,
            number=close.number,
            bound=close.bound,
        )
