"""Idempotency tokens: a repeated token gets the first answer, and nothing happens again."""

import hashlib
import json

from local.sagemaker.errors import conflict
from local.sagemaker.operations import Answer, Call, Service

TOKENS = "idempotency"


def answered(service: Service, call: Call, token: str | None) -> Answer | None:
    """
    The first answer to this token, or None when it is new.

    Raises:
        ServiceError: the token came before with another request (the service's own words are not known).
    """
    first = service.store.get(TOKENS, _key(call, token)) if token else None
    if first is None:
        return None
    if first["request"] != _digest(call):
        raise conflict(f"The client token {token} was already used with a different request to {call.operation}.")
    answer: Answer = first["answer"]
    return answer


def remember(service: Service, call: Call, token: str | None, answer: Answer) -> Answer:
    """Keep the answer for the next time the token comes, and return it."""
    if token:
        service.store.put(TOKENS, _key(call, token), {"request": _digest(call), "answer": answer})
    return answer


def _key(call: Call, token: str | None) -> str:
    return f"{call.home.prefix}{call.operation}:{token}"


def _digest(call: Call) -> str:
    return hashlib.sha256(json.dumps(call.request, sort_keys=True).encode()).hexdigest()
