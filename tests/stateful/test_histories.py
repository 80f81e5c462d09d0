"""Short: some histories in every run of the tests. `make soak` runs many more, longer ones, and new ones each time."""

import sys

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.stateful.machine import COUNTS, Machine
from tests.stateful.report import lines

# The same histories every time, so that a change of the code is what makes it fail.
SHORT = settings(
    max_examples=150,
    stateful_step_count=40,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def test_whatever_happens_the_four_invariants_hold(capsys: pytest.CaptureFixture[str]) -> None:
    """Duplicates, losses, crashes, attacks, people and policies in any order; it prints what happened."""
    COUNTS.clear()
    run_state_machine_as_test(Machine, settings=SHORT)
    with capsys.disabled():
        sys.stdout.write("\n" + lines(COUNTS))

    for happened in ("outcome approved", "outcome rejected", "outcome held", "processes killed", "calls throttled"):
        assert COUNTS[happened] > 0, f"no history had this: {happened}"
