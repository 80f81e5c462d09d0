"""Checks: small pure functions from a check of the policy and a subject to results, one for each slice."""

from collections.abc import Callable, Iterator, Mapping

from modelgate.checks.bias import check_bias
from modelgate.checks.explainability import check_explainability
from modelgate.checks.model_quality import check_model_quality
from modelgate.contracts.results import Result
from modelgate.contracts.subject import Subject
from modelgate.policy.model import Check

CheckFunction = Callable[[Check, Subject], Iterator[Result]]

CHECKS: Mapping[str, CheckFunction] = {
    "bias": check_bias,
    "explainability": check_explainability,
    "model_quality": check_model_quality,
}
