"""SageMaker Clarify explainability reports (``analysis.json``, version 1.0): global SHAP values by label."""

from collections.abc import Iterator

from modelgate.contracts.facts import EXPLAINABILITY, GLOBAL_SHAP, SHAP_SHARE, SHAP_TOTAL, Fact, Value
from modelgate.reports.place import Place

EXPLANATIONS = "explanations"


def read_explainability(artifact: str, report: Place) -> Iterator[Fact]:
    """Read the global SHAP values of every label; partial dependence and text highlights are left alone."""
    explanations = report.find(EXPLANATIONS)
    method = explanations.find("kernel_shap") if explanations else None
    if method is None:
        return
    for label, place in method.members():
        table = place.find("global_shap_values")
        if table is None:
            # Kept in sight: a label must not pass by leaving its table out.
            none = Value(unknown="the report has no global SHAP values for it")
            yield _fact(artifact, SHAP_TOTAL, label, None, none, place.pointer)
        else:
            yield from _label(artifact, label, table)


def _label(artifact: str, label: str, table: Place) -> Iterator[Fact]:
    total = _total([_magnitude(place.value()) for _, place in table.members()])
    yield _fact(artifact, SHAP_TOTAL, label, None, total, table.pointer)
    for feature, place in table.members():
        value = _magnitude(place.value())
        yield _fact(artifact, GLOBAL_SHAP, label, feature, value, place.pointer)
        yield _fact(artifact, SHAP_SHARE, label, feature, _share(value, total), place.pointer)


def _magnitude(value: Value) -> Value:
    # Global values are means of absolute values: a negative one would hide weight in the sum.
    if value.number is not None and value.number < 0:
        return Value(unknown=f"the value {value.number:g} is negative")
    return value


def _total(values: list[Value]) -> Value:
    numbers = [value.number for value in values if value.number is not None]
    if len(numbers) != len(values):
        return Value(unknown="a feature of the label has no finite value")
    total = sum(sorted(numbers), 0.0)  # sorted: the sum does not depend on the order of features
    return Value(infinite="+") if total == float("inf") else Value(number=total)


def _share(value: Value, total: Value) -> Value:
    if value.number is None or total.number is None:
        return Value(unknown=total.unknown or value.unknown or "the total is not finite")
    if total.number == 0:
        return Value(unknown="all values of the label are zero: the explanation explains nothing")
    return Value(number=value.number / total.number)


def _fact(artifact: str, metric: str, label: str, feature: str | None, value: Value, pointer: str) -> Fact:
    return Fact(
        artifact=artifact,
        section=EXPLAINABILITY,
        metric=metric,
        label=label,
        feature=feature,
        value=value,
        pointer=pointer,
    )
