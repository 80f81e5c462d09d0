"""
Two doors, of which one is that of `target_faults`.

The emit door: POST /_modelgate/emit {"account", "region", "entry"} publishes one `aws.*` event on a default bus.

PutEvents rightly refuses `aws.*` sources, yet registry events must come from somewhere. No signature is checked: the
door answers loopback clients that send the header, and a web page cannot send it across origins without a preflight.
"""

import asyncio
import ipaddress
import json
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.services import eventbridge

from local.ministack import target_faults
from local.ministack.accounts import run_as

EMIT_PATH = "/_modelgate/emit"
EMIT_HEADER = b"x-modelgate-emit"
_REFUSED = b'{"error": "the emit door answers loopback clients that send the x-modelgate-emit header"}'

App = Callable[[dict[str, Any], Callable[..., Awaitable[Any]], Callable[..., Awaitable[Any]]], Awaitable[Any]]


def with_emit_door(stock: App) -> App:
    async def app(
        scope: dict[str, Any], receive: Callable[..., Awaitable[Any]], send: Callable[..., Awaitable[Any]]
    ) -> Any:
        if scope["type"] != "http" or scope["path"] not in (EMIT_PATH, target_faults.FAULTS_PATH):
            return await stock(scope, receive, send)
        status, payload = await _answer(scope, receive)
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        return await send({"type": "http.response.body", "body": payload})

    return app


async def _answer(scope: dict[str, Any], receive: Callable[..., Awaitable[Any]]) -> tuple[int, bytes]:
    if not _from_loopback(scope) or EMIT_HEADER not in dict(scope["headers"]):
        return 403, _REFUSED
    try:
        call = json.loads(await _body(receive))
        if scope["path"] == target_faults.FAULTS_PATH:
            target_faults.plan(call)
            return 200, b"{}"
        return 200, await asyncio.to_thread(run_as, call["account"], call["region"], _publish, call["entry"])
    except (ValueError, KeyError, TypeError) as error:
        return 400, json.dumps({"error": f"not an emit call: {error!r}"}).encode()


def _publish(entry: dict[str, Any]) -> bytes:
    payload = eventbridge._put_events({"Entries": [entry]}, True)[2]
    return payload if isinstance(payload, bytes) else str(payload).encode()


def _from_loopback(scope: dict[str, Any]) -> bool:
    client = (scope.get("client") or ("",))[0]
    return bool(client) and ipaddress.ip_address(client).is_loopback


async def _body(receive: Callable[..., Awaitable[Any]]) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    return body
