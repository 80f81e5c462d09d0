"""What the team's own monitor found."""

from typing import Any

from modelgate.contracts.results import Status
from modelgate.decide import judge

from tests.unit.checks.report_data import columns, quality, violations
from tests.unit.checks.subjects import bundle, check, results, subject

NONE: dict[str, Any] = {"high": 0}


def found(reports: dict[str, Any], **asked: Any) -> list[tuple[Status, str]]:
    """Status and sentence of each result of a check that there are no violations."""
    return [(r.status, r.sentence) for r in results(check("violations", **NONE, **asked), subject(reports))]


def test_an_empty_list_is_none_found() -> None:
    """It says that somebody looked."""
    assert found(violations()) == [(Status.PASS, "it: violations in ModelDataQuality.Constraints = 0, at most 0")]


def test_a_file_that_is_not_there_is_no_empty_list() -> None:
    """Constraints without violations say nothing either."""
    missing = "it: no violations file was read; register the monitor's constraint_violations.json"
    constraints = {"ModelDataQuality.Constraints": {"features": [{"name": "age", "completeness": 1.0}]}}

    assert found(columns(10, age=0)) == found({**columns(10, age=0), **constraints}) == [(Status.MISSING, missing)]
    assert found(violations(), report="Extra.drift") == [(Status.MISSING, missing)]


def test_violations_are_counted_in_each_file() -> None:
    """An empty file does not dilute another."""
    reports = {
        **violations(("data_type_check", "age"), ("completeness_check", "zip")),
        **violations(name="ModelQuality.Constraints"),
    }

    assert found(reports) == [
        (Status.FAIL, "it: violations in ModelDataQuality.Constraints = 2, must be at most 0"),
        (Status.PASS, "it: violations in ModelQuality.Constraints = 0, at most 0"),
    ]


def test_types_and_columns_narrow_the_count() -> None:
    """Both by pattern."""
    reports = violations(("data_type_check", "age"), ("baseline_drift_check", "age"), ("baseline_drift_check", "zip"))

    def count(**asked: Any) -> str:
        ((_, sentence),) = found(reports, **asked)
        return sentence.removeprefix("it: violations").split(",")[0]

    assert count(labels=("baseline_drift_check",)) == " (baseline_drift_check) in ModelDataQuality.Constraints = 2"
    assert count(features=("ag*",)) == " of ag* in ModelDataQuality.Constraints = 2"
    assert count(labels=("*drift*",), features=("age",)) == " of age (*drift*) in ModelDataQuality.Constraints = 1"
    assert count(labels=("missing_column_check",)) == " (missing_column_check) in ModelDataQuality.Constraints = 0"


def test_a_violation_without_a_column_counts_for_all_columns() -> None:
    """It is about the data set."""
    reports = {"ModelDataQuality.Constraints": {"violations": [{"constraint_check_type": "extra_column_check"}]}}

    assert [status for status, _ in found(reports, features=("*",))] == [Status.FAIL]


def test_violations_in_other_files_are_none() -> None:
    """A list of that name in a quality report is read by nobody, neither for the team nor against it."""
    reports = quality(auc=0.9)
    reports["ModelQuality.Statistics"]["violations"] = []

    assert [status for status, _ in found(reports)] == [Status.MISSING]


def test_violations_of_the_registered_baselines_do_not_count() -> None:
    """They belong to another model."""
    reports = violations(("data_type_check", "age"), name="DriftCheckBaselines.ModelDataQuality.Constraints")

    assert [status for status, _ in found(reports)] == [Status.MISSING]


def test_an_empty_file_of_violations_is_a_measured_number() -> None:
    """So a policy that asks for nothing else approves by it; that is the policy's choice."""
    assert judge(subject(violations()), bundle(check("violations", **NONE))).verdict == "approve"
