"""Which reader reads which report."""

import json
from collections.abc import Iterator
from itertools import islice

from modelgate.contracts.facts import DATA_QUALITY, Fact
from modelgate.errors import UnreadableReportError
from modelgate.reports.clarify_bias import SECTIONS, read_bias
from modelgate.reports.clarify_explainability import read_explainability
from modelgate.reports.model_quality import read_model_quality
from modelgate.reports.place import Place
from modelgate.reports.strict_json import loads

MAX_FACTS = 5_000
MAX_WRITTEN = 2_000_000  # characters that the names and places of these take in a record


def read_report(artifact: str, data: bytes) -> tuple[Fact, ...]:
    """Read the report that the package names as *artifact* (``Bias.Report`` …), sorted by place.

    Raises:
        UnreadableReportError: it is not a report of that kind; the message says where and why.
    """
    facts = list(islice(_facts(artifact, Place(loads(data))), MAX_FACTS + 1))
    if len(facts) > MAX_FACTS:
        raise UnreadableReportError(
            f"it holds more than {MAX_FACTS} values; report fewer groups, or keep details apart"
        )
    if sum(map(_written, facts)) > MAX_WRITTEN:
        raise UnreadableReportError(f"its names take more than {MAX_WRITTEN} characters; shorten them")
    return tuple(sorted(facts, key=lambda fact: (fact.pointer, fact.metric)))


def _written(fact: Fact) -> int:
    names = (fact.pointer, fact.metric, fact.facet, fact.facet_value, fact.label, fact.feature, fact.value.unknown)
    return sum(len(json.dumps(name)) for name in names if name is not None)


def _facts(artifact: str, report: Place) -> Iterator[Fact]:
    family = artifact.partition(".")[0]
    if artifact == "ModelQuality.Statistics":
        return read_model_quality(artifact, report)
    if family in ("Bias", "Explainability"):
        return _clarify(artifact, family, report)
    # Constraints suggest bounds; ours come from the policy. They are read strictly and kept out of the facts.
    return _item_count(artifact, report) if artifact == "ModelDataQuality.Statistics" else iter(())


def _clarify(artifact: str, family: str, report: Place) -> Iterator[Fact]:
    """Clarify may write everything into one file, and a package may name that file several times."""
    expected = tuple(SECTIONS.values()) if family == "Bias" else ("explanations",)
    if not any(section in report.object() for section in expected):
        raise UnreadableReportError(f"it has none of the sections {', '.join(expected)}; is it a Clarify report?")
    yield from read_bias(artifact, report)
    yield from read_explainability(artifact, report)


def _item_count(artifact: str, report: Place) -> Iterator[Fact]:
    count = report.at("dataset").at("item_count")
    yield Fact(artifact=artifact, section=DATA_QUALITY, metric="item_count", value=count.value(), pointer=count.pointer)
