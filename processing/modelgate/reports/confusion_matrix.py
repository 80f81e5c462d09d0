"""Confusion matrices: every cell as a fact, and the number of rows behind the shares that follow from the cells.

    {"0": {"0": 50, "1": 2}, "1": {"0": 4, "1": 44}}

The outer key is the actual label, the inner one the predicted: only so do the cells of Model Monitor's own sample give
the recall and precision beside them (developer guide, "Model quality metrics").
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from modelgate.contracts.facts import MODEL_QUALITY, Fact
from modelgate.reports.place import Place, whole

CONFUSION_MATRIX = "confusion_matrix"
MAX_CELLS = 1_024  # 32 classes; nobody bounds the cells of a larger one, and they would fill every record

_TOLERANCE = 1e-9  # reports round their shares, to 14 decimals in the shortest ones seen

Cells = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Share:
    """*hits* of *rows*."""

    hits: int
    rows: int

    def reproduces(self, value: float) -> bool:
        """Whether *value* is this share, rounding apart."""
        return self.rows > 0 and abs(self.hits / self.rows - value) <= _TOLERANCE


def is_matrix(place: Place) -> bool:
    """Whether *place* holds rows of cells; a matrix as a list, or of other content, is not read."""
    data = place.data
    return isinstance(data, dict) and bool(data) and all(map(_is_row, data.values()))


def read_matrix(artifact: str, matrix: Place) -> Iterator[Fact]:
    """Read every cell: the label is the actual class, the feature the predicted one."""
    if sum(map(len, matrix.object().values())) > MAX_CELLS:
        return
    for actual, row in matrix.members():
        for predicted, cell in row.members():
            yield Fact(
                artifact=artifact,
                section=MODEL_QUALITY,
                metric=CONFUSION_MATRIX,
                label=actual,
                feature=predicted,
                value=cell.value(),
                pointer=cell.pointer,
            )


def shares(matrix: Place) -> dict[str, list[Share]]:
    """What each metric may be a share of, by metric; none when a cell is not a count.

    Accuracy follows from any matrix. The others need to know the positive label, which no report names: a matrix of
    two labels offers both, and the reported value decides.
    """
    cells = _counts(matrix.object())
    if cells is None:
        return {}
    found = {"accuracy": [Share(sum(row.get(label, 0) for label, row in cells.items()), _rows(cells))]}
    if len(cells) == 2 and all(row.keys() == cells.keys() for row in cells.values()):
        first, second = cells
        for positive, negative in ((first, second), (second, first)):
            for metric, share in _binary(cells, positive, negative).items():
                found.setdefault(metric, []).append(share)
    return found


def with_rows(fact: Fact, offered: Mapping[str, list[Share]]) -> Fact:
    """*fact* with the rows of the share that gives its value; of two such shares, the one of fewer rows.

    A report's own ``n`` stays. Slices are never shares of the whole matrix.
    """
    number = fact.value.number
    if fact.n is not None or fact.facet is not None or number is None:
        return fact
    rows = [share.rows for share in offered.get(fact.metric, ()) if share.reproduces(number)]
    return replace(fact, n=min(rows)) if rows else fact


def _is_row(data: object) -> bool:
    return isinstance(data, dict) and not any(isinstance(cell, dict | list) for cell in data.values())


def _counts(data: dict[str, dict[str, Any]]) -> Cells | None:
    cells: dict[str, dict[str, int]] = {}
    for actual, row in data.items():
        cells[actual] = {}
        for predicted, cell in row.items():
            count = whole(cell)
            if count is None:
                return None
            cells[actual][predicted] = count
    return cells


def _rows(cells: Cells) -> int:
    return sum(sum(row.values()) for row in cells.values())


def _binary(cells: Cells, positive: str, negative: str) -> dict[str, Share]:
    hits, misses = cells[positive][positive], cells[positive][negative]
    false_alarms, rejections = cells[negative][positive], cells[negative][negative]
    actual, others = hits + misses, false_alarms + rejections
    return {
        "recall": Share(hits, actual),
        "true_positive_rate": Share(hits, actual),
        "false_negative_rate": Share(misses, actual),
        "true_negative_rate": Share(rejections, others),
        "false_positive_rate": Share(false_alarms, others),
        "precision": Share(hits, hits + false_alarms),
    }
