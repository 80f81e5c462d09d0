"""Run by the audit's own Python: {name: policy text} on standard input, {name: [[kind, detail], …]} on standard output.

Its command always ends with 0, so the library is asked for each kind of finding by name.
"""

import json
import sys
from collections.abc import Iterator

# This file has the name of the library, and its folder comes first on the path.
sys.path.pop(0)

from cloudsplaining.scan.policy_document import PolicyDocument


def _findings(text: str) -> Iterator[tuple[str, str]]:
    document = PolicyDocument(json.loads(text))
    for path in document.allows_privilege_escalation:
        yield "privilege-escalation", f"{path['type']}: {', '.join(path['actions'])}"
    lists = {
        "permissions-management": document.permissions_management_without_constraints,
        "credentials-exposure": document.credentials_exposure,
        "service-wildcard": document.service_wildcard,
        "data-exfiltration": document.allows_data_exfiltration_actions,
        "write-without-constraint": document.write_actions_without_constraints,
    }
    for kind, actions in lists.items():
        for action in actions:
            yield kind, str(action)


json.dump({name: list(_findings(text)) for name, text in json.load(sys.stdin).items()}, sys.stdout)
