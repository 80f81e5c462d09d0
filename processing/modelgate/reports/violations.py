"""Violations that a monitor of the team found (developer guide, "Schema for Violations", and the two of Clarify)."""

from collections.abc import Iterator

from modelgate.contracts.facts import VIOLATION, VIOLATION_COUNT, VIOLATIONS, Fact, Value
from modelgate.reports.place import Place

LISTED = "violations"


def has_violations(report: Place) -> bool:
    """Whether the report lists violations; an empty list says "checked, none"."""
    return LISTED in report.object()


def read_violations(artifact: str, report: Place) -> Iterator[Fact]:
    """Read how many there are, and each as the fact 1: its label is the type of check, feature or facet the subject.

    Every monitor writes its own fields beside the type of check. Descriptions are never read: they are prose in
    several wordings, with numbers inside that even documented samples contradict.
    """
    found = report.at(LISTED)
    count = Value(number=float(len(found.list())))
    yield Fact(artifact=artifact, section=VIOLATIONS, metric=VIOLATION_COUNT, value=count, pointer=found.pointer)
    for entry in found.entries():
        yield Fact(
            artifact=artifact,
            section=VIOLATIONS,
            metric=VIOLATION,
            facet=_name(entry, "facet"),
            facet_value=_name(entry, "facet_value"),
            label=entry.at("constraint_check_type").name(),
            feature=_name(entry, "feature_name"),
            value=Value(number=1.0),
            pointer=entry.pointer,
        )


def _name(entry: Place, key: str) -> str | None:
    found = entry.find(key)
    return None if found is None or found.data is None else found.name()
