"""The scorers and judges that a command can use: those of this machine, and in a region those of AWS."""

import os
from functools import partial
from typing import TYPE_CHECKING

from modelgate.generative.scoring import FindScorer, local_scorer
from modelgate.generative.toxicity.detoxify import DETOXIFY_URL, DetoxifyScorer
from modelgate.generative.toxicity.scorer import Scorer

if TYPE_CHECKING:
    from modelgate.steps.judges import FindJudge


def _here(name: str) -> Scorer | None:
    scorer, _, version = name.partition("@")
    if scorer == DetoxifyScorer.id:
        return DetoxifyScorer(os.environ.get("MODELGATE_DETOXIFY_URL", DETOXIFY_URL), version)
    return local_scorer(name)


def scorers(region: str | None) -> FindScorer:
    """How a scorer is found by its name."""
    if region is None:
        return _here
    # Imported here: scoring on this machine does not wait for AWS.
    from modelgate.steps.scorers import find_scorer

    return partial(find_scorer, region)


def judges(region: str | None) -> "FindJudge | None":
    """How a judge that is a model is found by the model's id: at Amazon Bedrock, in a region alone."""
    if region is None:
        return None
    from modelgate.steps.judges import bedrock_judge  # as above

    return partial(bedrock_judge, region)
