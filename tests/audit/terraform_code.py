"""checkov over the Terraform code: hygiene of resources, not bypasses; those are the IAM proof's."""

import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from tests.audit.findings import PLANTED, ROOT, AuditError, Finding, Reading, Tool
from tests.audit.programs import program, said_in_json, tracked

NAME = "checkov"
_RESOURCE = re.compile(r'^resource "', re.MULTILINE)


def _scan() -> Reading:
    files = tracked("terraform/*.tf", f"{PLANTED}*.tf")
    with tempfile.TemporaryDirectory(prefix="modelgate-audit-") as folder:
        report = _report(files, Path(folder).resolve())
        failed = {_finding(check, Path(folder).resolve()) for check in report["results"]["failed_checks"]}
    if wrong := report["results"].get("parsing_errors"):
        raise AuditError(f"{NAME} could not read {', '.join(map(str, wrong))}")
    read = report["summary"]["resource_count"]
    written = sum(len(_RESOURCE.findall((ROOT / path).read_text("utf-8"))) for path in files)
    if read < written:
        raise AuditError(f"{NAME} read {read} of at least {written} resources")
    return Reading(findings=tuple(failed), read=read, things="resources")


def _report(files: list[str], folder: Path) -> dict[str, Any]:
    """One run over copies in one folder: given two folders, checkov reads the first one twice."""
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    command = [program(NAME), "--skip-download", "--framework", "terraform", "--compact", "--output", "json"]
    report: dict[str, Any] = said_in_json([*command, "--directory", str(folder)], fine=(0, 1))  # 1: it found something
    return report


def _finding(check: dict[str, Any], folder: Path) -> Finding:
    # A module that is used twice is one piece of code: the instance's name is left out.
    return Finding(
        tool=NAME,
        rule=check["check_id"],
        place=str(Path(check["file_abs_path"]).relative_to(folder)),
        line=check["file_line_range"][0],
        text=re.sub(r"^module\.[^.]+\.", "", check["resource"]),
        message=check["check_name"],
    )


TOOL = Tool(name=NAME, about="hygiene of Terraform resources", scan=_scan, must_find=lambda: frozenset({"CKV_AWS_51"}))
