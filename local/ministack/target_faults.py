"""
A door for tests: the next deliveries of rules to a target fail.

    POST /_modelgate/target-faults {"target_arn": "…", "times": 2}

Zero times takes the fault back. Loopback clients with the header of the emit door only.
"""

import threading
from typing import Any

FAULTS_PATH = "/_modelgate/target-faults"
_lock = threading.Lock()
_planned: dict[str, int] = {}


def plan(order: dict[str, Any]) -> None:
    """Take an order."""
    target, times = str(order["target_arn"]), int(order["times"])
    with _lock:
        _planned[target] = times


def strike(target_arn: str) -> str | None:
    """Return why a delivery to the target fails now, if that is planned."""
    with _lock:
        left = _planned.get(target_arn, 0)
        if left < 1:
            return None
        _planned[target_arn] = left - 1
    return "THROTTLING: injected fault"
