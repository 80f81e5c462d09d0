"""Which reader reads which report."""

from collections.abc import Iterator

from modelgate.contracts.facts import DATA_QUALITY, Fact
from modelgate.errors import UnreadableReportError
from modelgate.reports.clarify_bias import SECTIONS, read_bias
from modelgate.reports.clarify_explainability import read_explainability
from modelgate.reports.model_quality import read_model_quality
from modelgate.reports.place import Place
from modelgate.reports.strict_json import loads

MAX_FACTS = 5_000
MAX_NAME = 512


def read_report(artifact: str, data: bytes) -> tuple[Fact, ...]:
    """Read the report that the package names as *artifact* (``Bias.Report`` …), sorted by place.

    Raises:
        UnreadableReportError: it is not a report of that kind; the message says where and why.
    """
    facts = sorted(_facts(artifact, Place(loads(data))), key=lambda fact: (fact.pointer, fact.metric))
    if len(facts) > MAX_FACTS:
        raise UnreadableReportError(f"it holds {len(facts)} values, at most {MAX_FACTS} are judged")
    for fact in facts:
        for name in (fact.metric, fact.facet, fact.facet_value, fact.label, fact.feature):
            if name is not None and len(name) > MAX_NAME:
                raise UnreadableReportError(f"a name at {fact.pointer[:200]} is longer than {MAX_NAME} characters")
    return tuple(facts)


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
