"""Waivers: a failed number within the limits of an exception that is in force counts as waived, and says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from modelgate.contracts.results import Bound, Result, Status, WaiverState, WaiverUse
from modelgate.contracts.subject import Subject
from modelgate.policy.model import Bundle, Policy, Waiver
from modelgate.policy.patterns import fits

_ANY = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """The results after waivers, and what became of each waiver that names the group."""

    results: tuple[Result, ...]
    uses: tuple[WaiverUse, ...]


def waive(results: Sequence[Result], subject: Subject, policy: Policy, bundle: Bundle) -> Waived:
    """Apply the waivers of *bundle* to *results*."""
    concerned = waivers_of(subject, policy, bundle)
    if not concerned:
        return Waived(results=tuple(results), uses=())
    day = subject.as_of[:10]
    standing = {waiver.id: _standing(waiver, bundle, day) for waiver in concerned}
    in_force = [waiver for waiver in concerned if standing[waiver.id] is None]
    used: dict[str, WaiverState] = {}
    after = tuple(_one(result, in_force, used) for result in results)
    return Waived(results=after, uses=tuple(_use(waiver, standing[waiver.id], used, bundle) for waiver in concerned))


def in_force(waiver: Waiver, day: str) -> bool:
    """Whether *waiver* is in force on *day* (ISO date); its first and last days are included."""
    return waiver.granted <= day <= waiver.expires


def waivers_of(subject: Subject, policy: Policy, bundle: Bundle) -> list[Waiver]:
    """The waivers of *bundle* about *policy* and the group of *subject*, in force or not."""
    about = (subject.group.name, subject.group.team, policy.name)
    return [waiver for waiver in bundle.waivers if (waiver.group, waiver.team, waiver.policy) == about]


def _standing(waiver: Waiver, bundle: Bundle, day: str) -> WaiverState | None:
    """Why *waiver* does not work on *day*; None when it does."""
    if day > waiver.expires:
        return WaiverState.EXPIRED
    if day < waiver.granted:
        return WaiverState.NOT_YET
    working = sum(other.team == waiver.team and in_force(other, day) for other in bundle.waivers)
    return WaiverState.OVER_BUDGET if working > bundle.budgets.get(waiver.team, 0) else None


def _one(result: Result, waivers: Sequence[Waiver], used: dict[str, WaiverState]) -> Result:
    if result.status is not Status.FAIL or result.observed is None or result.bound is None:
        return result
    for waiver in waivers:
        if waiver.check != result.check or not _covers(waiver, result):
            continue
        number = result.observed.number
        if number is not None and _relaxed(result.bound, waiver).holds(number):
            used[waiver.id] = WaiverState.USED
            sentence = f"{result.sentence}; waived until {waiver.expires} by {waiver.approver} ({waiver.ticket})"
            return replace(result, status=Status.WAIVED, waiver=waiver.id, sentence=sentence)
        used.setdefault(waiver.id, WaiverState.EXCEEDED)
    return result


def _covers(waiver: Waiver, result: Result) -> bool:
    """Whether the slice is one of the waiver's; a gap is one of a facet as a whole, so of all its values."""
    whole = result.facet is not None and result.facet_value is None and waiver.facet_value == _ANY
    return _names(waiver.facet, result.facet) and (whole or _names(waiver.facet_value, result.facet_value))


def _names(pattern: str | None, found: str | None) -> bool:
    return found is None if pattern is None else found is not None and fits(found, pattern)


def _relaxed(bound: Bound, waiver: Waiver) -> Bound:
    """*bound* with its ends moved to the waiver's; a waiver never makes a bound tighter."""
    low, high = bound.min, bound.max
    if low is not None and waiver.floor is not None:
        low = min(low, waiver.floor)
    if high is not None and waiver.ceiling is not None:
        high = max(high, waiver.ceiling)
    return Bound(min=low, max=high)


def _use(waiver: Waiver, standing: WaiverState | None, used: Mapping[str, WaiverState], bundle: Bundle) -> WaiverUse:
    state = standing or used.get(waiver.id, WaiverState.UNUSED)
    budget = bundle.budgets.get(waiver.team, 0)
    says = {
        WaiverState.USED: f"used until {waiver.expires}",
        WaiverState.UNUSED: "in force and not needed; remove it",
        WaiverState.EXCEEDED: "in force, but the value lies beyond its limits",
        WaiverState.EXPIRED: f"expired on {waiver.expires} and no longer works",
        WaiverState.NOT_YET: f"not in force before {waiver.granted}",
        WaiverState.OVER_BUDGET: f"without effect: team {waiver.team} has more in force than its budget of {budget}",
    }
    return WaiverUse(waiver=waiver.id, state=state, sentence=f"waiver {waiver.id} ({waiver.ticket}): {says[state]}")
