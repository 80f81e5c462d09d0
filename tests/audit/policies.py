"""parliament and cloudsplaining over every policy of the plans: typing errors, and ways to more power."""

import functools
import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.audit.findings import PLANTED, ROOT, AuditError, Finding, Reading, Tool
from tests.audit.plans import plans
from tests.audit.programs import inside
from tests.terraform.policies import POLICY_ATTRIBUTES

_PLANTED = f"{PLANTED}policy.json"


@functools.cache
def _documents() -> dict[str, str]:
    """Every policy document by plan and address, the planted one too.

    Raises:
        AuditError: a plan holds no policy, or leaves one open until it is applied.
    """
    documents = {_PLANTED: (ROOT / _PLANTED).read_text("utf-8")}
    for name, plan in plans().items():
        found = dict(_planned(name, plan["resources"]))
        if not found:
            raise AuditError(f"the plan {name} holds no policy, so none was read")
        documents |= found
    return documents


def _planned(plan: str, resources: list[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for resource in resources:
        attribute = POLICY_ATTRIBUTES.get(resource["type"])
        if attribute is None:
            continue
        text = resource["after"].get(attribute)
        if text:
            yield f"{plan}:{resource['address']}", text
        elif resource["unknown"].get(attribute):
            raise AuditError(f"{resource['address']} of plan {plan} has a policy that nobody can read before the apply")


def _ask(tool: str, documents: Mapping[str, str], message: Mapping[str, str]) -> Reading:
    answers = inside(tool, documents)
    if set(answers) != set(documents):
        raise AuditError(f"{tool} answered for {len(answers)} of {len(documents)} policies")
    findings = [
        Finding(
            tool=tool,
            rule=rule,
            place=place,
            line=None,
            text=detail,
            message=message.get(rule, "see what the tool's documentation says of it"),
        )
        for place, found in answers.items()
        for rule, detail in found
    ]
    return Reading(findings=tuple(findings), read=len(documents), things="policies")


_PARLIAMENT = {
    "UNKNOWN_ACTION": "no such action",
    "UNKNOWN_CONDITION_FOR_ACTION": "the action has no such condition key",
    "RESOURCE_MISMATCH": "no action of the statement works on such a resource",
    "RESOURCE_STAR": "a resource * where the action could name one",
}
_CLOUDSPLAINING = {
    "privilege-escalation": "these actions together give more rights than the role has",
    "permissions-management": "may change who may do what, without a constraint on the resource",
    "credentials-exposure": "may read credentials",
    "service-wildcard": "every action of a service",
    "data-exfiltration": "may read any object, secret or parameter",
    "write-without-constraint": "may write to any resource",
}


def _parliament() -> Reading:
    return _ask("parliament", _documents(), _PARLIAMENT)


def _cloudsplaining() -> Reading:
    kinds = (".aws_iam_role_policy.", ".aws_iam_policy.")
    identity = {
        place: text for place, text in _documents().items() if place == _PLANTED or any(kind in place for kind in kinds)
    }
    return _ask("cloudsplaining", identity, _CLOUDSPLAINING)


PARLIAMENT = Tool(
    name="parliament",
    about="actions, keys and resources that AWS does not know",
    scan=_parliament,
    must_find=lambda: frozenset({"UNKNOWN_ACTION"}),
)
CLOUDSPLAINING = Tool(
    name="cloudsplaining",
    about="ways from a role to more power",
    scan=_cloudsplaining,
    must_find=lambda: frozenset(_CLOUDSPLAINING),
)


def planted() -> dict[str, Any]:
    """The planted policy, for tests."""
    document: dict[str, Any] = json.loads((ROOT / _PLANTED).read_text("utf-8"))
    return document
