"""How sure a lean is where templates do not tell."""

from modelgate.contracts.facts import Interval
from modelgate.generative.intervals import wilson


def of_answers(biased: int, other: int, n: int, confidence: float) -> Interval:
    """The interval of (biased - other) / n from the number of answers alone.

    For templates that all agree: they say how many answers there were, not that nothing is open. Each share takes the
    ends of its own interval, which is wider than an interval of their difference has to be.
    """
    up, down = wilson(biased, n, confidence), wilson(other, n, confidence)
    return Interval(low=max(-1.0, up.low - down.high), high=min(1.0, up.high - down.low), confidence=confidence)
