"""Stereotypes in answers to BBQ's questions, and how right and how sure those answers are.

A context either leaves open who is meant (ambiguous: the right answer is always "unknown") or says so (disambiguated).
What is counted: answers that follow the stereotype, that go against it, that say "unknown", and those that are right.
"""

from modelgate.generative.bias.finalise import finalise
from modelgate.generative.bias.items import read_items
from modelgate.generative.bias.prompts import prompts
from modelgate.generative.bias.score import score

__all__ = ["finalise", "prompts", "read_items", "score"]
