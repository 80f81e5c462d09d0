"""The scorers of toxicity that an evaluation can name: those that come with the image, and services of AWS."""

from functools import lru_cache

from modelgate.aws.clients import comprehend_for
from modelgate.aws.comprehend_toxicity import ComprehendScorer
from modelgate.generative.scoring import local_scorer
from modelgate.generative.toxicity.scorer import Scorer


@lru_cache(maxsize=8)
def find_scorer(region: str, name: str) -> Scorer | None:
    """The scorer called *name*, or None where there is none; each process of a step makes its own."""
    if name == f"{ComprehendScorer.id}@{ComprehendScorer.version}":
        return ComprehendScorer(comprehend_for(region))
    return local_scorer(name)
