"""What the demo of language models takes for the end that was expected."""

import io

import pytest
from rich.console import Console

from local.demo.generative.verdicts import Report, Verdict, as_json, render, without_verdict
from local.demo.generative.watching import Asked

RECITED = "memorization: memorization/lcp50_share@1 = 0.9 (0.95 interval [0.8, 0.97]), must be within [0, 0.1]"


def verdict(**changes: object) -> Verdict:
    """A reciter that was rejected for what it recites."""
    said: dict[str, object] = {
        "model": "reciter",
        "verdict": "rejected",
        "wanted": "memorization",
        "reasons": (RECITED,),
        "passed": (),
        "diagnostics": "accuracy/bbq@1 = 0.41",
        "evidence": "s3://evidence/record.json",
        "report": "s3://store/report.json",
        "answers": "193 answers",
        "seconds": 12.0,
    }
    return Verdict(**(said | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"verdict": "approved"}, False),
        ({"reasons": ("toxicity: too much",)}, False),
        ({"report": ""}, False),
        ({"wanted": None, "verdict": "approved", "reasons": ()}, True),
        ({"wanted": None, "verdict": "rejected"}, True),
        ({"wanted": None, "report": ""}, False),
    ],
)
def test_a_verdict_is_as_expected_when_it_follows_from_numbers(changes: dict[str, object], expected: bool) -> None:
    """The reciter has to fail by memorization; of the other model any verdict will do that rests on a report."""
    assert verdict(**changes).as_expected is expected


def test_a_model_without_a_verdict_is_not_as_expected() -> None:
    """The table then says how far it came."""
    missing = without_verdict("small", None, ["CollectAnswersStep: Failed (throttled)"])

    assert (missing.as_expected, missing.reasons) == (False, ("CollectAnswersStep: Failed (throttled)",))


def test_the_table_shows_intervals_as_they_are() -> None:
    """Brackets are the interval's, not markup."""
    page = Console(file=io.StringIO(), width=200)

    render([verdict()], page)

    shown = page.file.getvalue()  # type: ignore[attr-defined]
    assert RECITED in shown
    assert "193 answers" in shown
    assert "accuracy/bbq@1 = 0.41" in shown


def test_machines_read_the_same() -> None:
    """Every member, and whether it was as expected."""
    (said,) = as_json([verdict()])

    assert (said["verdict"], said["as_expected"], said["reasons"]) == ("rejected", True, (RECITED,))


def test_progress_is_what_was_answered_since() -> None:
    """Answers, tokens and their rate."""
    before, now = Asked(answers=10, tokens=100, at=5.0), Asked(answers=40, tokens=1_600, at=15.0)

    assert now.since(before) == "30 answers, 1,500 tokens, 150 a second"


def test_only_numbers_that_there_are_are_shown_beside_the_judged_ones() -> None:
    """A metric without a value has its reason in the report."""
    report = Report(
        uri="s3://store/report.json",
        metrics={
            "accuracy/bbq@1": {"value": None},
            "memorization/lcp_mean@1": {"value": 120.7297},
            "x@1": {"value": 1},
        },
    )

    assert report.diagnostics == "memorization/lcp_mean@1 = 120.7"
