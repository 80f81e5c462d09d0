"""A policy's checks over one set of facts: chosen once for every package of the same shape, then assessed by number."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from modelgate.checks import CUSTOM, KINDS
from modelgate.checks.assess import Assessment, assess, by_bound, reading_of, too_few, unmeasured
from modelgate.checks.changes import Reference, allowed, chosen, plausible
from modelgate.checks.custom import select_custom
from modelgate.checks.slots import Absence, FactReadings, Keys, Reading, Readings, Slot, key_of, pairs
from modelgate.contracts.facts import Fact, Value
from modelgate.contracts.results import Status
from modelgate.errors import PolicyError
from modelgate.policy.model import Against, Change, Check, FirstVersion, Judge, Policy

_FIRST = {
    FirstVersion.PASS: Status.PASS,
    FirstVersion.HOLD: Status.INCONCLUSIVE,
    FirstVersion.FAIL: Status.FAIL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One check with what it looks at."""

    check: Check
    slots: tuple[Slot, ...]
    absences: tuple[Absence, ...]


class Earlier(Protocol):
    """An approved version, or the registered baselines: what changes are measured from. *name* is for a person."""

    @property
    def name(self) -> str: ...

    def numbers(self, check: Check) -> Iterable[tuple[str, float]]:
        """What *check* reads of it, by the name of each slot."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierFacts:
    """One whose facts are at hand."""

    name: str
    facts: tuple[Fact, ...]

    def numbers(self, check: Check) -> Iterable[tuple[str, float]]:
        """What *check* reads of it, by the name of each slot."""
        part = part_of(check, Keys(map(key_of, self.facts)), self.facts)
        return finite_numbers(part, FactReadings(self.facts))


class Finding(NamedTuple):
    """One assessment; *against* and *reference* are set where a change was judged."""

    check: Check
    slot: Slot
    assessment: Assessment
    against: str | None = None
    reference: float | None = None


def choose(policy: Policy, keys: Keys, facts: Sequence[Fact] | None = None) -> tuple[Part, ...]:
    """What each check of *policy* looks at. Custom checks look at *facts*.

    Raises:
        PolicyError: a check is of a kind that this code does not know.
    """
    return tuple(part_of(check, keys, facts) for check in policy.checks)


def part_of(check: Check, keys: Keys, facts: Sequence[Fact] | None = None) -> Part:
    """What *check* looks at; something is always missing where nothing is there."""
    if check.kind == CUSTOM:
        slots, absences = pairs(select_custom(check, facts or ()))
    elif check.kind in KINDS:
        slots, absences = pairs(KINDS[check.kind](check, keys))
    else:
        raise PolicyError(f"check {check.id!r} is of the kind {check.kind!r}, which this code does not know")
    if not slots and not absences:
        absences = (Absence(sentence="no number that it asks for was found"),)
    return Part(check=check, slots=slots, absences=absences)


def findings(
    part: Part, readings: Readings, approved: Sequence[Earlier], baselines: Earlier | None
) -> Iterator[Finding]:
    """Assess every slot of *part*: its value, and its change from earlier versions (newest first) or baselines."""
    check = part.check
    slots = [slot for slot in part.slots if slot.excused is None]
    for slot in part.slots:
        if slot.excused is not None:
            yield Finding(check, slot, Assessment(Status.PASS, Value(unknown=slot.excused), None))
    if check.bound is not None or any(slot.limit for slot in slots):
        values = [Finding(check, slot, assess(check, slot, readings, check.bound)) for slot in slots]
        yield from values if check.judge is Judge.EACH else _worst(values)
    if check.change is not None:
        yield from changes(part, check.change, readings, references(check, check.change, approved, baselines))


def changes(part: Part, change: Change, readings: Readings, known: "Known") -> Iterable[Finding]:
    """Assess the change of every slot of *part* from what is *known*, and of those that are no longer there."""
    found = [_change(part.check, change, slot, readings, known) for slot in part.slots if slot.excused is None]
    found.extend(_gone(part, change, known))
    return found if part.check.judge is Judge.EACH else _worst(found)


def finite_numbers(part: Part, readings: Readings) -> Iterator[tuple[str, float]]:
    """The numbers of *part* that are finite, by the name of their slot."""
    for slot in part.slots:
        number = reading_of(slot, readings).number
        if isinstance(number, float):
            yield slot.what, number


def _worst(found: list[Finding]) -> list[Finding]:
    """The worst, and whatever else does not pass: a waiver excuses a slice, never those that it stands before."""
    worst = min(found, key=_distance, default=None)
    return [finding for finding in found if finding is worst or finding.assessment.status is not Status.PASS]


_ORDER = {Status.MISSING: 0, Status.FAIL: 1, Status.INCONCLUSIVE: 2, Status.WAIVED: 3, Status.PASS: 4}


def _distance(finding: Finding) -> tuple[int, float, str]:
    """Farthest beyond its bound first, then nearest to it from inside."""
    status, number, bound, *_ = finding.assessment
    room = float("-inf")
    if bound is not None and isinstance(number, float):
        room = min(
            float("inf") if bound.min is None else number - bound.min,
            float("inf") if bound.max is None else bound.max - number,
        )
    return (_ORDER[status], room, finding.slot.what)


@dataclass(frozen=True, slots=True)
class Known:
    """What a change can be measured from.

    *versions* is how many were looked at, *newest* names what the newest of them has.
    """

    versions: int
    by_slot: Mapping[str, Reference]
    newest: frozenset[str] = frozenset()


def references(check: Check, change: Change, approved: Sequence[Earlier], baselines: Earlier | None) -> Known:
    """The best number of each slot among the versions that *change* looks at; *approved* are newest first."""
    if change.against is Against.BASELINES:
        looked_at = [baselines] if baselines is not None else []
    else:
        looked_at = list(approved[: change.of])
    candidates: dict[str, list[Reference]] = {}
    newest: frozenset[str] | None = None
    for earlier in looked_at:
        numbers = tuple(earlier.numbers(check))
        newest = frozenset(what for what, _ in numbers) if newest is None else newest
        for what, number in numbers:
            candidates.setdefault(what, []).append(Reference(name=earlier.name, number=number))
    best = {what: reference for what, found in candidates.items() if (reference := chosen(check, change, found))}
    return Known(len(looked_at), best, newest or frozenset())


def _change(check: Check, change: Change, slot: Slot, readings: Readings, known: Known) -> Finding:
    reading = reading_of(slot, readings)
    reference = known.by_slot.get(slot.what)
    if reference is None:
        return Finding(check, slot, _without_reference(check, change, reading, known), _earlier(change))
    bound, guard = allowed(check, change, reference), plausible(check, change, reference)
    if bound is not None:
        found = assess(check, slot, readings, bound)
    elif guard is not None:
        found = too_few(check, reading, guard) or by_bound(check, reading.number, guard)
    else:
        found = Assessment(Status.INCONCLUSIVE, reading.number, None, note="the change rule gives no bound for it")
    suspicious = guard is not None and isinstance(reading.number, float) and not guard.holds(reading.number)
    if suspicious and (bound is None or found.status is Status.PASS):
        note = "so large a gain is suspicious; find out whether the evaluation leaked, then review it"
        found = Assessment(Status.INCONCLUSIVE, reading.number, guard, note=note)
    return Finding(check, slot, found, reference.name, reference.number)


def _without_reference(check: Check, change: Change, reading: Reading, known: Known) -> Assessment:
    if isinstance(reading.number, Value):
        # A rule for the first version is about numbers; what is none passes under no rule.
        return unmeasured(check, reading.number, None)
    few = too_few(check, reading, None)
    if few is not None:
        return few
    if not known.versions:
        there = _earlier(change).removeprefix("the ")
        note = f"there are no {there} to compare it with (first_version: {change.first_version})"
        return Assessment(_FIRST[change.first_version], reading.number, None, note=note)
    # What the team registers itself is the team's to complete; what governance recorded is not.
    status = Status.MISSING if change.against is Against.BASELINES else Status.INCONCLUSIVE
    return Assessment(status, reading.number, None, note=f"{_earlier(change)} have no such number")


def _gone(part: Part, change: Change, known: Known) -> Iterator[Finding]:
    """What the newest earlier version has and this one has not: a group must not escape by being left out."""
    if part.check.may_be_absent or not part.slots:
        return
    has = "the registered baselines have" if change.against is Against.BASELINES else "the last approved version has"
    missed = Value(unknown=f"{has} it and this package does not")
    for what in sorted(known.newest.difference(slot.what for slot in part.slots)):
        note = "report it again, or have a person agree that it goes"
        found = Assessment(Status.INCONCLUSIVE, missed, None, note=note)
        yield Finding(part.check, Slot(what=what, at=None), found, _earlier(change))


def _earlier(change: Change) -> str:
    return "the registered baselines" if change.against is Against.BASELINES else "earlier approved versions"
