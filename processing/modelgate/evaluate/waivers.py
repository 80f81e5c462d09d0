"""Waivers: a failed number within the limits of an exception that is in force counts as waived, and says so."""

from collections.abc import Callable, Mapping, Sequence
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
    idle = [waiver for waiver in concerned if standing[waiver.id] is not None]
    used: dict[str, WaiverState] = {}

    def use_of(waiver: Waiver) -> WaiverUse:
        return _use(waiver, standing[waiver.id], used, bundle)

    after = tuple(_with_idle(_one(result, in_force, used), idle, use_of) for result in results)
    return Waived(results=after, uses=tuple(map(use_of, concerned)))


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
    if result.status is not Status.FAIL:
        return result
    for waiver in waivers:
        if _excuses(waiver, result):
            used[waiver.id] = WaiverState.USED
            sentence = f"{result.sentence}; waived until {waiver.expires} by {waiver.approver} ({waiver.ticket})"
            return replace(result, status=Status.WAIVED, waiver=waiver.id, sentence=sentence)
        if _covers(waiver, result):
            used.setdefault(waiver.id, WaiverState.EXCEEDED)
    return result


def _with_idle(result: Result, idle: Sequence[Waiver], use_of: Callable[[Waiver], WaiverUse]) -> Result:
    """*result*, which says so where a waiver would excuse it and does not work: nobody should have to wonder why."""
    if result.status is not Status.FAIL:
        return result
    said = [use_of(waiver).sentence for waiver in idle if _excuses(waiver, result)]
    return replace(result, sentence="; ".join((result.sentence, *said))) if said else result


def _excuses(waiver: Waiver, result: Result) -> bool:
    """Whether the number of *result* lies within the limits of *waiver*, which covers it."""
    if result.observed is None or result.observed.number is None or result.bound is None:
        return False
    return _covers(waiver, result) and _relaxed(result.bound, waiver).holds(result.observed.number)


def _covers(waiver: Waiver, result: Result) -> bool:
    """Whether check and slice are the waiver's; a gap is one of a facet as a whole, so of all its values."""
    whole = result.facet is not None and result.facet_value is None and waiver.facet_value == _ANY
    same = waiver.check == result.check and _names(waiver.facet, result.facet)
    return same and (whole or _names(waiver.facet_value, result.facet_value))


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
