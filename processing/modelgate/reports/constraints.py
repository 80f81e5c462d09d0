"""Constraints of Model Monitor: bounds that the team registered for its own model.

The comparison names the **violation**: ``LessThanThreshold`` at 0.8 is violated by 0.79. It becomes the fact's label.
"""

from collections.abc import Iterator

from modelgate.contracts.facts import CONSTRAINTS, Fact, Value
from modelgate.errors import UnreadableReportError
from modelgate.reports.data_quality import COMPLETENESS
from modelgate.reports.place import Place

# Model Monitor's suggestions use the strict ones; the spelling is that of CloudWatch, whose alarms have all four.
GREATER = "GreaterThanThreshold"
GREATER_OR_EQUAL = "GreaterThanOrEqualToThreshold"
LESS = "LessThanThreshold"
LESS_OR_EQUAL = "LessThanOrEqualToThreshold"
OPERATORS = (GREATER, GREATER_OR_EQUAL, LESS, LESS_OR_EQUAL)

_SECTION = "constraints"  # regression_constraints, binary_classification_constraints …


def has_quality_constraints(report: Place) -> bool:
    """Whether the report has a section of model quality constraints, whatever the kind of problem."""
    return any(key.endswith(_SECTION) for key in report.object())


def read_quality_constraints(artifact: str, report: Place) -> Iterator[Fact]:
    """Read the threshold of every metric in every section whose name ends in ``constraints``."""
    for key, section in report.members():
        if not key.endswith(_SECTION):
            continue
        for metric, place in section.members():
            threshold = place.at("threshold")
            yield _fact(artifact, metric, _operator(place), None, threshold.value(), threshold)


def has_data_constraints(report: Place) -> bool:
    """Whether the report has constraints on features."""
    return "features" in report.object()


def read_data_constraints(artifact: str, report: Place) -> Iterator[Fact]:
    """Read the least completeness and the least value of every feature.

    The settings under ``monitoring_config`` are left alone: they steer the monitor, and no number of a report can be
    held against them. So are types and domains, which are no numbers.
    """
    for entry in report.at("features").entries():
        feature = entry.at("name").name()
        complete = entry.find("completeness")
        if complete is not None:
            yield _fact(artifact, COMPLETENESS, LESS, feature, complete.value(), complete)
        numbers = entry.find("num_constraints")
        bounded = numbers.find("is_non_negative") if numbers is not None else None
        if bounded is not None and _is_true(bounded):
            yield _fact(artifact, "min", LESS, feature, Value(number=0.0), bounded)


def _operator(place: Place) -> str:
    operator = place.at("comparison_operator").name()
    if operator not in OPERATORS:
        raise UnreadableReportError(
            f"{place.pointer}/comparison_operator is {operator[:64]!a}; known: {', '.join(OPERATORS)}"
        )
    return operator


def _is_true(place: Place) -> bool:
    if not isinstance(place.data, bool):
        raise UnreadableReportError(f"{place.pointer} is neither true nor false")
    return place.data


def _fact(artifact: str, metric: str, operator: str, feature: str | None, value: Value, place: Place) -> Fact:
    return Fact(
        artifact=artifact,
        section=CONSTRAINTS,
        metric=metric,
        label=operator,
        feature=feature,
        value=value,
        pointer=place.pointer,
    )
