"""Intervals of means between 0 and 1 over prompts, whose completions depend on each other."""

import math
from collections.abc import Iterable
from fractions import Fraction
from statistics import NormalDist

from modelgate.contracts.facts import Interval


def ratio_variance(clusters: Iterable[tuple[int, int, int]]) -> Fraction | None:
    """The cluster-robust variance of sum / count, exact. *clusters* are (sum, count, how many prompts are such).

    None for fewer than two prompts with a count.

    Source: W. G. Cochran, Sampling Techniques, 3rd edition (1977), chapters 6 and 9A; as `intervals.of_clusters`.
    """
    used = [(total, count, prompts) for total, count, prompts in clusters if count]
    groups = sum(prompts for _, _, prompts in used)
    n = sum(count * prompts for _, count, prompts in used)
    if groups < 2:
        return None
    whole = sum(total * prompts for total, _, prompts in used)
    squares = sum(prompts * (total * n - count * whole) ** 2 for total, count, prompts in used)
    return Fraction(groups * squares, (groups - 1) * n**4)


def mean_variance(total: Fraction, squares: Fraction, n: int) -> Fraction | None:
    """The variance of the mean of *n* independent numbers of which sum and sum of squares are known; None for one."""
    if n < 2:
        return None
    return max(Fraction(0), (squares - total * total / n) / (n * (n - 1)))  # rounded squares may sum to less


def bounded(mean: float, variance: Fraction | None, prompts: int, n: int, confidence: float) -> Interval:
    """Wilson's interval with as many rows as would give *mean* this *variance*, at most *n*.

    A mean without any variance, as of a model that never did it, is as certain as one answer of each of the *prompts*
    makes it: agreement must not look like certainty. So is that of a single prompt.

    Source: E. L. Korn and B. I. Graubard, "Confidence intervals for proportions with small expected number of positive
    counts estimated from survey data", Survey Methodology 24 (1998), here with Wilson's interval.
    """
    rows = min(float(n), mean * (1 - mean) / float(variance)) if variance else float(prompts)
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    scale = 1 + z * z / rows
    middle = (mean + z * z / (2 * rows)) / scale
    half = z * math.sqrt(mean * (1 - mean) / rows + (z / rows / 2) ** 2) / scale
    return Interval(
        low=min(max(0.0, middle - half), mean), high=max(min(1.0, middle + half), mean), confidence=confidence
    )


def whatever_is_unknown(interval: Interval, known: int, unknown: int) -> Interval:
    """The *interval* of a mean of *known* numbers between 0 and 1 where *unknown* more may all have been 1, or all 0.

    Source: C. F. Manski, Partial Identification of Probability Distributions (2003), chapter 1.
    """
    all_of_them = known + unknown
    return Interval(
        low=interval.low * known / all_of_them,
        high=max(interval.high, min(1.0, (interval.high * known + unknown) / all_of_them)),
        confidence=interval.confidence,
    )
