"""A judgement for a reader: its verdict, a table of results, what to do; and the same as a JSON document."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from modelgate.advice import advice
from modelgate.cli.distance import distances
from modelgate.cli.documents import document_of
from modelgate.cli.printing import cell, console, plain
from modelgate.contracts.results import Judgement, Result, Severity, Status, Verdict
from modelgate.policy.model import Policy

STYLES = {
    Status.PASS: "green",
    Status.FAIL: "bold red",
    Status.MISSING: "bold red",
    Status.INCONCLUSIVE: "yellow",
    Status.WAIVED: "magenta",
}
VERDICT_STYLES = {Verdict.APPROVE: "bold green", Verdict.REJECT: "bold red", Verdict.HOLD: "bold yellow"}
_ORDER = (Status.FAIL, Status.MISSING, Status.INCONCLUSIVE, Status.WAIVED)


def judgement_document(judgement: Judgement, policy: Policy | None) -> dict[str, Any]:
    """The keys that every command shows of a judgement."""
    results = [
        {**document_of(result), "distances": document_of(distances(result)), "advice": advice(result, policy)}
        for result in judgement.results
    ]
    return {**document_of(judgement), "results": results}


def show_judgement(judgement: Judgement, policy: Policy | None, *, most: int | None = None) -> None:
    """Print the results, at most *most* of those that passed, and what to do about the others."""
    screen = console()
    shown = [result for result in judgement.results if result.status is not Status.PASS]
    passed = [result for result in judgement.results if result.status is Status.PASS]
    shown.sort(key=lambda result: (result.severity is Severity.WARN, _ORDER.index(result.status)))
    measured = [result for result in shown if result.observed is not None or result.bound is not None] + passed[:most]
    if measured:
        screen.print(results_table(measured))
    if most is not None and len(passed) > most:
        screen.print(f"and {len(passed) - most} more results that passed")
    show_advice(screen, shown, policy)


def show_advice(screen: Console, results: Sequence[Result], policy: Policy | None, *, indent: str = "") -> None:
    """Every sentence, and once for each check what to do: slices of one check rarely need different things."""
    for _, group in groupby(results, key=lambda result: (result.check, result.status)):
        same = list(group)
        for result in same:
            screen.print(cell(f"{indent}{_mark(result)}: {result.sentence}", STYLES[result.status]), soft_wrap=True)
        if todo := advice(same[0], policy):
            screen.print(f"{indent}    do: {plain(todo)}", soft_wrap=True)


def results_table(results: Sequence[Result]) -> Table:
    """One row for each result."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("check", "of", "result", "observed", "asked", "room inside"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "room inside")
    for result in results:
        table.add_row(
            cell(result.check),
            cell(_of(result)),
            cell(_mark(result), STYLES[result.status]),
            cell("" if result.observed is None else result.observed),
            cell("" if result.bound is None else result.bound),
            _distances(result),
        )
    return table


def _distances(result: Result) -> Text:
    return Text("\n").join(cell(distance, "red" if distance.room < 0 else "") for distance in distances(result))


def _mark(result: Result) -> str:
    """The status; of one that cannot reject, also what it leads to."""
    plain_status = result.status in (Status.PASS, Status.WAIVED) or result.severity is Severity.FAIL
    return result.status.value if plain_status else f"{result.status} ({result.severity})"


def _of(result: Result) -> str:
    parts = [result.facet if result.facet_value is None else f"{result.facet}={result.facet_value}", result.label]
    against = None if result.against is None else f"against {result.against}"
    return ", ".join(part for part in (*parts, against) if part)
