"""Slices: which facets and facet values a check asks for, and which of those are not there."""

from collections.abc import Iterator, Sequence

from modelgate.checks.slots import Absence, Choice, Keys, Slot, grouped, listed
from modelgate.policy.model import Check, FacetChoice
from modelgate.policy.patterns import fits


def slices(check: Check, keys: Keys, known: Sequence[int], found: Sequence[int], what: str) -> Iterator[Choice]:
    """Choose the metric in every slice asked for.

    *known* are all facts that may name a facet, *found* those that could hold the metric: a facet that only another
    part of the report knows is still asked for, because leaving it out must not hide it.
    """
    facets = {facet for at in known if (facet := keys[at].facet) is not None}
    asked = check.facets or tuple(FacetChoice(facet=facet, values=None) for facet in sorted(facets))
    if not asked:
        yield Absence(sentence=f"no report with a facet was read, so there is no {what} of one")
    by_facet = grouped(keys, found, lambda key: key.facet)
    for choice in asked:
        fitting = sorted(facet for facet in facets if fits(facet, choice.facet))
        if not fitting:
            sentence = f"no report has the facet {choice.facet!a}; its facets: {listed(facets)}"
            yield Absence(sentence=sentence, facet=choice.facet)
        for facet in fitting:
            yield from _facet(check, keys, choice, facet, by_facet.get(facet, []), what)


def _facet(
    check: Check, keys: Keys, choice: FacetChoice, facet: str, found: Sequence[int], what: str
) -> Iterator[Choice]:
    by_value = grouped(keys, (at for at in found if keys[at].facet_value is not None), lambda key: key.facet_value)
    values = sorted(str(value) for value in by_value)
    if not values:
        yield Absence(sentence=f"the report has no {what} for facet {facet!a}; add it to the report", facet=facet)
        return
    for pattern in choice.values or ("*",):
        fitting = [value for value in values if fits(value, pattern)]
        if not fitting:
            sentence = f"the report has no value {pattern!a} of facet {facet!a}; its values: {listed(values)}"
            yield Absence(sentence=sentence, facet=facet, facet_value=pattern)
        for value in fitting:
            positions = [at for at in by_value[value] if keys[at].metric == check.metric]
            for at in positions:
                yield Slot(what=f"{what} for {facet}={value}", at=at, facet=facet, facet_value=value)
            if not positions:
                sentence = f"the report has no {what} for {facet}={value}; add it to the report"
                yield Absence(sentence=sentence, facet=facet, facet_value=value)
