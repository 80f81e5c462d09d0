"""Run by the audit's own Python: {name: policy text} on standard input, {name: [[issue, detail], …]} on output."""

import json
import sys

# This file has the name of the library, and its folder comes first on the path.
sys.path.pop(0)

import parliament


def _detail(finding: "parliament.finding.Finding") -> str:
    where = finding.location.get("string") if isinstance(finding.location, dict) else None
    return " ".join(str(part) for part in (finding.detail, where) if part)[:200]  # some name every action of a service


answers = {
    name: [[finding.issue, _detail(finding)] for finding in parliament.analyze_policy_string(text).findings]
    for name, text in json.load(sys.stdin).items()
}
json.dump(answers, sys.stdout, default=str)
