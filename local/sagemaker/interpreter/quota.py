"""How many instances Processing jobs use at one time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from local.sagemaker.interpreter.failures import RESOURCE_LIMIT, StepFailedError


class Quota:
    """The account's limit of instances for Processing jobs at one time."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._used = 0
        self._lock = threading.Lock()

    @contextmanager
    def slots(self, instances: int) -> Iterator[None]:
        """Hold that many; refuses instead of waiting, as the service does."""
        with self._lock:
            if self._used + instances > self._limit:
                raise StepFailedError(
                    "ResourceLimitExceeded: The account-level service limit 'Number of instances for processing jobs' "
                    f"is {self._limit} Instances, with current utilization of {self._used} Instances and a request "
                    f"delta of {instances} Instances.",
                    RESOURCE_LIMIT,
                )
            self._used += instances
        try:
            yield
        finally:
            with self._lock:
                self._used -= instances
