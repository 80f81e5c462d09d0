"""The team's own constraints, each beside the number that it is about."""

from time import process_time
from typing import Any

import pytest
from modelgate.contracts.results import Status

from tests.unit.checks.report_data import DATA, columns, limits, quality, sliced
from tests.unit.checks.subjects import check, results, subject

GREATER, LESS = "GreaterThanThreshold", "LessThanThreshold"
GREATER_OR_EQUAL, LESS_OR_EQUAL = "GreaterThanOrEqualToThreshold", "LessThanOrEqualToThreshold"


def found(reports: dict[str, Any], **asked: Any) -> list[tuple[Status, str]]:
    """Status and sentence of each result."""
    return [(r.status, r.sentence) for r in results(check("constraints", **asked), subject(reports))]


@pytest.mark.parametrize(
    ("comparison", "value", "status"),
    [
        (LESS, 0.7, Status.PASS),
        (LESS, 0.69, Status.FAIL),
        (LESS_OR_EQUAL, 0.7, Status.FAIL),
        (LESS_OR_EQUAL, 0.71, Status.PASS),
        (GREATER, 0.7, Status.PASS),
        (GREATER, 0.71, Status.FAIL),
        (GREATER_OR_EQUAL, 0.7, Status.FAIL),
        (GREATER_OR_EQUAL, 0.69, Status.PASS),
    ],
)
def test_the_comparison_names_the_violation(comparison: str, value: float, status: Status) -> None:
    """``LessThanThreshold`` at 0.7 is violated by 0.69, and by 0.7 only where equal counts as well."""
    assert [one for one, _ in found({**quality(auc=value), **limits(auc=(comparison, 0.7))})] == [status]


def test_a_sentence_names_the_file_and_its_limit() -> None:
    """Equal to a limit that equal violates: all digits, so that no sentence says that 0.7 is not at most 0.7."""
    of = "(limit of the team's own ModelQuality.Constraints)"
    equal = {**quality(auc=0.7), **limits(auc=(GREATER_OR_EQUAL, 0.7))}

    assert found({**quality(auc=0.6), **limits(auc=(LESS, 0.7))}) == [
        (Status.FAIL, f"it: auc {of} = 0.6, must be at least 0.7")
    ]
    assert found(equal) == [(Status.FAIL, f"it: auc {of} = 0.7, must be at most 0.6999999999999998")]


def test_every_constraint_is_judged() -> None:
    """Or only that on the metric asked for."""
    reports = {**quality(auc=0.8, f1=0.2), **limits(auc=(LESS, 0.7), f1=(LESS, 0.5))}

    assert [status for status, _ in found(reports)] == [Status.PASS, Status.FAIL]
    assert [status for status, _ in found(reports, metric="auc")] == [Status.PASS]
    assert found(reports, metric="mae") == [(Status.MISSING, "it: no constraint on mae was registered")]


def test_a_constraint_on_nothing_is_missing() -> None:
    """A limit that no number is held against protects nobody."""
    reports = {**quality(auc=0.8), **limits(auc=(LESS, 0.7), f1=(LESS, 0.5))}

    assert [sentence for status, sentence in found(reports) if status is Status.MISSING] == [
        "it: ModelQuality.Constraints constrains f1, which no report has"
    ]


def test_without_constraints_there_is_nothing_to_hold() -> None:
    """A file of violations only is no file of constraints."""
    missing = [(Status.MISSING, "it: no constraint was registered")]

    assert found(quality(auc=1)) == missing
    assert found({**quality(auc=1), "ModelQuality.Constraints": {"violations": []}}) == missing
    assert found({**quality(auc=1), **limits(auc=(LESS, 0.7))}, report="ModelDataQuality.Constraints") == missing


def test_columns_have_constraints_too() -> None:
    """On completeness, and on numbers that must not be negative."""
    features = [{"name": "age", "completeness": 1.0, "num_constraints": {"is_non_negative": True}}]
    reports = {**columns(100, age=10), "ModelDataQuality.Constraints": {"features": features}}

    assert found(reports) == [
        (
            Status.FAIL,
            "it: completeness of age (limit of the team's own ModelDataQuality.Constraints) = 0.9, must be at least 1",
        ),
        (Status.PASS, "it: min of age (limit of the team's own ModelDataQuality.Constraints) = 0, at least 0"),
    ]


def test_a_limit_on_a_metric_is_not_met_by_a_column_of_that_name() -> None:
    """Nor by a slice: constraints are on the whole."""
    data = {**columns(100, auc=0)[DATA]}
    data["features"][0]["numerical_statistics"]["auc"] = 0.9

    assert [status for status, _ in found({DATA: data, **limits(auc=(LESS, 0.7))})] == [Status.MISSING]
    assert [status for status, _ in found({**sliced("auc", 0.8, r={"n": 0.5}), **limits(auc=(LESS, 0.7))})] == [
        Status.PASS
    ]


@pytest.mark.parametrize("bad", ["NaN", "Infinity", None, "0.9"])
@pytest.mark.parametrize("comparison", [LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL])
def test_what_is_no_number_meets_no_limit_and_is_none(bad: Any, comparison: str) -> None:
    """On either side of the comparison."""
    assert [status for status, _ in found({**quality(auc=bad), **limits(auc=(comparison, 0.7))})] == [Status.FAIL]
    assert [status for status, _ in found({**quality(auc=0.7), **limits(auc=(comparison, bad))})] == [Status.FAIL]


@pytest.mark.parametrize(
    ("comparison", "end"), [(GREATER_OR_EQUAL, -1.7976931348623157e308), (LESS_OR_EQUAL, 1.7976931348623157e308)]
)
def test_a_limit_at_the_end_of_all_numbers_holds_none(comparison: str, end: float) -> None:
    """There is no number beyond it."""
    assert [status for status, _ in found({**quality(auc=end), **limits(auc=(comparison, end))})] == [Status.FAIL]


def test_thousands_of_constraints_take_no_time() -> None:
    """A team's own files must not keep the gate busy."""
    names = [f"c{number}" for number in range(2400)]
    features = [{"name": name, "completeness": 1.0, "num_constraints": {"is_non_negative": True}} for name in names]
    reports = {
        DATA: columns(9, **dict.fromkeys(names[:1900], 0))[DATA],
        "ModelDataQuality.Constraints": {"features": features},
    }
    package = subject(reports)
    began = process_time()

    made = results(check("constraints"), package)

    assert len(made) == 4800
    assert process_time() - began < 5
