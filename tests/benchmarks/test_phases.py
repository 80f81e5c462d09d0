"""Reading times from what an apply says."""

from tests.benchmarks.applying import phases
from tests.benchmarks.spread import Spread

SAID = [
    (0.0, "embedded AWS 'bench' answers at http://127.0.0.1:1"),
    (1.0, "governance: init"),
    (2.0, "product/lending: init"),
    (3.0, "governance: plan"),
    (6.0, "governance: 71 to add"),
    (9.0, "governance: 10 done, at aws_s3_bucket.store"),
    (16.0, "governance: second plan, which must be empty"),
    (21.0, "governance: applied, the second plan is empty"),
]


def test_each_phase_lasts_until_the_next_begins() -> None:
    """Lines between the marks, and targets that came no further, add nothing."""
    expected = [("init", 2.0), ("plan", 3.0), ("apply", 10.0), ("second plan", 5.0)]

    found = list(phases(SAID))

    assert found == [("governance", phase, seconds) for phase, seconds in expected]


def test_a_95th_percentile_is_a_value_that_was_measured() -> None:
    """Nearest rank: of twenty samples the nineteenth."""
    spread = Spread.of([float(n) for n in range(20, 0, -1)])

    assert (spread.n, spread.median, spread.p95, spread.max) == (20, 10.5, 19.0, 20.0)
