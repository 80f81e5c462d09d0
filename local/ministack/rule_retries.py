"""
Rule targets that fail for a while.

Stock MiniStack logs what a target fails at and forgets the event, and runs a function once, on a bare thread. Here an
event is tried again with backoff within the target's `RetryPolicy`, by default 185 times and 24 hours as on AWS, and
then says what ran out; a function that fails itself is Lambda's to try again, as an asynchronous invocation. The
backoff begins at a fraction of a second, where AWS takes longer.
"""

import contextvars
import functools
import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ministack.services import eventbridge, lambda_svc

from local.ministack import target_faults

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 10.0
MOST_ATTEMPTS, OLDEST_SECONDS = 185, 86_400
_DISPATCHERS = ("_dispatch_to_event_bus", "_dispatch_to_lambda", "_dispatch_to_sns", "_dispatch_to_sqs")
_failure: contextvars.ContextVar[Exception | None] = contextvars.ContextVar("failure", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhausted:
    """Why an event was given up: *condition* is the member of the retry policy that ran out."""

    condition: str
    retries: int
    reason: str


def patch_rule_retries() -> None:
    """Put on last: what others dispatch with is watched too."""
    eventbridge._dispatch_to_lambda = _to_function
    for name in _DISPATCHERS:
        setattr(eventbridge, name, _watched(getattr(eventbridge, name)))


def failure_of(deliver: Callable[[], None], target_arn: str) -> str | None:
    """Return what a delivery failed at, or None."""
    _failure.set(None)
    if (planned := target_faults.strike(target_arn)) is not None:
        return planned
    deliver()  # stock swallows what it fails at
    failed = _failure.get()
    return None if failed is None else str(failed)


def in_background(work: Callable[[], None]) -> None:
    """Do *work* on a thread, in the account it is asked for in."""
    threading.Thread(target=contextvars.copy_context().run, args=(work,), name="rule-retry", daemon=True).start()


def exhausted(attempt: Callable[[], str | None], policy: dict[str, Any], reason: str) -> Exhausted | None:
    """Try again after a first failure for *reason*; None once an attempt does not fail."""
    most = int(policy.get("MaximumRetryAttempts", MOST_ATTEMPTS))
    until = time.monotonic() + int(policy.get("MaximumEventAgeInSeconds", OLDEST_SECONDS))
    for retries, pause in enumerate(_pauses()):
        if retries >= most:
            return Exhausted(condition="MaximumRetryAttempts", retries=retries, reason=reason)
        if time.monotonic() + pause > until:
            return Exhausted(condition="MaximumEventAgeInSeconds", retries=retries, reason=reason)
        time.sleep(pause)
        again = attempt()
        if again is None:
            return None
        reason = again
    raise AssertionError("the pauses never end")


def _pauses() -> Iterator[float]:
    pause = FIRST_PAUSE_SECONDS
    while True:
        yield pause * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


def _watched(dispatch: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(dispatch)
    def watched(*args: Any, **kwargs: Any) -> None:
        try:
            dispatch(*args, **kwargs)
        except Exception as error:
            _failure.set(error)
            raise

    return watched


def _to_function(arn: str, payload: str) -> None:
    function, config, name = lambda_svc._get_func_record_for_ref(arn)
    if not function or not config:
        raise LookupError(f"function {name} is gone")
    lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(function, config), json.loads(payload))
