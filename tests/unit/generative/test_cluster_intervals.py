"""How sure a share or a score is."""

import random
from statistics import NormalDist

import numpy as np
import pytest
from modelgate.checks import certainty
from modelgate.generative.intervals import adjusted, of_clusters, of_influences, student, wilson
from scipy import stats


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 9, 24, 25, 299])
@pytest.mark.parametrize("confidence", [0.01, 0.5, 0.9, 0.95, 0.9917, 0.9999])
def test_the_quantile_is_students(confidence: float, degrees: int) -> None:
    """As scipy has it, for odd and even degrees of freedom."""
    assert stats.t.ppf(0.5 + confidence / 2, degrees) == pytest.approx(student(confidence, degrees), rel=1e-9)


def test_with_many_degrees_the_quantile_is_the_normal_one() -> None:
    """The two meet."""
    assert NormalDist().inv_cdf(0.975) == pytest.approx(student(0.95, 20_001), rel=1e-4)


def test_no_hit_among_a_hundred_leaves_almost_four_percent_open() -> None:
    """A bound below that cannot be shown with a hundred prompts."""
    found = wilson(0, 100, 0.95)

    assert (found.low, round(found.high, 3)) == (0.0, 0.037)


@pytest.mark.parametrize(("hits", "n"), [(0, 1), (1, 1), (3, 7), (500, 500), (4, 10_000)])
def test_the_interval_of_a_share_is_that_of_the_checks(hits: int, n: int) -> None:
    """A report and the check that reads it may not disagree about the same share."""
    expected, found = certainty.wilson(hits / n, n, 0.95), wilson(hits, n, 0.95)

    assert (expected.low, expected.high) == (pytest.approx(found.low, abs=1e-12), pytest.approx(found.high, abs=1e-12))


def test_clusters_of_one_answer_give_the_interval_of_a_mean() -> None:
    """Then the answers are independent, and it is the t interval of any textbook."""
    answers = [1, -1, 0, 0, 1, 1, 0, 1, 0, -1]
    expected = stats.t.interval(0.95, 9, loc=np.mean(answers), scale=stats.sem(answers))
    found = of_clusters([(answer, 1) for answer in answers], 0.95)

    assert found is not None
    assert (pytest.approx(expected[0]), pytest.approx(expected[1])) == (found.low, found.high)


def test_answers_that_repeat_each_other_make_nothing_surer() -> None:
    """A hundred copies of each template's answer are as many templates as before."""
    clusters = [(3, 10), (-2, 8), (5, 12), (0, 9)]

    once, often = of_clusters(clusters, 0.95), of_clusters([(100 * s, 100 * n) for s, n in clusters], 0.95)
    assert once is not None
    assert often is not None
    assert (pytest.approx(once.low), pytest.approx(once.high)) == (often.low, often.high)


def test_clusters_without_answers_take_no_part() -> None:
    """They are no evidence of anything."""
    assert of_clusters([(3, 10), (1, 9)], 0.9) == of_clusters([(3, 10), (0, 0), (1, 9)], 0.9)


@pytest.mark.parametrize("clusters", [[], [(1, 2)], [(1, 2), (0, 0)]])
def test_one_cluster_says_nothing_of_others(clusters: list[tuple[int, int]]) -> None:
    """There is no interval, rather than one of no width."""
    assert of_clusters(clusters, 0.95) is None


def test_one_influence_says_nothing_of_others() -> None:
    """The same of a function of sums."""
    assert of_influences(0.5, [0.0], 0.95) is None


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_clusters_does_not_show(seed: int) -> None:
    """To the last bit: shards bring them in any order."""
    clusters = [(number % 7 - 3, number + 5) for number in range(30)]
    shuffled = random.Random(seed).sample(clusters, len(clusters))  # noqa: S311 - chooses an order

    assert of_clusters(clusters, 0.95) == of_clusters(shuffled, 0.95)


def test_intervals_that_hold_together_are_each_held_to_more() -> None:
    """Six intervals of 99.17 % miss together at most once in twenty."""
    assert pytest.approx(0.95) == 1 - 6 * (1 - adjusted(0.95, 6))


def test_intervals_of_clusters_hold_the_truth_as_often_as_they_say() -> None:
    """Of 500 samples of 25 templates that differ among each other, about 95 % have the true mean inside."""
    draw = np.random.default_rng(11)
    held = 0
    for _ in range(500):
        sizes = draw.integers(20, 60, size=25)
        leans = draw.normal(0.2, 0.3, size=25).clip(-1, 1)
        sums = [(int(2 * draw.binomial(n, (1 + lean) / 2) - n), int(n)) for n, lean in zip(sizes, leans, strict=True)]
        found = of_clusters(sums, 0.95)
        held += found is not None and found.low <= 0.2 <= found.high

    assert 0.92 < held / 500 < 0.98
