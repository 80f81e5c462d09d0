"""The result of a run: figures as a table or as JSON, and faults as sentences."""

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from rich.console import Console
from rich.table import Table

NOTHING: Mapping[str, float] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured thing; *value* is for people, *numbers* for machines; *met* tells whether *aim* was reached."""

    topic: str
    name: str
    value: str
    numbers: Mapping[str, float] = field(default_factory=lambda: NOTHING)
    aim: str = ""
    met: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What one benchmark brought; *faults* says what was lost, doubled, undecided or judged wrongly."""

    figures: tuple[Figure, ...]
    faults: tuple[str, ...] = ()


def machine() -> str:
    """Where this ran, as far as it bears on the figures; the load tells who else was at work."""
    where = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{where}, load {os.getloadavg()[2]:.1f} over the last 15 minutes"


def render(figures: Sequence[Figure], console: Console) -> None:
    """Print the table."""
    table = Table(title=f"Measured on {machine()}", title_justify="left")
    for heading in ("what", "", "measured", "aim"):
        table.add_column(heading, overflow="fold")
    topic = None
    for figure in figures:
        aim = figure.aim if figure.met is None else f"{figure.aim}: {'met' if figure.met else 'missed'}"
        table.add_row("" if figure.topic == topic else figure.topic, figure.name, figure.value, aim)
        topic = figure.topic
    console.print(table)


def as_json(figures: Sequence[Figure], faults: Sequence[str]) -> dict[str, object]:
    """The same, for machines."""
    return {"machine": machine(), "figures": [asdict(figure) for figure in figures], "faults": list(faults)}
