"""Evaluation of a resource policy: the part of IAM that cross-account registration needs.

What is not known here never allows: an unknown condition operator makes an Allow fail and a Deny hold.
"""

import enum
import fnmatch
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Statement = Mapping[str, Any]


class Decision(enum.Enum):
    """What a policy says about a request."""

    ALLOW = "allow"
    DENY = "explicit deny"
    SILENT = "implicit deny"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One request; *context* holds the condition keys, lower case, only those that the request has."""

    principals: tuple[str, ...]  # every ARN the caller answers to: its role and the session of it
    account: str
    action: str
    resource: str
    context: Mapping[str, str]


def decide(policy: Mapping[str, Any], access: Access) -> Decision:
    """What *policy* says: a Deny anywhere beats every Allow."""
    matching = [s for s in _list(policy.get("Statement", [])) if _applies(s, access)]
    if any(s.get("Effect") == "Deny" for s in matching):
        return Decision.DENY
    if any(s.get("Effect") == "Allow" for s in matching):
        return Decision.ALLOW
    return Decision.SILENT


def _applies(statement: Statement, access: Access) -> bool:
    doubt = statement.get("Effect") != "Allow"
    return (
        _element(statement, "Principal", lambda p: _is_principal(p, access))
        and _element(statement, "Action", lambda a: any(_like(access.action.lower(), i.lower()) for i in _list(a)))
        and _element(statement, "Resource", lambda r: any(_like(access.resource, i) for i in _list(r)))
        and all(
            _holds(operator, key.lower(), [str(v) for v in _list(wanted)], access.context, doubt)
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def _element(statement: Statement, name: str, matches: Callable[[Any], bool]) -> bool:
    if name in statement:
        return matches(statement[name])
    return f"Not{name}" in statement and not matches(statement[f"Not{name}"])


def _is_principal(principal: Any, access: Access) -> bool:
    names = _list(principal.get("AWS", [])) if isinstance(principal, dict) else _list(principal)
    account = {"*", access.account, f"arn:aws:iam::{access.account}:root"}
    return any(name in account or name in access.principals for name in names)


def _holds(operator: str, key: str, wanted: list[str], context: Mapping[str, str], doubt: bool) -> bool:
    base = operator.rpartition(":")[2]  # ForAnyValue and ForAllValues: every key here has one value
    optional = base.endswith("IfExists")
    base = base.removesuffix("IfExists")
    actual = context.get(key)
    if base == "Null":
        return (actual is None) == (wanted[0].lower() == "true")
    negated = "Not" in base
    compare = OPERATORS.get(base.replace("Not", ""))
    if compare is None:
        return doubt
    if actual is None:
        return optional or negated
    return any(compare(actual, w) for w in wanted) != negated


def _like(actual: str, pattern: str) -> bool:
    # fnmatch knows sets in brackets, policies do not
    return fnmatch.fnmatchcase(actual, pattern.replace("[", "[[]"))


def _arn_like(actual: str, pattern: str) -> bool:
    """Field by field, so that `*` does not reach over a colon."""
    ours, theirs = actual.split(":", 5), pattern.split(":", 5)
    return len(ours) == len(theirs) and all(_like(a, p) for a, p in zip(ours, theirs, strict=True))


OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda a, w: a == w,
    "StringEqualsIgnoreCase": lambda a, w: a.lower() == w.lower(),
    "StringLike": _like,
    "ArnEquals": _arn_like,  # IAM: ArnEquals and ArnLike behave alike
    "ArnLike": _arn_like,
    "Bool": lambda a, w: a.lower() == w.lower(),
}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def problem_with(policy: Any) -> str | None:
    """Why a document cannot be a resource policy, or None."""
    if not isinstance(policy, dict) or "Statement" not in policy:
        return "it has no Statement"
    for number, statement in enumerate(_list(policy["Statement"]), start=1):
        if not isinstance(statement, dict) or statement.get("Effect") not in ("Allow", "Deny"):
            return f"statement {number} has no Effect Allow or Deny"
        for name in ("Principal", "Action", "Resource"):
            if name not in statement and f"Not{name}" not in statement:
                return f"statement {number} has no {name}"
        for name in re.findall(r"\d+", str(_account_like(statement.get("Principal")))):
            if len(name) != 12:
                return f"statement {number} names an invalid principal {name}"
    return None


def _account_like(principal: Any) -> list[str]:
    names = _list(principal.get("AWS", [])) if isinstance(principal, dict) else []
    return [n for n in names if isinstance(n, str) and n.isdigit()]
