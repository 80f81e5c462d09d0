"""The scorers of toxicity that an evaluation can name: one that comes with the image, and services.

``sklearn-profanity@1.9.1``, ``comprehend@2017-11-27``, ``bedrock-guardrails@<guardrail id>.<version number>``,
``detoxify@<version>`` (in a container on loopback, at MODELGATE_DETOXIFY_URL). A Processing job has one container and
nothing that starts another, so the last is for the command line; in a job it ends the step.
"""

import os
from functools import lru_cache

from modelgate.aws.clients import comprehend_for, guardrails_for
from modelgate.aws.comprehend_toxicity import ComprehendScorer
from modelgate.aws.guardrails_toxicity import GuardrailScorer
from modelgate.generative.scoring import local_scorer
from modelgate.generative.toxicity.detoxify import DETOXIFY_URL, DetoxifyScorer
from modelgate.generative.toxicity.scorer import Scorer


@lru_cache(maxsize=8)
def find_scorer(region: str, name: str) -> Scorer | None:
    """The scorer called *name*, or None where there is none; each process of a step makes its own.

    Raises:
        ContentError: the version is none of that scorer.
    """
    scorer, _, version = name.partition("@")
    if scorer == GuardrailScorer.id:
        guardrail, _, number = version.rpartition(".")
        return GuardrailScorer(guardrails_for(region), guardrail, number)
    if scorer == DetoxifyScorer.id:
        return DetoxifyScorer(os.environ.get("MODELGATE_DETOXIFY_URL", DETOXIFY_URL), version)
    if name == f"{ComprehendScorer.id}@{ComprehendScorer.version}":
        return ComprehendScorer(comprehend_for(region))
    return local_scorer(name)
