"""A door for tests: the next runs of a named step fail.

    POST /_modelgate/faults {"fail_step": "…", "times": 1, "kind": "crash" | "late-crash" | "infrastructure"}

A crash fails like the step's own code (exit code 137, never retried): before it has done anything, or, late, after it
has done everything. Infrastructure fails like the platform (SageMaker.JOB_INTERNAL_ERROR, retried as the step
declares). Zero times takes the fault back.
"""

import threading
from typing import Any

from local.sagemaker.errors import invalid
from local.sagemaker.interpreter.failures import INTERNAL_ERROR, StepFailedError

CRASH = "AlgorithmError: injected crash, exit code: 137"
EARLY: dict[str, tuple[str, str | None]] = {
    "crash": (CRASH, None),
    "infrastructure": ("InternalServerError: injected fault", INTERNAL_ERROR),
}
LATE: dict[str, tuple[str, str | None]] = {"late-crash": (CRASH, None)}


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
        if kind not in EARLY | LATE:
            raise invalid(f"A fault's kind is one of {sorted(EARLY | LATE)}, not {kind!r}.")
        with self._lock:
            self._planned[step] = (times, kind)

    def strike_before(self, step: str) -> None:
        """Fail a step that is about to run, if that is planned."""
        self._strike(step, EARLY)

    def strike_after(self, step: str) -> None:
        """Fail a step that has run, if that is planned."""
        self._strike(step, LATE)

    def _strike(self, step: str, kinds: dict[str, tuple[str, str | None]]) -> None:
        with self._lock:
            times, kind = self._planned.get(step, (0, ""))
            if times < 1 or kind not in kinds:
                return
            self._planned[step] = (times - 1, kind)
        raise StepFailedError(*kinds[kind])
