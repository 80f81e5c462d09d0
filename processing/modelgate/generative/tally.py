"""Sufficient statistics that merge exactly: the same records give the same bits, however they are split and ordered.

Counts are integers. Sums of floats are kept as exact fractions (every finite float is one) and rounded once, when they
are read, so that no order of addition can show.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import reduce
from typing import Any, TypeVar

from modelgate.contracts.strict import canonical, decode
from modelgate.contracts.strict_json import Limits, read_object
from modelgate.errors import ContentError, OverlappingShardsError, UnreadableRecordError

Key = tuple[str, ...]
Number = TypeVar("Number", int, Fraction)

_LIMITS = Limits(size=256 * 2**20, depth=8, values=10_000_000)
_SMALLEST = 1074  # the finest bit of a double has the value 2 to the power of minus this


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Keyed counts and sums, and the shards they come from.

    A key that was never added to counts 0, so a key whose total is 0 is not kept: equal statistics are equal tallies.
    Make one with `TallySheet`, name its shard with `of_shard`, and add tallies up with `merge`.
    """

    counts: Mapping[Key, int] = field(default_factory=dict)
    sums: Mapping[Key, Fraction] = field(default_factory=dict)
    shards: frozenset[str] = frozenset()

    def count(self, *key: str) -> int:
        """The count under *key*."""
        return self.counts.get(key, 0)

    def sum(self, *key: str) -> Fraction:
        """The exact sum under *key*; ``float`` of it is correctly rounded."""
        return self.sums.get(key, Fraction(0))

    def under(self, *prefix: str) -> tuple[str, ...]:
        """The parts that follow *prefix* in the keys of counts and sums, sorted: the slices that were met."""
        at = len(prefix)
        return tuple(sorted({k[at] for k in (*self.counts, *self.sums) if len(k) > at and k[:at] == prefix}))

    def of_shard(self, shard: str) -> "Tally":
        """The same statistics as those of *shard*; a tally that belongs to shards already is refused (ValueError)."""
        if self.shards:
            raise ValueError("the tally already belongs to shards")
        return replace(self, shards=frozenset({shard}))

    def to_json(self) -> bytes:
        """One canonical line; equal tallies give equal bytes."""
        return canonical(
            {
                "counts": [[list(key), number] for key, number in sorted(self.counts.items())],
                "sums": [[list(key), str(number)] for key, number in sorted(self.sums.items())],
                "shards": sorted(self.shards),
            }
        )

    @classmethod
    def from_json(cls, data: bytes) -> "Tally":
        """Read what `to_json` wrote.

        Raises:
            UnreadableRecordError: it is anything else, another spelling of the same statistics included.
        """
        try:
            tally = _decoded(decode(_Written, read_object(data, _LIMITS)))
        except (ContentError, ValueError, TypeError, ZeroDivisionError) as error:
            raise UnreadableRecordError(f"it is no tally: {error}") from error
        if tally.to_json() != data:
            raise UnreadableRecordError("it is no tally as this project writes them; score its shard again")
        return tally


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    counts: tuple[Any, ...]
    sums: tuple[Any, ...]
    shards: tuple[str, ...]


def _decoded(written: _Written) -> Tally:
    counts = {_key(key): number for key, number in written.counts}
    if not all(type(number) is int for number in counts.values()):
        raise ValueError("a count is not a whole number")
    sums = {_key(key): Fraction(number) for key, number in written.sums}
    return Tally(counts=_kept(counts), sums=_kept(sums), shards=frozenset(written.shards))


def _key(parts: Any) -> Key:
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise ValueError("a key is not a list of texts")
    return tuple(parts)


class TallySheet:
    """Where one shard's statistics are added up before they are a `Tally`."""

    def __init__(self) -> None:
        self._counts: defaultdict[Key, int] = defaultdict(int)
        self._sums: defaultdict[Key, int] = defaultdict(int)  # in units of the finest bit, which is fast and exact

    def count(self, *key: str, by: int = 1) -> None:
        """Add *by* to the count under *key*."""
        self._counts[key] += by

    def add(self, number: float, *key: str) -> None:
        """Add *number* to the sum under *key*; one that is not finite is refused (ValueError)."""
        if not math.isfinite(number):
            raise ValueError(f"{number} cannot be summed under {'/'.join(key)}")
        numerator, denominator = number.as_integer_ratio()
        self._sums[key] += numerator << (_SMALLEST + 1 - denominator.bit_length())

    def tally(self) -> Tally:
        """What was added so far, of no shard yet."""
        sums = {key: Fraction(number, 1 << _SMALLEST) for key, number in self._sums.items()}
        return Tally(counts=_kept(self._counts), sums=_kept(sums))


def merge(one: Tally, other: Tally) -> Tally:
    """Add two tallies; associative and commutative, and an empty ``Tally()`` changes nothing.

    Raises:
        OverlappingShardsError: a shard is in both, so that its records would count twice.
    """
    if both := one.shards & other.shards:
        raise OverlappingShardsError(f"shard {min(both)!a} is in both tallies; merge each shard once")
    return Tally(
        counts=_added(one.counts, other.counts), sums=_added(one.sums, other.sums), shards=one.shards | other.shards
    )


def merge_all(tallies: Iterable[Tally]) -> Tally:
    """Add any number of tallies, in any order; errors as of `merge`."""
    return reduce(merge, tallies, Tally())


def _added(one: Mapping[Key, Number], other: Mapping[Key, Number]) -> dict[Key, Number]:
    total = dict(one)
    for key, number in other.items():
        total[key] = total[key] + number if key in total else number
    return _kept(total)


def _kept(numbers: Mapping[Key, Number]) -> dict[Key, Number]:
    return {key: number for key, number in numbers.items() if number}
