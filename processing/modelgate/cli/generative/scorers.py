"""The scorers that a command can use: those that are installed, and in a region those of AWS."""

from functools import partial

from modelgate.generative.scoring import FindScorer, local_scorer


def scorers(region: str | None) -> FindScorer:
    """How a scorer is found by its name."""
    if region is None:
        return local_scorer
    # Imported here: scoring on this machine does not wait for AWS.
    from modelgate.steps.scorers import find_scorer

    return partial(find_scorer, region)
