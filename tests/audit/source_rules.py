"""semgrep with our own rules: patterns that fail open, or open what must only be copied."""

from typing import Any

import yaml

from tests.audit.findings import PLANTED, ROOT, AuditError, Finding, Reading, Tool, all_read, line_of, relative
from tests.audit.programs import program, said_in_json, tracked

NAME = "semgrep"
RULES = "tests/audit/rules"
_SCANNED = ("processing/*.py", "lambdas/*.py", "deploy/*.py")


def _scan() -> Reading:
    files = tracked(*_SCANNED, f"{PLANTED}*.py")
    command = [program(NAME), "scan", f"--config={RULES}", "--metrics=off", "--disable-version-check", "--json"]
    command += ["--quiet", "--no-git-ignore", "--disable-nosem", "--jobs=1", *files]
    report = said_in_json(command)
    if report["errors"]:
        raise AuditError(f"{NAME} could not use a rule or read a file: {report['errors'][0].get('message', '')}")
    read = all_read(NAME, files, map(relative, report["paths"]["scanned"]))
    return Reading(findings=tuple(map(_finding, report["results"])), read=read, things="files")


def _finding(result: dict[str, Any]) -> Finding:
    place = relative(result["path"])
    line = _speaking_line(place, result["start"]["line"], result["end"]["line"])
    return Finding(
        tool=NAME,
        rule=result["check_id"].rpartition(".")[2],
        place=place,
        line=line,
        text=line_of(place, line),
        message=" ".join(result["extra"]["message"].split()),
    )


def _speaking_line(place: str, first: int, last: int) -> int:
    """Where to look: a `try` is known by its last `except`."""
    if line_of(place, first) != "try:":
        return first
    return max((line for line in range(first, last + 1) if line_of(place, line).startswith("except")), default=first)


def rules() -> frozenset[str]:
    """Every rule of ours: each must find what was planted for it."""
    files = sorted((ROOT / RULES).glob("*.yaml"))
    return frozenset(rule["id"] for path in files for rule in yaml.safe_load(path.read_text("utf-8"))["rules"])


TOOL = Tool(name=NAME, about="our own rules over the shipped Python", scan=_scan, must_find=rules)
