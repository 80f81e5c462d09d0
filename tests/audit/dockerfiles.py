"""hadolint over the Dockerfiles."""

from tests.audit.findings import PLANTED, Finding, Reading, Tool, line_of, relative
from tests.audit.programs import program, said_in_json, tracked

NAME = "hadolint"


def _scan() -> Reading:
    files = tracked("images/*Dockerfile*", "examples/*Dockerfile*", f"{PLANTED}Dockerfile")
    # A file that it cannot read ends with another code than 0, also under --no-fail.
    found = said_in_json([program(NAME), "--no-fail", "--format=json", *files])
    findings = tuple(
        Finding(
            tool=NAME,
            rule=each["code"],
            place=relative(each["file"]),
            line=each["line"],
            text=line_of(relative(each["file"]), each["line"]),
            message=each["message"],
        )
        for each in found
    )
    return Reading(findings=findings, read=len(files), things="Dockerfiles")


TOOL = Tool(name=NAME, about="rules for Dockerfiles", scan=_scan, must_find=lambda: frozenset({"DL3007"}))
