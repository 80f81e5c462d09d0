"""How a step ends badly, and how one is stopped."""

import threading
from collections.abc import Callable

INTERNAL_ERROR = "SageMaker.JOB_INTERNAL_ERROR"
RESOURCE_LIMIT = "SageMaker.RESOURCE_LIMIT"
SERVICE_FAULT = "Step.SERVICE_FAULT"


class DefinitionError(Exception):
    """A pipeline definition, or a value given to it, cannot be used."""


class StepFailedError(Exception):
    """
    A step failed; the text is its failure reason.

    *kind* is the exception type that retry policies name, or None for what is never retried: the code of the step
    itself ended badly.
    """

    def __init__(self, reason: str, kind: str | None = None) -> None:
        super().__init__(reason)
        self.kind = kind


class StoppedError(Exception):
    """The execution was asked to stop."""


class StopSignal:
    """Set once; whoever runs something long registers how to end it."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[], None]] = []

    @property
    def is_set(self) -> bool:
        """Whether stopping was asked for."""
        return self._event.is_set()

    def set(self) -> None:
        """Ask to stop, and end what is running."""
        with self._lock:
            self._event.set()
            callbacks = list(self._callbacks)
        for callback in callbacks:
            callback()

    def on_stop(self, callback: Callable[[], None]) -> None:
        """Call *callback* when stopping is asked for, at once when it already was."""
        with self._lock:
            self._callbacks.append(callback)
            late = self._event.is_set()
        if late:
            callback()

    def forget(self, callback: Callable[[], None]) -> None:
        """The thing that *callback* ends has ended by itself."""
        with self._lock:
            self._callbacks.remove(callback)

    def pause(self, seconds: float) -> None:
        """Wait; raises StoppedError when stopping is asked for meanwhile."""
        if self._event.wait(seconds):
            raise StoppedError
