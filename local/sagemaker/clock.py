"""Times: epoch seconds on the wire and in documents, ISO text in events."""

import datetime
import threading
import time

_LOCK = threading.Lock()
_last_millisecond = 0


def now() -> float:
    """
    Epoch seconds, to the millisecond as the service answers.

    No two answers are equal: whoever tells changes of one package apart by their time must be able to.
    """
    global _last_millisecond
    with _LOCK:
        _last_millisecond = max(_last_millisecond + 1, time.time_ns() // 1_000_000)
        return _last_millisecond / 1000


def iso(epoch_seconds: float) -> str:
    """The time as events write it."""
    moment = datetime.datetime.fromtimestamp(epoch_seconds, datetime.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
