"""Run code in another account's context."""

import contextvars
from collections.abc import Callable
from typing import Any

from ministack.core import responses


def run_as(account: str, region: str, function: Callable[..., Any], *args: Any) -> Any:
    """Call *function* as *account*: MiniStack keeps the caller's account and region in context variables."""

    def call() -> Any:
        responses._request_account_id.set(account)
        responses._request_region.set(region)
        return function(*args)

    return contextvars.copy_context().run(call)
