"""
Resource policies of event buses.

Stock MiniStack ignores the `Policy` of PutPermission and stores Principal "*" instead (a perpetual Terraform diff), and
never asks the policy when an event crosses accounts. Allow statements only: Deny and Condition are not evaluated.
"""

import json
from typing import Any

from ministack.core import responses
from ministack.services import eventbridge

_PUT_EVENTS = frozenset({"*", "events:*", "events:PutEvents"})


def bus_policy_allows(bus: str, *, caller: str, owner: str) -> bool:
    """Say whether *caller* may put events on *bus*; call it in the context of *owner*."""
    if caller == owner:
        return True
    statements = (eventbridge._event_bus_policies.get(bus) or {}).get("Statement", [])
    return any(_statement_allows(statement, caller) for statement in _as_list(statements))


def _statement_allows(statement: dict[str, Any], caller: str) -> bool:
    return (
        statement.get("Effect") == "Allow"
        and any(action in _PUT_EVENTS for action in _as_list(statement.get("Action", "")))
        and _names(statement.get("Principal"), caller)
    )


def _names(principal: Any, caller: str) -> bool:
    names = _as_list(principal.get("AWS", []) if isinstance(principal, dict) else principal)
    return any(name in ("*", caller) or f"::{caller}:" in str(name) for name in names)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def patch_put_permission() -> None:
    stock = eventbridge._put_permission

    def put_permission(data: dict[str, Any]) -> Any:
        if not data.get("Policy"):
            return stock(data)
        eventbridge._event_bus_policies[data.get("EventBusName", "default")] = json.loads(data["Policy"])
        return responses.json_response({})

    eventbridge._put_permission = put_permission
