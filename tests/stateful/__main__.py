"""Long: as many histories as asked for, each new. The short run is `test_histories`."""

import argparse
import sys

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.stateful.machine import COUNTS, Machine
from tests.stateful.report import lines


def main() -> None:
    """Run histories; the first that breaks an invariant is shrunk and shown."""
    parser = argparse.ArgumentParser(prog="tests.stateful", description="Drive the gate through many histories.")
    parser.add_argument("--histories", type=int, default=3_000)
    parser.add_argument("--steps", type=int, default=80, help="at most, of each history")
    given = parser.parse_args()
    profile = settings(
        max_examples=given.histories,
        stateful_step_count=given.steps,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(Machine, settings=profile)
    finally:
        sys.stdout.write(lines(COUNTS))


if __name__ == "__main__":
    main()
