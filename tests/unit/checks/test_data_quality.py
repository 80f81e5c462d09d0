"""Numbers about the data: of the whole set, or of every column that fits."""

from typing import Any

import pytest
from modelgate.contracts.results import Status
from modelgate.decide import judge

from tests.unit.checks.report_data import DATA, columns, quality
from tests.unit.checks.subjects import bundle, check, results, subject


def sentences(reports: dict[str, Any], **asked: Any) -> list[tuple[Status, str]]:
    """Status and sentence of each result."""
    return [(r.status, r.sentence) for r in results(check("data_quality", **asked), subject(reports))]


def test_a_number_of_the_whole_set_is_judged() -> None:
    """The number of rows, say."""
    assert sentences(columns(80), metric="item_count", low=100) == [
        (Status.FAIL, "it: item_count = 80, must be at least 100")
    ]


def test_the_number_of_rows_of_another_report_does_not_count() -> None:
    """The test data of the model are not its training data."""
    reports = {**quality(auc=1), "Extra.x": {"item_count": 500}}

    assert sentences(reports, metric="item_count", low=100) == [
        (Status.MISSING, "it: no data quality report was read that has 'item_count' of the whole data set")
    ]


def test_every_column_that_fits_is_judged() -> None:
    """One bad column is not made up for by the others."""
    reports = columns(100, age=0, income=2, income_other=20, zip=90)

    assert sentences(reports, metric="completeness", features=("income*", "age"), low=0.95) == [
        (Status.PASS, "it: completeness of age = 1, at least 0.95"),
        (Status.PASS, "it: completeness of income = 0.98, at least 0.95"),
        (Status.FAIL, "it: completeness of income_other = 0.8, must be at least 0.95"),
    ]


def test_a_column_without_a_name_is_a_column() -> None:
    """Every column fits ``*``, so nothing hides behind an empty name."""
    reports = {DATA: columns(100, age=0)[DATA] | {"features": columns(100, **{"": 90})[DATA]["features"]}}

    assert [status for status, _ in sentences(reports, metric="completeness", features=("*",), low=0.95)] == [
        Status.FAIL
    ]


def test_a_column_without_the_number_is_missing() -> None:
    """Its statistics may be of another kind; that must be seen."""
    reports = columns(100, age=0)
    reports[DATA]["features"].append(
        {"name": "city", "string_statistics": {"common": {"num_present": 100, "num_missing": 0}, "distinct_count": 3.0}}
    )

    assert sentences(reports, metric="mean", features=("*",), low=0, high=120) == [
        (Status.PASS, "it: mean of age = 5, within [0, 120]"),
        (Status.MISSING, "it: the data quality report has no mean of column 'city'"),
    ]


def test_a_column_without_statistics_fails_its_completeness() -> None:
    """A feature must not pass by leaving its numbers out."""
    reports = {DATA: {"dataset": {"item_count": 3}, "features": [{"name": "age", "inferred_type": "Integral"}]}}

    assert sentences(reports, metric="completeness", features=("age",), low=0) == [
        (
            Status.FAIL,
            "it: completeness of age could not be judged, the report has no statistics for it; must be at least 0",
        )
    ]


def test_an_absent_column_is_missing() -> None:
    """With the names that there are."""
    assert sentences(columns(100, age=0), metric="completeness", features=("income",), low=0) == [
        (Status.MISSING, "it: the data quality report has no column 'income'; its columns: age")
    ]


def test_an_absent_column_is_no_fault_where_the_policy_says_so() -> None:
    """It passes, and alone proves nothing; without any report of data it is missing all the same."""
    asked = check("data_quality", metric="completeness", features=("income",), low=0.9, may_be_absent=True)
    there = check("data_quality", metric="item_count", low=1, id="rows")
    without = subject(columns(100, age=0))

    assert [(r.status, r.sentence) for r in results(asked, without)] == [
        (
            Status.PASS,
            "it: completeness of income is not judged, because the data quality report has no such column, "
            "which the policy allows",
        )
    ]
    assert [r.status for r in results(asked, subject(quality(auc=1)))] == [Status.MISSING]
    assert [judge(without, bundle(*checks)).verdict for checks in ((asked,), (asked, there))] == ["hold", "approve"]


def test_a_column_that_is_there_is_judged_although_it_might_be_absent() -> None:
    """May be absent is not may be bad."""
    asked = check("data_quality", metric="completeness", features=("age",), low=0.95, may_be_absent=True)

    assert [r.status for r in results(asked, subject(columns(100, age=50)))] == [Status.FAIL]


@pytest.mark.parametrize(("missing", "status"), [(5, Status.INCONCLUSIVE), (0, Status.PASS), (30, Status.FAIL)])
def test_a_completeness_has_an_interval(missing: int, status: Status) -> None:
    """It is a share of its rows."""
    asked = check("data_quality", metric="completeness", features=("age",), low=0.94, confidence=0.95)

    assert [r.status for r in results(asked, subject(columns(100, age=missing)))] == [status]


def test_a_column_listed_twice_is_judged_twice() -> None:
    """The second entry cannot put the first one right."""
    report = columns(100, age=0)
    report[DATA]["features"] += columns(100, age=90)[DATA]["features"]

    assert sorted(status for status, _ in sentences(report, metric="completeness", features=("age",), low=0.9)) == [
        Status.FAIL,
        Status.PASS,
    ]
