"""A scanner's silence counts only when it has read everything and found what was planted; what stays has its reason."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.audit.__main__ import TOOLS
from tests.audit.accepted import Acceptance, read_accepted, sort_out
from tests.audit.findings import PLANTED, AuditError, Finding, Reading, Tool, all_read, see
from tests.audit.source_rules import rules

REAL = Finding(tool="lamp", rule="dark", place="lambdas/intake.py", line=3, text="pass", message="it is dark")
SOWN = replace(REAL, place=f"{PLANTED}open_gate.py")


def lamp(*findings: Finding, read: int = 2) -> Tool:
    reading = Reading(findings=findings, read=read, things="files")
    return Tool(name="lamp", about="light", scan=lambda: reading, must_find=lambda: frozenset({"dark"}))


def test_planted_faults_are_no_findings_of_the_repository() -> None:
    """What a tool found is told without the faults that were planted for it."""
    assert see(lamp(REAL, SOWN)).findings == (REAL,)


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        (lamp(), "missed the planted faults dark"),
        (lamp(REAL), "missed the planted faults dark"),
        (lamp(SOWN, read=0), "read no files"),
    ],
    ids=["silent", "blind to the planted", "given nothing"],
)
def test_a_tool_that_could_find_nothing_is_no_clean_one(tool: Tool, said: str) -> None:
    """Silence of a scanner that reads nothing, or misses what was planted, fails the audit."""
    with pytest.raises(AuditError, match=said):
        see(tool)


def test_a_file_that_was_left_out_is_told() -> None:
    """A scanner that skips a file it was given fails the audit, with the file's name."""
    assert all_read("lamp", ["a.py", "b.py"], ["b.py", "a.py", "c.py"]) == 2
    with pytest.raises(AuditError, match=r"lamp did not read b\.py"):
        all_read("lamp", ["a.py", "b.py"], ["a.py"])


def test_an_acceptance_holds_for_its_place_and_text_only() -> None:
    """The same rule at another place, or on another line, is a finding still."""
    entry = Acceptance(tool="lamp", rule="dark", where="lambdas/*", text="pass", reason="it is night here")
    elsewhere, other_line = replace(REAL, place="deploy/image.py"), replace(REAL, text="return None")

    result = sort_out([REAL, elsewhere, other_line], [entry], ["lamp"])

    assert (result.open, result.accepted, result.stale) == ((elsewhere, other_line), 1, ())


def test_an_acceptance_that_fits_nothing_is_a_fault_once_its_tool_has_run() -> None:
    """Entries do not outlive what they speak of; those of tools that did not run are left alone."""
    entry = Acceptance(tool="lamp", rule="dark", where="gone.py", text="", reason="it is night here")

    assert sort_out([], [entry], ["lamp"]).stale == (entry,)
    assert sort_out([], [entry], ["torch"]).stale == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lamp: [{rule: dark, where: x, reason: so}]", "gives no reason"),
        ("lamp: [{rule: dark, where: x}]", "reason"),
        ("lamp: [{rule: dark, where: x, reason: it is night in this place, why: not}]", "why"),
    ],
)
def test_an_acceptance_without_a_reason_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """Each entry says rule, place and reason, and nothing else."""
    file = tmp_path / "accepted.yaml"
    file.write_text(text)

    with pytest.raises(AuditError, match=said):
        read_accepted(file)


def test_every_acceptance_names_a_tool_that_runs() -> None:
    """A misspelt tool would never be stale."""
    assert {entry.tool for entry in read_accepted()} <= set(TOOLS)


def test_every_tool_has_a_planted_fault() -> None:
    """Each scanner, and each rule of ours, must find something in every run."""
    assert all(tool.must_find() for tool in TOOLS.values())
    assert rules() == TOOLS["semgrep"].must_find()
    assert len(rules()) > 10
