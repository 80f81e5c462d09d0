"""detect-secrets over every file that git tracks; there is no baseline file, what stays is accepted with its reason."""

from tests.audit.findings import Finding, Reading, Tool, all_read, line_of
from tests.audit.programs import inside, tracked

NAME = "detect-secrets"
# Locks: hashes of packages, line by line, and nothing else that anybody writes by hand.
_LOCKS = ("requirements/*.txt", "*package-lock.json", "*.terraform.lock.hcl")


def _scan() -> Reading:
    files = tracked(".", *(f":(exclude){lock}" for lock in _LOCKS))
    answers = inside("detect_secrets", files)
    read = all_read(NAME, files, answers)
    findings = [
        Finding(
            tool=NAME,
            rule=kind,
            place=place,
            line=line,
            text="" if kind == "Private Key" else line_of(place, line)[:200],
            message="this looks like a secret; take it out and change it, or accept it with the reason why it is none",
        )
        for place, found in answers.items()
        for kind, line in found
    ]
    return Reading(findings=tuple(findings), read=read, things="files")


TOOL = Tool(
    name=NAME,
    about="keys and passwords in any file",
    scan=_scan,
    must_find=lambda: frozenset({"Private Key", "Secret Keyword"}),
)
