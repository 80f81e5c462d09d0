"""A bias metric by name, for every value of every facet asked for."""

from collections.abc import Iterable, Iterator

from modelgate.checks.bounds import judge_value, listed, missing
from modelgate.contracts.facts import POST_TRAINING, PRE_TRAINING, Fact
from modelgate.contracts.results import Result
from modelgate.contracts.subject import Subject
from modelgate.errors import PolicyError
from modelgate.policy.bias_metrics import BIAS_METRICS
from modelgate.policy.model import Check


def check_bias(check: Check, subject: Subject) -> Iterator[Result]:
    """Judge the metric in each slice; a facet, or a facet value, without it is a missing result."""
    known_metric = BIAS_METRICS.get(check.metric or "")
    if known_metric is None:
        raise PolicyError(
            f"check {check.id!r} asks for the bias metric {check.metric!r}, which this code does not know"
        )
    bias = [fact for fact in subject.facts if fact.section in (PRE_TRAINING, POST_TRAINING)]
    # A facet known before training counts after training too: leaving it out must not hide it.
    known = {fact.facet for fact in bias if fact.facet is not None}
    asked = known if check.facets is None else set(check.facets)
    if not asked:
        yield missing(check, f"no bias report with a facet was read, so there is no {check.metric}")
    by_facet = _grouped((fact.facet, fact) for fact in bias if fact.section == known_metric.section)
    for facet in sorted(asked):
        yield from _facet(check, facet, by_facet.get(facet, []), known, subject)


def _facet(check: Check, facet: str, facts: list[Fact], known: set[str], subject: Subject) -> Iterator[Result]:
    values = sorted({fact.facet_value for fact in facts if fact.facet_value is not None})
    if not values:
        sentence = f"the bias report has no {check.metric} for facet {facet!a}; its facets: {listed(known)}"
        yield missing(check, sentence, facet=facet)
    by_value = _grouped((fact.facet_value, fact) for fact in facts)
    for value in values:
        found = [fact for fact in by_value[value] if fact.metric == check.metric]
        for fact in found:
            yield judge_value(check, f"{check.metric} for {facet}={value}", fact, subject)
        if not found:
            sentence = f"the bias report has no {check.metric} for {facet}={value}; add it to the report"
            yield missing(check, sentence, facet=facet, facet_value=value)


def _grouped(pairs: Iterable[tuple[str | None, Fact]]) -> dict[str | None, list[Fact]]:
    """Facts by key, in one pass: a report may list thousands of groups."""
    groups: dict[str | None, list[Fact]] = {}
    for key, fact in pairs:
        groups.setdefault(key, []).append(fact)
    return groups
