"""What an audit tool says: findings, and how much it read. A tool that read nothing says nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLANTED = "tests/audit/planted/"  # faults on purpose: each tool must find its own in the run that reads the repository


class AuditError(Exception):
    """A tool could not be run, read too little, or missed a planted fault; its silence means nothing."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """One finding at *place*: a path of the repository, or a plan and an address; *text* is what stands there."""

    tool: str
    rule: str
    place: str
    line: int | None
    text: str
    message: str

    @property
    def is_planted(self) -> bool:
        """Whether it is about a fault that the audit planted."""
        return self.place.startswith(PLANTED)

    def __str__(self) -> str:
        where = self.place if self.line is None else f"{self.place}:{self.line}"
        return f"{where}: {self.tool} {self.rule}: {self.message}" + (f" [{self.text}]" if self.text else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Findings of one run, planted ones included, and how many *things* it read."""

    findings: tuple[Finding, ...]
    read: int
    things: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A scanner; *must_find* are the rules that it must report about the planted faults."""

    name: str
    about: str
    scan: Callable[[], Reading]
    must_find: Callable[[], frozenset[str]]


def see(tool: Tool) -> Reading:
    """Run *tool* and return what it says about the repository itself.

    Raises:
        AuditError: it cannot be run, read nothing, or missed a planted fault.
    """
    reading = tool.scan()
    if reading.read < 1:
        raise AuditError(f"{tool.name} read no {reading.things}, so its silence means nothing; see what it was given")
    seen = {finding.rule for finding in reading.findings if finding.is_planted}
    if missed := tool.must_find() - seen:
        raise AuditError(f"{tool.name} missed the planted faults {', '.join(sorted(missed))}; it would miss real ones")
    real = tuple(sorted(finding for finding in reading.findings if not finding.is_planted))
    return Reading(findings=real, read=reading.read, things=reading.things)


def line_of(place: str, line: int) -> str:
    """The text of *line* (from 1) of a file of the repository."""
    lines = (ROOT / place).read_text(encoding="utf-8", errors="replace").splitlines()
    return lines[line - 1].strip() if 0 < line <= len(lines) else ""


def relative(path: str | Path) -> str:
    """*path* as the repository writes it."""
    return str(Path(ROOT, path).resolve().relative_to(ROOT))


def all_read(tool: str, wanted: Iterable[str], read: Iterable[str]) -> int:
    """How many files were read.

    Raises:
        AuditError: a file that *tool* was given was not read.
    """
    wanted, read = set(wanted), set(read)
    if missing := sorted(wanted - read):
        raise AuditError(f"{tool} did not read {', '.join(missing[:5])} and {max(len(missing) - 5, 0)} more")
    return len(wanted)
