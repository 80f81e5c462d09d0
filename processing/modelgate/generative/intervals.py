"""Confidence intervals of shares, and of scores whose answers come in clusters."""

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist

from modelgate.contracts.facts import Interval

_RIGHT_ANGLE = math.pi / 2
_BELOW_ONE = math.nextafter(1.0, 0.0)


def wilson(hits: int, n: int, confidence: float) -> Interval:
    """The Wilson score interval of the share of *hits* among *n* independent trials, of which there is one at least.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
    """
    z = NormalDist().inv_cdf(min(0.5 + confidence / 2, _BELOW_ONE))
    share = hits / n
    scale = 1 + z * z / n
    middle = (share + z * z / (2 * n)) / scale
    half = z * math.sqrt(share * (1 - share) / n + (z / n / 2) ** 2) / scale
    # At the ends rounding would leave the share itself outside.
    return Interval(
        low=min(max(0.0, middle - half), share), high=max(min(1.0, middle + half), share), confidence=confidence
    )


def of_clusters(clusters: Sequence[tuple[int, int]], confidence: float) -> Interval | None:
    """The interval of sum / count where the answers of a cluster depend on each other.

    *clusters* are the (sum, count) of each; those without answers do not take part. None for fewer than two.

    Source: the cluster-robust variance of a ratio, G/(G-1) * sum_g (sum_g - n_g*m)^2 / n^2, with Student's t of G-1
    degrees: W. G. Cochran, Sampling Techniques, 3rd edition (1977), chapters 6 and 9A.
    """
    used = [(total, count) for total, count in clusters if count]
    n = sum(count for _, count in used)
    if len(used) < 2:
        return None
    whole = sum(total for total, _ in used)
    # In whole numbers up to the division, so that clusters which agree differ by nothing at all.
    return of_influences(whole / n, [(total * n - whole * count) / n**2 for total, count in used], confidence)


def of_influences(value: float, influences: Sequence[float], confidence: float) -> Interval | None:
    """The interval of a smooth function of sums over clusters, by how far each cluster moves it.

    *influences* are the first-order contributions of the clusters; they sum to zero. None for fewer than two.

    Source: linearisation (delta method), K. M. Wolter, Introduction to Variance Estimation, 2nd edition (2007), ch. 6.
    """
    groups = len(influences)
    if groups < 2:
        return None
    variance = groups / (groups - 1) * math.fsum(influence**2 for influence in influences)
    half = student(confidence, groups - 1) * math.sqrt(variance)
    return Interval(low=value - half, high=value + half, confidence=confidence)


def adjusted(confidence: float, intervals: int) -> float:
    """The confidence of each of several *intervals* that hold together with at least *confidence*.

    Source: the Bonferroni inequality.
    """
    return 1 - (1 - confidence) / intervals


@lru_cache(maxsize=256)
def student(confidence: float, degrees: int) -> float:
    """The quantile t of a two-sided interval for one or more *degrees* of freedom: 2.064 for 0.95 and 24 of them."""
    low, high = 0.0, _RIGHT_ANGLE
    while low < (angle := (low + high) / 2) < high:
        if _within(angle, degrees) < confidence:
            low = angle
        else:
            high = angle
    return math.tan(low) * math.sqrt(degrees)


def _within(angle: float, degrees: int) -> float:
    """How likely Student's |t| is at most tan(*angle*) * sqrt(*degrees*).

    Source: M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions (1964), 26.7.3 and 26.7.4.
    """
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = degrees % 2
    term, total = (cosine if odd else 1.0), 0.0
    for power in range(1 + odd, degrees, 2):
        total += term
        term *= power / (power + 1) * cosine**2
    return 2 / math.pi * (angle + sine * total) if odd else sine * total
