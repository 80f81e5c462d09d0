"""Times: epoch seconds on the wire and in documents, ISO text in events."""

import datetime
import time


def now() -> float:
    """Epoch seconds, to the millisecond as the service answers."""
    return round(time.time(), 3)


def iso(epoch_seconds: float) -> str:
    """The time as events write it."""
    moment = datetime.datetime.fromtimestamp(epoch_seconds, datetime.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
