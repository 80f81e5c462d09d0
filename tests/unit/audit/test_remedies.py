"""How often the audit asks: each attempt once, well apart, and no more than a few."""

import pytest
from modelgate.audit.finding import METRICS, RUNS, Finding, Kind, counts
from modelgate.audit.remedy import Attempt, Patience, Remedy, RemedyKind, change_of

from tests.unit.audit.watched_made_up import CREATED, package

PATIENCE = Patience(attempts=3, seconds=100)
REMEDY = Remedy(kind=RemedyKind.JUDGE, arn=package("Approved").arn, since=CREATED)


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (None, 1),
        (Attempt(number=1, asked_at=901), None),
        (Attempt(number=1, asked_at=900), 2),
        (Attempt(number=2, asked_at=0), 3),
        (Attempt(number=3, asked_at=0), None),
        (Attempt(number=9, asked_at=0), None),
    ],
)
def test_the_next_attempt_waits_for_the_one_before_and_there_is_a_last_one(
    last: Attempt | None, expected: int | None
) -> None:
    """After it, a person is needed: the finding stays."""
    attempt = PATIENCE.next(last, now=1000)

    assert (attempt and attempt.number) == expected


def test_an_environment_may_ask_for_no_attempts() -> None:
    """Then the audit only reports."""
    assert Patience(attempts=0, seconds=100).next(None, now=0) is None


def test_copies_of_one_attempt_are_one_change_and_the_next_attempt_is_another() -> None:
    """A claim answers the first, and lets the second through; so does a later change of the package."""
    first, later = Attempt(number=1, asked_at=0), Attempt(number=1, asked_at=500)

    assert change_of(REMEDY, first) == change_of(REMEDY, later) == f"audit judge 1 since {CREATED}"
    assert change_of(REMEDY, Attempt(number=2, asked_at=0)) != change_of(REMEDY, first)


def test_every_kind_is_counted_zeros_included() -> None:
    """An alarm that sees no number does not know whether anybody looked."""
    numbers = counts([Finding(kind=Kind.UNDECIDED, sentence="s")] * 2)

    assert numbers == {RUNS: 1, **dict.fromkeys(METRICS.values(), 0), "Undecided": 2}
    assert METRICS.keys() == set(Kind)
