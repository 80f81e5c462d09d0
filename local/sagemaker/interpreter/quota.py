"""How many Processing jobs run at one time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from local.sagemaker.interpreter.failures import RESOURCE_LIMIT, StepFailedError


class Quota:
    """The account's limit of Processing jobs at one time."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._slots = threading.BoundedSemaphore(limit)

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Hold one; refuses instead of waiting, as the service does."""
        if not self._slots.acquire(blocking=False):
            raise StepFailedError(
                "ResourceLimitExceeded: The account-level service limit 'Number of instances for processing jobs' "
                f"is {self._limit} Instances, with current utilization of {self._limit} Instances and a request "
                "delta of 1 Instances.",
                RESOURCE_LIMIT,
            )
        try:
            yield
        finally:
            self._slots.release()
