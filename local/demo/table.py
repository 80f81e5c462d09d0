"""The demo's last words: one row a package, on standard output."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One package and what came of it; *seconds* from its registration (or its late upload) to the verdict."""

    package: str
    story: str
    expected: str
    verdict: str
    reasons: str
    seconds: float | None

    @property
    def as_expected(self) -> bool:
        """Whether the verdict is the expected one."""
        return self.verdict == self.expected


def render(rows: Sequence[Row], console: Console) -> None:
    """Print the table."""
    table = Table(title="Verdicts", show_lines=True, title_justify="left")
    table.add_column("package", max_width=36)
    table.add_column("verdict", no_wrap=True)
    table.add_column("reasons", overflow="fold")
    table.add_column("seconds", justify="right", no_wrap=True)
    for row in rows:
        style = "green" if row.as_expected else "bold red"
        verdict = row.verdict if row.as_expected else f"{row.verdict}, expected {row.expected}"
        seconds = "" if row.seconds is None else f"{row.seconds:.1f}"
        table.add_row(f"{row.package}\n{row.story}", f"[{style}]{verdict}[/]", row.reasons, seconds)
    console.print(table)


def as_json(rows: Sequence[Row]) -> list[dict[str, object]]:
    """The same, for machines."""
    return [asdict(row) | {"as_expected": row.as_expected} for row in rows]
