"""A policy's checks over one set of facts: chosen once for every package of the same shape, then assessed by number."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from modelgate.checks import CUSTOM, KINDS
from modelgate.checks.assess import Assessment, assess, by_bound, reading_of
from modelgate.checks.changes import Reference, allowed, chosen, plausible
from modelgate.checks.custom import select_custom
from modelgate.checks.slots import Absence, FactReadings, Keys, Readings, Slot, key_of, pairs
from modelgate.contracts.facts import Fact
from modelgate.contracts.results import Bound, Status
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
    if check.bound is not None or any(slot.limit for slot in part.slots):
        values = [Finding(check, slot, assess(check, slot, readings, check.bound)) for slot in part.slots]
        yield from values if check.judge is Judge.EACH else _worst(values)
    if check.change is not None:
        yield from changes(part, check.change, readings, references(check, check.change, approved, baselines))


def changes(part: Part, change: Change, readings: Readings, known: "Known") -> Iterable[Finding]:
    """Assess the change of every slot of *part* from what is *known*."""
    found = [_change(part.check, change, slot, readings, known) for slot in part.slots]
    return found if part.check.judge is Judge.EACH else _worst(found)


def finite_numbers(part: Part, readings: Readings) -> Iterator[tuple[str, float]]:
    """The numbers of *part* that are finite, by the name of their slot."""
    for slot in part.slots:
        number = reading_of(slot, readings).number
        if isinstance(number, float):
            yield slot.what, number


def _worst(found: list[Finding]) -> list[Finding]:
    return [min(found, key=_distance)] if found else []


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
    """What a change can be measured from: *versions* is how many were looked at."""

    versions: int
    by_slot: Mapping[str, Reference]


def references(check: Check, change: Change, approved: Sequence[Earlier], baselines: Earlier | None) -> Known:
    """The best number of each slot among the versions that *change* looks at; *approved* are newest first."""
    if change.against is Against.BASELINES:
        looked_at = [baselines] if baselines is not None else []
    else:
        looked_at = list(approved[: change.of])
    candidates: dict[str, list[Reference]] = {}
    for earlier in looked_at:
        for what, number in earlier.numbers(check):
            candidates.setdefault(what, []).append(Reference(name=earlier.name, number=number))
    best = {what: reference for what, found in candidates.items() if (reference := chosen(check, change, found))}
    return Known(len(looked_at), best)


def _change(check: Check, change: Change, slot: Slot, readings: Readings, known: Known) -> Finding:
    baselines = change.against is Against.BASELINES
    name = "the registered baselines" if baselines else "earlier approved versions"
    if not known.versions:
        number = reading_of(slot, readings).number
        note = f"there are no {name.removeprefix('the ')} to compare it with (first_version: {change.first_version})"
        return Finding(check, slot, Assessment(_FIRST[change.first_version], number, None, note=note), name)
    reference = known.by_slot.get(slot.what)
    if reference is None:
        # What the team registers itself is the team's to complete; what governance recorded is not.
        status = Status.MISSING if baselines else Status.INCONCLUSIVE
        number = reading_of(slot, readings).number
        return Finding(check, slot, Assessment(status, number, None, note=f"{name} have no such number"), name)
    bound = allowed(check, change, reference)
    found = None if bound is None else assess(check, slot, readings, bound)
    if found is None or found.status is Status.PASS:
        found = _suspicious(check, slot, readings, plausible(check, change, reference)) or found
    if found is None:
        number = reading_of(slot, readings).number
        found = Assessment(Status.INCONCLUSIVE, number, None, note="the change rule gives no bound for it")
    return Finding(check, slot, found, reference.name, reference.number)


def _suspicious(check: Check, slot: Slot, readings: Readings, bound: Bound | None) -> Assessment | None:
    if bound is None:
        return None
    found = by_bound(check, reading_of(slot, readings).number, bound)
    if found.status is Status.PASS:
        return found
    note = "so large a gain is suspicious; find out whether the evaluation leaked, then review it"
    return found._replace(status=Status.INCONCLUSIVE, note=note)
