"""Short: some histories in every run of the tests. `make soak` runs many more, and longer ones."""

import sys

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.stateful.machine import COUNTS, Machine


def test_whatever_happens_the_four_invariants_hold(capsys: pytest.CaptureFixture[str]) -> None:
    """Duplicates, losses, crashes, attacks, people and policies in any order; it prints what happened."""
    profile = settings(
        max_examples=120, stateful_step_count=40, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Machine, settings=profile)
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(f"{number:8d}  {what}" for what, number in sorted(COUNTS.items())))

    assert COUNTS["outcome approved"] > 0
