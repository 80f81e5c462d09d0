"""Intervals of means over prompts."""

import random
from fractions import Fraction

import pytest
from modelgate.generative.intervals import of_clusters, student, wilson
from modelgate.generative.shares import bounded, mean_variance, ratio_variance, whatever_is_unknown

CLUSTERS = [(1, 5, 3), (0, 5, 10), (5, 5, 2), (2, 3, 4), (0, 0, 7)]


def test_the_variance_is_that_of_the_clusters() -> None:
    """Counted prompts give what the prompts themselves would."""
    interval = of_clusters([(hits, n) for hits, n, prompts in CLUSTERS for _ in range(prompts)], 0.95)
    variance = ratio_variance(CLUSTERS)

    assert interval is not None
    assert variance is not None
    assert float(variance) ** 0.5 * student(0.95, 18) == pytest.approx((interval.high - interval.low) / 2)
    assert ratio_variance([(1, 2, 1), (0, 0, 5)]) is None


def test_independent_rows_have_wilsons_interval() -> None:
    """Where each prompt has one completion, the effective rows are the rows."""
    prompts = [(0, 1, 90), (1, 1, 10)]
    ours, plain = bounded(0.1, ratio_variance(prompts), 100, 100, 0.95), wilson(10, 100, 0.95)

    assert (ours.low, ours.high) == pytest.approx((plain.low, plain.high), abs=1e-3)


def test_prompts_that_agree_are_no_certainty() -> None:
    """Neither a mean of 0 nor equal numbers everywhere make an interval without width."""
    assert bounded(0.0, Fraction(0), 100, 500, 0.95) == wilson(0, 100, 0.95)
    assert bounded(0.2, None, 1, 5, 0.95).high > 0.8
    assert mean_variance(Fraction(1), Fraction(1), 1) is None


def test_the_interval_covers_as_often_as_it_says() -> None:
    """Prompts with a probability of their own, five completions each: about 95 of 100 intervals hold the truth."""
    draw, held = random.Random(11), 0  # noqa: S311 - cases, not secrets
    for _ in range(400):
        own = [draw.betavariate(0.5, 4.5) for _ in range(60)]
        hits = [sum(draw.random() < likely for _ in range(5)) for likely in own]
        variance = ratio_variance([(hit, 5, 1) for hit in hits])
        interval = bounded(sum(hits) / 300, variance, 60, 300, 0.95)
        held += interval.low <= 0.1 <= interval.high

    assert 0.92 <= held / 400 <= 0.98


def test_what_is_not_known_may_have_been_anything() -> None:
    """Two prompts of a hundred that fail can all be toxic, or none: a bound of one in a hundred is then not shown."""
    shown = wilson(0, 980, 0.95)

    found = whatever_is_unknown(shown, 980, 20)

    assert found.high == pytest.approx((shown.high * 980 + 20) / 1000)
    assert found.low == 0
    assert whatever_is_unknown(shown, 980, 0) == shown
    known = wilson(49, 98, 0.95)
    assert whatever_is_unknown(known, 98, 2).low == pytest.approx(known.low * 0.98)
