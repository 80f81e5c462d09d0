"""Hostile bytes at every door that reads JSON: a value or one refusal, in bounded memory."""

import gzip
import json
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from modelgate.contracts.strict_json import Limits, read_object
from modelgate.errors import UnreadableJsonError

from tests.unit.contracts.readers import READERS
from tests.unit.contracts.strict_doors import SOUND

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def beginning_with(entry: bytes) -> Callable[[bytes], bytes]:
    """A change of a document: *entry* becomes its first."""
    return lambda sound: b"{" + entry + b"," + sound[1:]


# Each changes a sound document into one that is refused, for the reason beside it.
TRICKS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "duplicate key": (beginning_with(b'"x":1,"x":2'), "'x' appears twice"),
    "inner duplicate key": (beginning_with(b'"x":{"y":{"z":1,"z":1}}'), "'z' appears twice"),
    "escaped duplicate key": (beginning_with(rb'"x":1,"\u0078":1'), "'x' appears twice"),
    "NaN": (beginning_with(b'"x":NaN'), "bare token NaN"),
    "Infinity": (beginning_with(b'"x":[Infinity]'), "bare token Infinity"),
    "-Infinity": (beginning_with(b'"x":-Infinity'), "bare token -Infinity"),
    "1e999": (beginning_with(b'"x":1e999'), "1e999 overflows"),
    "-1e999": (beginning_with(b'"x":-1e999'), "-1e999 overflows"),
    "5,000 digits": (beginning_with(b'"x":' + b"9" * 5_000), "5000 characters"),
    "4,000 digits, negative": (beginning_with(b'"x":-' + b"9" * 4_000), "4001 characters"),
    "a fraction of 5,000 digits": (beginning_with(b'"x":0.' + b"1" * 5_000), "characters, at most"),
    "100,000 levels": (beginning_with(b'"x":' + b"[" * 100_000 + b"]" * 100_000), "nests deeper|bytes, at most"),
    "100,000 levels, open": (lambda _: b'{"x":' * 100_000, "nests deeper|bytes, at most"),
    "1,000 levels": (beginning_with(b'"x":' + b"[" * 1_000 + b"]" * 1_000), "nests deeper"),
    "byte order mark": (lambda sound: b"\xef\xbb\xbf" + sound, "byte order mark"),
    "not UTF-8": (beginning_with(b'"x":"\xff"'), "not UTF-8 at byte 6"),
    "UTF-16": (lambda sound: sound.decode().encode("utf-16"), "not UTF-8"),
    "compressed": (gzip.compress, "not UTF-8"),
    "cut short": (lambda sound: sound.rstrip()[:-1], "not JSON"),
    "empty": (lambda _: b"", "not JSON"),
    "more behind it": (lambda sound: sound + b"{}", "not JSON: Extra data"),
    "a list": (lambda sound: b"[" + sound + b"]", "not a JSON object"),
    "null": (lambda _: b"null", "not a JSON object"),
}


@pytest.mark.parametrize("door", READERS)
def test_every_door_takes_a_sound_document(door: str) -> None:
    """Otherwise what follows would prove nothing."""
    READERS[door].read(SOUND[door])


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("door", READERS)
def test_every_door_refuses_every_trick_with_its_reason(door: str, trick: str) -> None:
    """The same reader stands behind each, so no store and no sender can slip anything past one of them."""
    change, reason = TRICKS[trick]

    with pytest.raises(READERS[door].error, match=reason):
        READERS[door].read(change(SOUND[door]))


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(READERS)), st.data())
def test_any_change_of_a_document_gives_a_value_or_the_one_error_of_its_door(door: str, data: st.DataObject) -> None:
    """Bytes at random, or a sound document with a piece of it replaced: no other error gets out."""
    sound = SOUND[door]
    start = data.draw(st.integers(0, len(sound)))
    end = data.draw(st.integers(start, min(start + 20, len(sound))) | st.just(len(sound)))
    piece = data.draw(st.binary(max_size=30) | JSON.map(lambda value: json.dumps(value).encode("utf-8", "replace")))
    try:
        READERS[door].read(sound[:start] + piece + sound[end:])
    except READERS[door].error:
        return


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(READERS)), st.data())
def test_any_value_at_any_place_gives_a_value_or_the_one_error_of_its_door(door: str, data: st.DataObject) -> None:
    """A document of the right form with one place changed to anything: refused at the door, or read."""
    document = json.loads(SOUND[door])
    place: Any = document
    for _ in range(data.draw(st.integers(0, 6))):
        inner = list(place.values() if isinstance(place, dict) else place)
        inner = [value for value in inner if isinstance(value, dict | list) and value]
        if not inner:
            break
        place = data.draw(st.sampled_from(inner))
    key = data.draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
    place[key] = data.draw(JSON)
    try:
        READERS[door].read(json.dumps(document).encode("utf-8"))
    except READERS[door].error:
        return


LIMITS = Limits(size=1_000_000, values=100_000)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400) | st.text(st.characters(codec=None), max_size=100))
@example("\ud800")
@example("\ufeff{}")
@example(b'"' + b"\\" * 99_999)
@example(b'{"a":"' + b"[" * 999 + b'"}')
def test_any_bytes_or_text_give_an_object_or_one_refusal(data: bytes | str) -> None:
    """A text from a queue may hold half of a surrogate pair; that too is refused and not an error of its own."""
    try:
        value = read_object(data, LIMITS)
    except UnreadableJsonError:
        return

    assert type(value) is dict


FULL = {
    "one long string": b'{"a":"' + b"x" * 999_000 + b'"}',
    "escapes": b'{"a":"' + rb"\u0041" * 160_000 + b'"}',
    "empty objects": b'{"a":[' + b"{}," * 320_000 + b"{}]}",
    "small objects": b'{"a":[' + b'{"":0},' * 140_000 + b"{}]}",
    "small numbers": b'{"a":[' + b"0," * 490_000 + b"0]}",
    "long numbers": b'{"a":[' + (b"1." + b"1" * 50 + b",") * 18_000 + b"0]}",
    "keys": b"{" + b",".join(b'"%d":0' % number for number in range(95_000)) + b"}",
    "levels": b'{"a":' * 190_000,
    "quotes": b'"' * 1_000_000,
    "backslashes": b'"' + b"\\" * 999_999,
    "oversize": b'{"a":"' + b"x" * 50_000_000 + b'"}',
    "not UTF-8 at the end": b'{"a":"' + b"x" * 999_000 + b'\xff"}',
}


@pytest.mark.parametrize("kind", FULL)
def test_memory_is_bounded_by_the_limits_whatever_fills_a_document(kind: str) -> None:
    """Two hundred bytes a value that may be there, and a few copies of the text: no more, whatever the bytes."""
    data = FULL[kind]
    tracemalloc.start()
    try:
        with suppress(UnreadableJsonError):
            read_object(data, LIMITS)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 200 * LIMITS.values + 12 * LIMITS.size


def test_a_document_of_too_many_values_is_refused_before_it_is_built() -> None:
    """Three bytes each in the file, and far more in memory."""
    with pytest.raises(UnreadableJsonError, match="more than 100000 values"):
        read_object(FULL["empty objects"], LIMITS)


def test_brackets_and_commas_in_texts_are_neither_depth_nor_values() -> None:
    """Names may hold any character."""
    document = {"a": '[{\\",' * 300, '"[[[[': "\\"}

    assert read_object(json.dumps(document), Limits(size=10_000, depth=1, values=3)) == document


TEXTS = st.text('\\"[]{},x', max_size=6)
NESTED = st.recursive(
    st.none() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)


def depth_of(value: Any) -> int:
    """How many brackets stand inside each other."""
    if not isinstance(value, dict | list):
        return 0
    return 1 + max(map(depth_of, value.values() if isinstance(value, dict) else value), default=0)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(TEXTS, NESTED, max_size=3))
def test_the_depth_is_that_of_the_value_whatever_the_texts_hold(document: dict[str, Any]) -> None:
    """Counted before parsing, and yet neither a quote nor a backslash in a text deceives it."""
    text, depth = json.dumps(document), depth_of(document)

    assert depth_of(read_object(text, Limits(size=100_000, depth=depth))) == depth
    with pytest.raises(UnreadableJsonError, match=f"deeper than {depth - 1}"):
        read_object(text, Limits(size=100_000, depth=depth - 1))
