"""What a model's decisions save: AUC judges a ranking, and accuracy counts a bad loan like a good one refused."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from modelgate.checks.custom import Measurement
from modelgate.contracts.facts import Fact, Value

WHAT = "saving per application"
GRANT, REFUSE = "1", "0"  # a decision; and what would have been right, since the loan was paid back or was not
CELLS = tuple((right, given) for right in (GRANT, REFUSE) for given in (GRANT, REFUSE))


def decision_saving(facts: Sequence[Fact], parameters: Mapping[str, Any]) -> Iterator[Measurement]:
    """
    Measure what the decisions save per application, compared with the cheaper of granting all and refusing all.

    *parameters*: ``wrong_grant`` and ``wrong_refusal``, what each mistake costs; the saving has their unit, and is 0
    where the model decides no better than that. Its deviation is that of a mean over independent applications.

    Source: C. Elkan, "The foundations of cost-sensitive learning", IJCAI 2001 (cost matrices).
    """
    costs = {(REFUSE, GRANT): float(parameters["wrong_grant"]), (GRANT, REFUSE): float(parameters["wrong_refusal"])}
    cells = {
        (fact.label, fact.feature): fact
        for fact in facts
        if fact.artifact == "ModelQuality.Statistics" and fact.metric == "confusion_matrix"
    }
    if not cells:
        return  # nothing to measure is a missing result, which approves nobody
    source = cells.get((REFUSE, REFUSE))
    counts = _counts(cells)
    if isinstance(counts, Value):
        yield Measurement(what=WHAT, value=counts, source=source)
        return

    def cost_of_all(decision: str) -> float:
        return sum(count * costs.get((right, decision), 0.0) for (right, _), count in counts.items())

    constant = min(GRANT, REFUSE, key=cost_of_all)
    savings = {cell: costs.get((cell[0], constant), 0.0) - costs.get(cell, 0.0) for cell in CELLS}
    rows = sum(counts.values())
    mean = sum(counts[cell] * savings[cell] for cell in CELLS) / rows
    variance = sum(counts[cell] * (savings[cell] - mean) ** 2 for cell in CELLS) / (rows - 1)
    deviation = Value(number=math.sqrt(variance / rows))
    yield Measurement(what=WHAT, value=Value(number=mean), n=rows, deviation=deviation, source=source)


def _counts(cells: Mapping[tuple[str | None, str | None], Fact]) -> Mapping[tuple[str, str], int] | Value:
    """The four cells as counts, or why they are none: what is no number must never pass for one."""
    if set(cells) != set(CELLS):
        return Value(unknown=f"the confusion matrix is not one of the labels {GRANT} and {REFUSE}")
    counts: dict[tuple[str, str], int] = {}
    for cell in CELLS:
        number = cells[cell].value.number
        if number is None or number < 0 or number != int(number):
            return Value(unknown=f"cell {cell} of the confusion matrix is {cells[cell].value}, which is no count")
        counts[cell] = int(number)
    return counts if sum(counts.values()) > 1 else Value(unknown="the confusion matrix has fewer than two rows")
