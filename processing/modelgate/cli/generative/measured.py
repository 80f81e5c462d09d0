"""What a report of an evaluation says, as lines and tables."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.table import Table

from modelgate.cli.printing import cell

Metrics = Mapping[str, Mapping[str, Any]]

_LEFT_OUT = {"n_unparsed": "unparsed", "n_empty": "empty", "n_failed": "failed"}


def table_of(metrics: Metrics) -> Table:
    """Every number with its interval, what it rests on, and what was left out of it."""
    table = Table(box=None, pad_edge=False)
    for heading in ("metric", "value", "interval", "of", "left out"):
        table.add_column(
            heading, justify="right" if heading in ("value", "of") else "left", no_wrap=heading == "metric"
        )
    for name, metric in metrics.items():
        number = cell(_number(metric["value"])) if metric["value"] is not None else cell("missing", "bold")
        left = ", ".join(f"{metric[key]} {word}" for key, word in _LEFT_OUT.items() if metric[key])
        table.add_row(cell(name), number, cell(_interval(metric)), cell(metric["n"]), cell(left))
    return table


def slices_of(metrics: Metrics) -> Table:
    """Every slice of every number."""
    table = Table(box=None, pad_edge=False)
    for heading in ("metric", "slice", "value", "of", "interval"):
        table.add_column(
            heading, justify="right" if heading in ("value", "of") else "left", no_wrap=heading == "metric"
        )
    for name, metric in metrics.items():
        for facet, values in (metric["slices"] or {}).items():
            for value, one in values.items():
                there = one["value"] is not None
                number, rest = (_number(one["value"]), _interval(one)) if there else ("missing", str(one["reason"]))
                table.add_row(cell(name), cell(f"{facet}={value}"), cell(number), cell(one["n"]), cell(rest))
    return table


def reasons_of(metrics: Metrics) -> Iterator[str]:
    """Why each number that is missing is."""
    for name, metric in metrics.items():
        if metric["value"] is None:
            yield f"{name} is missing: {metric['reason']}"


def _number(value: float) -> str:
    return f"{value:.4g}"


def _interval(one: Mapping[str, Any]) -> str:
    found = one["interval"]
    return "" if found is None else f"{_number(found['low'])} to {_number(found['high'])}"
