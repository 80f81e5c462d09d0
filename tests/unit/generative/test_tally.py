"""Statistics of shards add up to the same bits, however the records were split."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelgate.errors import OverlappingShardsError, UnreadableRecordError
from modelgate.generative.tally import Tally, TallySheet, merge, merge_all

KEYS = st.lists(st.text(st.characters(exclude_categories=()), max_size=3), min_size=1, max_size=3).map(tuple)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
RECORDS = st.lists(st.tuples(KEYS, st.integers(-3, 3), FLOATS), max_size=30)


def tally_of(records: list[tuple[tuple[str, ...], int, float]]) -> Tally:
    sheet = TallySheet()
    for key, count, number in records:
        sheet.count(*key, by=count)
        sheet.add(number, *key)
    return sheet.tally()


@given(records=RECORDS, parts=st.integers(1, 6), seed=st.integers(0, 2**32))
def test_any_partition_merged_in_any_order_gives_the_same_bits(
    records: list[tuple[tuple[str, ...], int, float]], parts: int, seed: int
) -> None:
    """The bytes agree, not only the numbers."""
    chance = random.Random(seed)  # noqa: S311 - chooses partitions
    shards: list[list[tuple[tuple[str, ...], int, float]]] = [[] for _ in range(parts)]
    for record in records:
        chance.choice(shards).append(record)
    tallies = [tally_of(shard) for shard in shards]
    chance.shuffle(tallies)

    assert tally_of(records).to_json() == merge_all(tallies).to_json()


@given(st.tuples(RECORDS, RECORDS, RECORDS))
def test_merging_is_associative_and_commutative(records: tuple[list[tuple[tuple[str, ...], int, float]], ...]) -> None:
    """And the empty tally is its identity."""
    one, two, three = (tally_of(r).of_shard(str(at)) for at, r in enumerate(records))

    assert merge(merge(one, two), three) == merge(one, merge(two, three))
    assert merge(one, two) == merge(two, one)
    assert merge(one, Tally()) == one


@given(RECORDS)
def test_a_tally_comes_back_from_json_byte_for_byte(records: list[tuple[tuple[str, ...], int, float]]) -> None:
    """Shard ids and fractions included."""
    tally = tally_of(records).of_shard("part-1")

    assert tally == Tally.from_json(tally.to_json())
    assert tally.to_json() == Tally.from_json(tally.to_json()).to_json()


@given(st.lists(FLOATS.filter(lambda x: abs(x) < 1e300)))
def test_a_sum_is_the_correctly_rounded_one(numbers: list[float]) -> None:
    """Math.fsum is the oracle."""
    sheet = TallySheet()
    for number in numbers:
        sheet.add(number, "x")

    assert math.fsum(numbers) == float(sheet.tally().sum("x"))


def test_the_same_shard_is_never_added_twice() -> None:
    """Its records would count twice."""
    one, two = tally_of([(("n",), 1, 0.5)]).of_shard("a"), tally_of([(("n",), 2, 0.5)]).of_shard("a")

    with pytest.raises(OverlappingShardsError, match="'a' is in both"):
        merge(one, two)


def test_a_tally_of_shards_takes_no_other_name() -> None:
    """Renaming would hide an overlap."""
    with pytest.raises(ValueError, match="already"):
        Tally().of_shard("a").of_shard("b")


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_not_summed(number: float) -> None:
    """One such number would swallow all others."""
    with pytest.raises(ValueError, match="cannot be summed under a/b"):
        TallySheet().add(number, "a", "b")


@pytest.mark.parametrize(
    "data",
    [
        b"{}",
        b'{"counts":[],"shards":[],"sums":[]}',  # without the newline: not as we write it
        b'{"counts":[[["n"],0]],"shards":[],"sums":[]}\n',
        b'{"counts":[[["n"],1],[["n"],1]],"shards":[],"sums":[]}\n',
        b'{"counts":[[["n"],true]],"shards":[],"sums":[]}\n',
        b'{"counts":[[["n"],1.5]],"shards":[],"sums":[]}\n',
        b'{"counts":["n"],"shards":[],"sums":[]}\n',
        b'{"counts":[["n",1]],"shards":[],"sums":[]}\n',
        b'{"counts":[],"shards":[],"sums":[[["n"],"1/0"]]}\n',
        b'{"counts":[],"shards":[],"sums":[[["n"],"2/4"]]}\n',
        b'{"counts":[],"shards":[],"sums":[[["n"],[]]]}\n',
    ],
)
def test_what_is_no_tally_of_ours_is_refused(data: bytes) -> None:
    """A tally is read only as it was written."""
    with pytest.raises(UnreadableRecordError, match="no tally"):
        Tally.from_json(data)


def test_slices_that_were_met_are_listed_under_their_prefix() -> None:
    """Sorted, of counts and sums alike; longer and other keys do not disturb."""
    sheet = TallySheet()
    sheet.count("source", "code", "n")
    sheet.add(0.5, "source", "book", "similarity")
    sheet.count("n")

    assert sheet.tally().under("source") == ("book", "code")
    assert sheet.tally().sum("source", "book", "similarity") == Fraction(1, 2)
    assert sheet.tally().count("never") == 0
