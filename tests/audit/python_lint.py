"""ruff's rules on security (S) and broad excepts (BLE) are in force, and no exception from them lacks a reason."""

import re
from collections.abc import Iterator

from tests.audit.findings import PLANTED, ROOT, Finding, Reading, Tool, all_read, line_of, relative
from tests.audit.programs import program, said, said_in_json, tracked

NAME = "ruff"
_WAIVED = re.compile(r"#\s*noqa:\s*(?P<rules>[A-Z]+[0-9]+(?:[\s,]+[A-Z]+[0-9]+)*)(?P<reason>.*)")
_OURS = re.compile(r"\b(S|BLE)[0-9]+")
_BLANKET = re.compile(r"#\s*(ruff:\s*)?noqa(?!:)")


def _scan() -> Reading:
    files = tracked("*.py", f":(exclude){PLANTED}*")
    shown = map(relative, said([program(NAME), "check", "--show-files", "."]).split("\n")[:-1])
    read = all_read(NAME, files, shown)
    findings = [*_of_ruff(), *_without_reason(files)]
    return Reading(findings=tuple(findings), read=read, things="files")


def _of_ruff() -> Iterator[Finding]:
    # By the repository's own settings, so that the planted faults show that the rules are in force there.
    command = [program(NAME), "check", "--output-format=json", ".", f"{PLANTED}lint.py"]
    for found in said_in_json(command, fine=(0, 1)):
        if not _OURS.fullmatch(found["code"] or ""):
            continue
        place, line = relative(found["filename"]), found["location"]["row"]
        text = line_of(place, line)
        yield Finding(tool=NAME, rule=found["code"], place=place, line=line, text=text, message=found["message"])


def _without_reason(files: list[str]) -> Iterator[Finding]:
    for place in (*files, f"{PLANTED}silenced.py"):
        for number, text in enumerate((ROOT / place).read_text("utf-8").splitlines(), start=1):
            waived = _WAIVED.search(text)
            blanket = _BLANKET.search(text) and not waived and "_BLANKET" not in text
            silent = waived and _OURS.search(waived["rules"]) and not re.search(r"[a-z]{3}", waived["reason"])
            if silent or blanket:
                message = (
                    "a rule on security or broad excepts is silenced; name the rule and write the reason behind it"
                )
                yield Finding(tool=NAME, rule="reason", place=place, line=number, text=text.strip(), message=message)


TOOL = Tool(
    name=NAME,
    about="security rules and broad excepts in all Python, and reasons behind exceptions",
    scan=_scan,
    must_find=lambda: frozenset({"S602", "S301", "S110", "BLE001", "reason"}),
)
