"""The comparisons of a Condition step."""

import operator
from typing import Any

from local.sagemaker.interpreter.expressions import Context, evaluate
from local.sagemaker.interpreter.failures import DefinitionError, StepFailedError

COMPARE = {
    "Equals": operator.eq,
    "GreaterThan": operator.gt,
    "GreaterThanOrEqualTo": operator.ge,
    "LessThan": operator.lt,
    "LessThanOrEqualTo": operator.le,
}
KINDS = frozenset(COMPARE) | {"Not", "Or", "In"}


def holds(condition: dict[str, Any], context: Context) -> bool:
    """Whether one condition is true; raises StepFailedError for values that cannot be compared."""
    kind = condition["Type"]
    if kind == "Not":
        return not holds(condition["Expression"], context)
    if kind == "Or":
        return any(holds(c, context) for c in condition["Conditions"])
    if kind == "In":
        return evaluate(condition["QueryValue"], context) in evaluate(condition["Values"], context)
    left, right = evaluate(condition["LeftValue"], context), evaluate(condition["RightValue"], context)
    try:
        return bool(COMPARE[kind](left, right))
    except TypeError as error:
        raise StepFailedError(f"ClientError: {kind} cannot compare {left!r} with {right!r}") from error


def check(condition: dict[str, Any], step: str) -> None:
    """Refuse a kind of condition that is not known."""
    kind = condition.get("Type")
    if kind not in KINDS:
        raise DefinitionError(
            f"Step {step!r}: condition type {kind!r} is not supported; use {', '.join(sorted(KINDS))}."
        )
    for inner in [condition.get("Expression"), *condition.get("Conditions", [])]:
        if inner is not None:
            check(inner, step)
