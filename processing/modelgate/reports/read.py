"""From the bytes of a report to its facts, within bounds."""

import json
from itertools import islice

from modelgate.contracts.facts import Fact
from modelgate.errors import UnreadableReportError
from modelgate.reports.kinds import facts_of
from modelgate.reports.place import Place
from modelgate.reports.strict_json import loads

MAX_FACTS = 10_000
MAX_WRITTEN = 2_000_000  # characters that the names and places of these take in a record


def read_report(artifact: str, data: bytes) -> tuple[Fact, ...]:
    """Read the report that the package names as *artifact* (``Bias.Report`` …), sorted by place.

    Raises:
        UnreadableReportError: it is not a report of that kind; the message says where and why.
    """
    facts = list(islice(facts_of(artifact, Place(loads(data))), MAX_FACTS + 1))
    if len(facts) > MAX_FACTS:
        raise UnreadableReportError(
            f"it holds more than {MAX_FACTS} values; report fewer groups, or keep details apart"
        )
    if sum(map(_written, facts)) > MAX_WRITTEN:
        raise UnreadableReportError(f"its names take more than {MAX_WRITTEN} characters; shorten them")
    return tuple(sorted(facts, key=lambda fact: (fact.pointer, fact.metric)))


def _written(fact: Fact) -> int:
    names = (fact.pointer, fact.metric, fact.facet, fact.facet_value, fact.label, fact.feature, fact.value.unknown)
    reason = fact.deviation.unknown if fact.deviation is not None else None
    return sum(len(json.dumps(name)) for name in (*names, reason) if name is not None)
