"""Decisions of one shape, their numbers in columns: what a policy is judged over, many at a time."""

import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from modelgate.checks.measures import Measure
from modelgate.checks.slots import Key, Number, Reading, Slot
from modelgate.contracts.facts import BASELINES, Fact, Interval, Value
from modelgate.contracts.gate import Group
from modelgate.contracts.results import Status, Verdict
from modelgate.contracts.subject import ArtifactState
from modelgate.evaluate import baseline_facts
from modelgate.evidence.record import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedArtifact:
    """An artifact as far as policies ask about it."""

    name: str
    state: ArtifactState
    has_digest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFault:
    """What was wrong with the package itself, whatever the policy."""

    check: str
    status: Status
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What decisions of one frame have in common besides the keys of their facts.

    *arn* is that of their packages, up to the version.
    """

    arn: str
    group: Group
    metadata: Mapping[str, str]
    artifacts: tuple[PackedArtifact, ...]
    faults: tuple[PackageFault, ...]


class About(NamedTuple):
    """One decision. *verdict* is what the policy said before any review."""

    decision_id: str
    version: int
    outcome: Outcome
    verdict: Verdict
    reviewed: bool
    policy: str | None
    policy_version: int | None
    as_of: str
    decided_at: str


# A deviation is a number, or the reason (a text) why there is none; an infinite one reads "+" or "-".
PackedDeviation = float | str | None
PackedInterval = Sequence[float] | None  # low, high, confidence


@dataclass(slots=True)
class Certain:
    """What is known of one column's certainty, a list of one entry a decision each."""

    n: list[int | None]
    deviation: list[PackedDeviation]
    interval: list[PackedInterval]

    @classmethod
    def unknown(cls, rows: int) -> "Certain":
        """Nothing known of *rows* decisions."""
        return cls([None] * rows, [None] * rows, [None] * rows)

    def at(self, row: int) -> tuple[int | None, Value | None, Interval | None]:
        """What is known of one decision."""
        interval, deviation = self.interval[row], self.deviation[row]
        return (self.n[row], None if deviation is None else value_of(deviation), _interval(interval))


@dataclass(slots=True)
class Frame:
    """Decisions of one shape.

    *arrived* has a list for each artifact of the context. A number that is none is NaN in its column, and *others* says
    what it is.
    """

    context: Context
    keys: tuple[Key, ...]
    about: list[About] = field(default_factory=list)
    arrived: list[list[str]] = field(default_factory=list)
    columns: list["array[float]"] = field(default_factory=list)
    others: dict[tuple[int, int], Value] = field(default_factory=dict)
    certain: dict[int, Certain] = field(default_factory=dict)
    _derived: dict[tuple[str, tuple[int, ...]], "array[float]"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.columns:
            self.columns = [array("d") for _ in self.keys]
        if not self.arrived:
            self.arrived = [[] for _ in self.context.artifacts]

    def add(self, about: About, arrived: Sequence[str], facts: Sequence[Fact]) -> None:
        """Add one decision, whose artifacts *arrived* then, and whose facts have this frame's keys in their order."""
        row = len(self.about)
        self.about.append(about)
        for times, time in zip(self.arrived, arrived, strict=True):
            times.append(time)
        for at, fact in enumerate(facts):
            number = fact.value.number
            self.columns[at].append(math.nan if number is None else number)
            if number is None:
                self.others[at, row] = fact.value
            self._note(at, row, fact)

    def _note(self, at: int, row: int, fact: Fact) -> None:
        known = (fact.n, fact.deviation, fact.interval)
        if at not in self.certain:
            if known == (None, None, None):
                return
            self.certain[at] = Certain.unknown(row)
        certain, interval = self.certain[at], fact.interval
        certain.n.append(fact.n)
        certain.deviation.append(None if fact.deviation is None else packed_value(fact.deviation))
        certain.interval.append(None if interval is None else [interval.low, interval.high, interval.confidence])

    def column(self, slot: Slot) -> Sequence[float]:
        """What *slot* reads of every decision; NaN where that is no number, or where a part of it is none."""
        if slot.measure is None:
            return [math.nan] * len(self.about) if slot.at is None else self.columns[slot.at]
        place = (slot.what, slot.parts)
        if place not in self._derived:
            rows = zip(*(self.columns[at] for at in slot.parts), strict=True)
            numbers = [_measured(slot.measure, numbers) for numbers in rows] or [math.nan] * len(self.about)
            self._derived[place] = array("d", numbers)
        return self._derived[place]

    def number(self, at: int, row: int) -> Number:
        """One number."""
        number = self.columns[at][row]
        return number if number == number else self.others[at, row]

    def reading(self, at: int, row: int) -> Reading:
        """One number with its certainty."""
        certain = self.certain.get(at)
        if certain is None:
            return Reading(self.number(at, row))
        return Reading(self.number(at, row), *certain.at(row))

    @property
    def own_keys(self) -> tuple[Key, ...]:
        """The keys of the model's own facts: they come first, those of baselines after them."""
        return tuple(key for key in self.keys if not key.artifact.startswith(BASELINES))

    def facts(self, row: int) -> tuple[Fact, ...]:
        """The model's own facts of one decision, without their places in the reports."""
        return tuple(self._fact(at, row) for at in range(len(self.own_keys)))

    def baseline_facts(self, row: int) -> tuple[Fact, ...]:
        """Those of its baselines, under the names that the model's own reports have."""
        return baseline_facts([self._fact(at, row) for at in range(len(self.own_keys), len(self.keys))])

    def _fact(self, at: int, row: int) -> Fact:
        found = self.reading(at, row)
        value = Value(number=found.number) if isinstance(found.number, float) else found.number
        certainty = {"n": found.n, "deviation": found.deviation, "interval": found.interval}
        return Fact(**self.keys[at]._asdict(), **certainty, value=value, pointer="")  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class RowReadings:
    """The numbers of one decision of a frame."""

    frame: Frame
    row: int

    def number(self, at: int) -> Number:
        """The number alone."""
        return self.frame.number(at, self.row)

    def reading(self, at: int) -> Reading:
        """The number with its certainty."""
        return self.frame.reading(at, self.row)


def packed_value(value: Value) -> float | str:
    """*value* as segments write it: a number, the sign of an infinite one, or why there is none."""
    if value.number is not None:
        return value.number
    return value.infinite or value.unknown or ""


def value_of(packed: float | str) -> Value:
    """The value that was packed."""
    if isinstance(packed, str):
        return Value(infinite=packed) if packed in ("+", "-") else Value(unknown=packed)
    return Value(number=packed)


def _interval(packed: PackedInterval) -> Interval | None:
    if packed is None:
        return None
    low, high, confidence = packed
    return Interval(low=low, high=high, confidence=confidence)


def _measured(measure: Measure, numbers: tuple[float, ...]) -> float:
    """The measure of plain numbers, whose certainty it does not need for its own number."""
    if any(number != number for number in numbers):
        return math.nan
    found = measure([Reading(number) for number in numbers]).number
    return found if isinstance(found, float) else math.nan
