"""What a check looks at: slots, chosen by which facts exist and never by their numbers.

So one choice serves every package whose reports have the same shape, and judging many of them is arithmetic only.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from modelgate.contracts.facts import Fact, Interval, Value
from modelgate.errors import PolicyError
from modelgate.policy.model import Check

# A finite number, or the Value that says why there is none.
Number = float | Value


class Key(NamedTuple):
    """Everything about a fact but its numbers and its place."""

    artifact: str
    section: str
    metric: str
    facet: str | None
    facet_value: str | None
    label: str | None
    feature: str | None


class Reading(NamedTuple):
    """A number with what is known of its certainty; see `modelgate.contracts.facts.Fact`.

    *derived* when it is computed from several numbers, so that it is no share of its *n* rows even where it looks so.
    """

    number: Number
    n: int | None = None
    deviation: Value | None = None
    interval: Interval | None = None
    derived: bool = False


class Readings(Protocol):
    """The numbers of one package, by the position of their facts."""

    def number(self, at: int) -> Number:
        """The number alone."""
        ...

    def reading(self, at: int) -> Reading:
        """The number with its certainty."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One number to judge. *what* names it for a person, and across versions of a model.

    *at* is the fact it is read from, *parts* are all facts that *measure* computes it from (None: the fact's own
    number). *limit* is a fact whose number is the bound, where the team set the bound. *excused* says what is not
    there where the policy lets it be absent: such a slot passes, and proves nothing.
    """

    what: str
    at: int | None
    parts: tuple[int, ...] = ()
    measure: Callable[[Sequence[Reading]], Reading] | None = None
    facet: str | None = None
    facet_value: str | None = None
    label: str | None = None
    limit: "Limit | None" = None
    excused: str | None = None


class Limit(NamedTuple):
    """The fact at *at* bounds a number: its ``min`` or ``max``, or, where equal is too much, ``above`` or ``below``."""

    at: int
    side: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Something that the check asks for and no fact has: a missing number never approves."""

    sentence: str
    facet: str | None = None
    facet_value: str | None = None
    label: str | None = None


Choice = Slot | Absence


class Keys:
    """The keys of one package's facts, found by section and metric."""

    def __init__(self, keys: Iterable[Key]) -> None:
        """Index *keys*; their order is that of the readings."""
        self.all = tuple(keys)
        self._by_section: dict[str, list[int]] = {}
        for at, key in enumerate(self.all):
            self._by_section.setdefault(key.section, []).append(at)

    def __getitem__(self, at: int) -> Key:
        return self.all[at]

    def of(self, *sections: str) -> list[int]:
        """Positions of the facts of *sections*, in order."""
        return sorted(at for section in sections for at in self._by_section.get(section, ()))


class FactReadings:
    """Readings of facts as they are."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        """Read from *facts*."""
        self._facts = facts

    def number(self, at: int) -> Number:
        """The number alone."""
        value = self._facts[at].value
        return value if value.number is None else value.number

    def reading(self, at: int) -> Reading:
        """The number with its certainty."""
        fact = self._facts[at]
        return Reading(self.number(at), fact.n, fact.deviation, fact.interval)


def key_of(fact: Fact) -> Key:
    """The key of *fact*."""
    return Key(fact.artifact, fact.section, fact.metric, fact.facet, fact.facet_value, fact.label, fact.feature)


def grouped(keys: Keys, positions: Iterable[int], by: Callable[[Key], object]) -> Mapping[object, list[int]]:
    """*positions* by a part of their key, in one pass: a report may list thousands of groups."""
    groups: dict[object, list[int]] = {}
    for at in positions:
        groups.setdefault(by(keys[at]), []).append(at)
    return groups


def listed(names: Iterable[str], *, most: int = 12) -> str:
    """*names* for a sentence, sorted and cut."""
    known = sorted(set(names))
    if not known:
        return "none"
    return ", ".join(ascii(name)[1:-1] for name in known[:most]) + (" …" if len(known) > most else "")


def require_measure(check: Check, *known: str) -> None:
    """Make sure that *check* takes one of the *known* measures.

    Raises:
        PolicyError: it takes another, which only newer code knows.
    """
    if check.measure not in known:
        raise PolicyError(f"check {check.id!r} asks for the measure {check.measure!r}, which this code does not know")


def pairs(choices: Iterator[Choice]) -> tuple[tuple[Slot, ...], tuple[Absence, ...]]:
    """*choices* apart: what is there, and what is not."""
    slots: list[Slot] = []
    absences: list[Absence] = []
    for choice in choices:
        if isinstance(choice, Slot):
            slots.append(choice)
        else:
            absences.append(choice)
    return tuple(slots), tuple(absences)
