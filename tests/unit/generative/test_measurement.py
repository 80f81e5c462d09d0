"""What an evaluation comes to, and how the report on model quality has it."""

import math
from dataclasses import replace

import pytest
from modelgate.contracts.facts import Interval, Value
from modelgate.generative.measurement import Measurement, Slice, report, section
from modelgate.reports.read import read_report

INTERVAL = Interval(low=0.01, high=0.05, confidence=0.95)
NORTH = Slice(facet="region", facet_value="north", value=0.02, n=40, interval=INTERVAL)
SOUTH = Slice(facet="region", facet_value="south", value=None, reason="no answer was given", n=0)
WHOLE = Measurement(
    definition_id="made/up@1",
    value=0.03,
    n=90,
    n_unparsed=2,
    interval=INTERVAL,
    dataset_id="d@1",
    slices=(NORTH, SOUTH),
)


def test_a_report_says_what_was_measured() -> None:
    """Value, rows, interval and slices are read back as the policy will see them."""
    facts = {
        (f.metric, f.facet, f.facet_value): f
        for f in read_report("ModelQuality.Statistics", report([WHOLE], item_count=92))
    }

    whole, north = facts["made/up@1", None, None], facts["made/up@1", "region", "north"]
    assert (whole.value, whole.n, whole.interval) == (Value(number=0.03), 90, INTERVAL)
    assert (north.value, north.n, north.interval) == (Value(number=0.02), 40, INTERVAL)
    assert facts["made/up@1", "region", "south"].value == Value(unknown="the value is null: 'no answer was given'")
    assert facts["item_count", None, None].value == Value(number=92.0)


def test_a_report_says_why_there_is_no_number() -> None:
    """A person reads the reason; the gate reads null, which fails."""
    missing = Measurement(definition_id="made/up@1", value=None, reason="no judge was given", n=0, dataset_id="d@1")

    (fact,) = (
        f for f in read_report("ModelQuality.Statistics", report([missing], item_count=0)) if f.metric != "item_count"
    )
    assert fact.value == Value(unknown="the value is null: 'no judge was given'")
    assert section([missing])["made/up@1"]["reason"] == "no judge was given"


def test_equal_numbers_are_equal_bytes() -> None:
    """Whatever the order in which they were found."""
    other = replace(WHOLE, definition_id="made/up@2")

    assert report([WHOLE, other], item_count=9) == report([other, WHOLE], item_count=9)


def test_names_from_data_stay_names() -> None:
    """A group called like a member, or with quotes and line ends in it, changes no structure."""
    names = {"value", 'a", "value": 0, "b', "line\nend", "a/b~c", "\u2028"}
    hostile = replace(WHOLE, slices=tuple(replace(NORTH, facet_value=name) for name in names))

    facts = read_report("ModelQuality.Statistics", report([hostile], item_count=1))
    assert names == {f.facet_value for f in facts if f.facet is not None}


def test_a_definition_is_measured_once() -> None:
    """Of two numbers nobody could say which counts."""
    with pytest.raises(ValueError, match="made/up@1 is measured twice"):
        section([WHOLE, WHOLE])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"value": None}, "needs either a value or the reason"),
        ({"value": None, "reason": ""}, "needs either a value or the reason"),
        ({"reason": "both"}, "needs either a value or the reason"),
        ({"value": math.nan}, "has the value nan; give a reason instead"),
        ({"value": 0.9}, "does not hold its value"),
        ({"value": None, "reason": "none"}, "does not hold its value"),
        ({"slices": (NORTH, NORTH)}, "gives a slice twice"),
    ],
)
def test_a_measurement_that_contradicts_itself_is_refused(change: dict[str, object], reason: str) -> None:
    """Missing is never 0, and never silent."""
    with pytest.raises(ValueError, match=reason):
        replace(WHOLE, **change)  # type: ignore[arg-type]
