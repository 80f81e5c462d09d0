"""A door for tests: the next runs of a named step fail.

    POST /_modelgate/faults {"fail_step": "…", "times": 1, "kind": "crash" | "infrastructure"}

A crash fails like the step's own code (exit code 137, never retried), infrastructure like the platform
(SageMaker.JOB_INTERNAL_ERROR, retried as the step declares). Zero times takes the fault back.
"""

import threading
from typing import Any

from local.sagemaker.errors import invalid
from local.sagemaker.interpreter.failures import INTERNAL_ERROR, StepFailedError

KINDS = {
    "crash": StepFailedError("AlgorithmError: injected crash, exit code: 137"),
    "infrastructure": StepFailedError("InternalServerError: injected fault", INTERNAL_ERROR),
}


class Faults:
    """What is planned to fail."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: dict[str, tuple[int, str]] = {}

    def plan(self, order: Any) -> None:
        """Take an order; refuses one it does not understand."""
        try:
            step, times, kind = order["fail_step"], int(order.get("times", 1)), order.get("kind", "crash")
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise invalid(f'A fault is {{"fail_step": name, "times": n, "kind": …}}, not {order!r}.') from error
        if kind not in KINDS:
            raise invalid(f"A fault's kind is one of {sorted(KINDS)}, not {kind!r}.")
        with self._lock:
            self._planned[step] = (times, kind)

    def strike(self, step: str) -> None:
        """Fail the step if that is planned."""
        with self._lock:
            times, kind = self._planned.get(step, (0, "crash"))
            if times < 1:
                return
            self._planned[step] = (times - 1, kind)
        raise StepFailedError(str(KINDS[kind]), KINDS[kind].kind)
