"""The findings that stay, each with its reason; an entry that fits nothing any more is a fault itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

from tests.audit.findings import AuditError, Finding

FILE = Path(__file__).with_name("accepted.yaml")
_SHORTEST_REASON = 20  # characters; less is no reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """Findings of one rule at places that match *where*, on lines that hold *text*, and why they stay."""

    tool: str
    rule: str
    where: str
    text: str
    reason: str

    def fits(self, finding: Finding) -> bool:
        """Whether it speaks of *finding*."""
        return (
            (self.tool, self.rule) == (finding.tool, finding.rule)
            and fnmatchcase(finding.place, self.where)
            and self.text in finding.text
        )

    def __str__(self) -> str:
        return f"{self.tool} {self.rule} at {self.where}" + (f" [{self.text}]" if self.text else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """Findings to deal with, how many stay, and entries that fit nothing."""

    open: tuple[Finding, ...]
    accepted: int
    stale: tuple[Acceptance, ...]


def read_accepted(path: Path = FILE) -> tuple[Acceptance, ...]:
    """Every entry of the file.

    Raises:
        AuditError: an entry lacks a word, has one too many, or gives no reason.
    """
    entries = []
    for tool, rules in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).items():
        for number, entry in enumerate(rules, start=1):
            try:
                read = Acceptance(tool=tool, text=entry.pop("text", ""), **entry)
            except TypeError as error:
                raise AuditError(f"{path.name}: entry {number} of {tool}: {error}") from error
            if len(read.reason) < _SHORTEST_REASON:
                raise AuditError(f"{path.name}: entry {number} of {tool} gives no reason; say why the finding stays")
            entries.append(read)
    return tuple(entries)


def sort_out(findings: Iterable[Finding], accepted: Iterable[Acceptance], tools: Iterable[str]) -> Sorted:
    """Take away what is accepted; entries count as stale only for *tools*, which have run."""
    findings, ran = tuple(findings), set(tools)
    entries = [entry for entry in accepted if entry.tool in ran]
    remaining = tuple(finding for finding in findings if not any(entry.fits(finding) for entry in entries))
    stale = tuple(entry for entry in entries if not any(map(entry.fits, findings)))
    return Sorted(open=remaining, accepted=len(findings) - len(remaining), stale=stale)
