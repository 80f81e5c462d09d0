"""Hostile and honest bytes at the door of the reports."""

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from modelgate.errors import UnreadableReportError
from modelgate.reports.strict_json import MAX_BYTES, MAX_DEPTH, loads

VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
SCALARS = st.none() | st.booleans() | st.text() | st.integers(-(10**60), 10**60)
FINITE = st.recursive(
    SCALARS | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=15,
)


def numbers(value: Any) -> Iterator[float]:
    """Every number inside *value*."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from numbers(inner)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400) | VALUES.map(lambda value: json.dumps(value).encode("utf-8", "surrogatepass")))
@example(b"[" * 100_000)
@example(b'{"a":' * 100_000)
@example(b'"' + b"\\" * 99_999)
@example(b"")
def test_any_bytes_give_an_object_or_one_reason(data: bytes) -> None:
    """Whatever the bytes, the answer is an object with finite numbers or UnreadableReportError."""
    try:
        value = loads(data)
    except UnreadableReportError:
        return

    assert isinstance(value, dict)
    assert all(math.isfinite(number) for number in numbers(value))


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(), FINITE, max_size=5))
def test_honest_reports_survive_unchanged(report: dict[str, Any]) -> None:
    """A report within the limits is read back exactly, integers included."""
    assert loads(json.dumps(report).encode()) == report


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"a":1,"a":2}', "'a' appears twice"),
        (b'{"a":{"b":1,"b":1}}', "'b' appears twice"),
        (b'{"a":NaN}', "bare token NaN"),
        (b'{"a":-Infinity}', "bare token -Infinity"),
        (b'{"a":-1e999}', "overflows"),
        (b'{"a":' + b"9" * 5000 + b"}", "5000 characters"),
        (b'{"a":-' + b"9" * 4000 + b"}", "characters"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b'{"a":"\xff"}', "not UTF-8 at byte 6"),
        (b'{"a":1', "not JSON: .* line 1 column 7"),
        (b"", "not JSON"),
        (b"[1]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'{"a":"' + b"x" * MAX_BYTES + b'"}', "bytes, at most"),
        (b'{"a":' * (MAX_DEPTH + 1), "deeper"),
    ],
)
def test_each_known_trick_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    """Inputs that once approved a bad model are refused, and the message says why and where."""
    with pytest.raises(UnreadableReportError, match=reason):
        loads(data)


def test_brackets_inside_strings_are_not_depth() -> None:
    """Brackets and quotes in text do not count as nesting."""
    report = {"a": '[{\\"' * 100, '"[[[[': "\\"}

    assert loads(json.dumps(report).encode()) == report
