"""A model quality metric by name."""

from collections.abc import Iterator

from modelgate.checks.bounds import judge_value, listed, missing
from modelgate.contracts.facts import MODEL_QUALITY
from modelgate.contracts.results import Result
from modelgate.contracts.subject import Subject
from modelgate.policy.model import Check


def check_model_quality(check: Check, subject: Subject) -> Iterator[Result]:
    """Judge every place where the metric is reported; the worst one decides."""
    facts = [fact for fact in subject.facts if fact.section == MODEL_QUALITY]
    found = [fact for fact in facts if fact.metric == check.metric]
    for fact in found:
        yield judge_value(check, fact.metric, fact, subject)
    if not found:
        yield missing(check, _absence(check, {fact.metric for fact in facts}))


def _absence(check: Check, names: set[str]) -> str:
    if not names:
        return f"no model quality report was read, so there is no {check.metric}"
    return f"the model quality report has no metric {check.metric!r}; it has {listed(names)}"
