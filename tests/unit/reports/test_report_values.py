"""What a single value of a report becomes."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelgate.contracts.facts import Value
from modelgate.contracts.results import Bound
from modelgate.reports.place import Place

JSON_VALUES = (
    st.none() | st.booleans() | st.integers(-(10**60), 10**60) | st.text() | st.lists(st.integers(), max_size=2)
)


@given(JSON_VALUES | st.floats(allow_nan=False, allow_infinity=False))
def test_every_value_is_number_infinite_or_unknown(data: Any) -> None:
    """Exactly one of the three holds, whatever JSON holds."""
    value = Place(data).value()

    assert [value.number, value.infinite, value.unknown].count(None) == 2
    assert (value.number is not None) is (isinstance(data, int | float) and not isinstance(data, bool))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (0, Value(number=0.0)),
        (-72, Value(number=-72.0)),
        ("Infinity", Value(infinite="+")),
        ("-Infinity", Value(infinite="-")),
        ("NaN", Value(unknown="the value is NaN")),
        ("0.9", Value(unknown="the value is the text '0.9'")),
        ("inf", Value(unknown="the value is the text 'inf'")),
        (True, Value(unknown="the value is true")),
        (None, Value(unknown="the value is null")),
        ({}, Value(unknown="the value is not a number")),
    ],
)
def test_odd_values_have_their_meaning(data: Any, expected: Value) -> None:
    """Clarify writes infinities as text; booleans and other texts are never numbers."""
    assert Place(data).value() == expected


@pytest.mark.parametrize("fields", [{}, {"number": 1.0, "infinite": "+"}, {"number": float("nan")}, {"infinite": "x"}])
def test_a_value_in_no_state_or_two_cannot_exist(fields: dict[str, Any]) -> None:
    """No comparison can ever meet NaN."""
    with pytest.raises(ValueError, match="number"):
        Value(**fields)


@given(st.floats(-1e9, 1e9))
def test_both_ends_of_a_bound_belong_to_it(end: float) -> None:
    """A closed interval: a value on its bound holds, the next number beyond does not."""
    assert Bound(min=end, max=end).holds(end)
    assert not Bound(min=end, max=None).holds(math.nextafter(end, -math.inf))
    assert not Bound(min=None, max=end).holds(math.nextafter(end, math.inf))


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.floats(0, 1e9))
def test_widening_a_bound_never_turns_pass_into_fail(low: float, high: float, number: float, more: float) -> None:
    """What lies in an interval lies in every wider one, and in those open on a side."""
    low, high = sorted((low, high))
    if Bound(min=low, max=high).holds(number):
        assert Bound(min=low - more, max=high + more).holds(number)
        assert Bound(min=None, max=high).holds(number)
        assert Bound(min=low, max=None).holds(number)
