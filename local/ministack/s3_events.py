"""
"Object Created" events of S3.

Stock MiniStack leaves out `version-id`, which the service sends for versioned buckets and the copier pulls by.
"""

import contextvars
import json
from typing import Any

from ministack.services import eventbridge, s3

_version: contextvars.ContextVar[str | None] = contextvars.ContextVar("version of the event being fired", default=None)


def patch_s3_events() -> None:
    _remember_version()
    _add_version()


def _remember_version() -> None:
    stock = s3._fire_s3_event

    def fire(*args: Any, version_id: str | None = None, **kwargs: Any) -> None:
        token = _version.set(version_id)
        try:
            stock(*args, version_id=version_id, **kwargs)
        finally:
            _version.reset(token)

    s3._fire_s3_event = fire


def _add_version() -> None:
    stock = eventbridge._dispatch_event

    def dispatch(event: dict[str, Any], view: Any = None) -> None:
        version = _version.get()
        if version and event.get("Source") == "aws.s3":
            detail = json.loads(event["Detail"])
            detail.get("object", {}).setdefault("version-id", version)
            event = {**event, "Detail": json.dumps(detail)}
        stock(event, view)

    eventbridge._dispatch_event = dispatch
