"""SIGTERM, heard: what a job does before it is killed.

SageMaker stops a job (at its time limit, or when somebody stops it) with SIGTERM and kills it soon after: 120 seconds
for training jobs (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StopTrainingJob.html); for processing
jobs no number is documented, so what must happen happens at once, within the signal.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from modelgate.errors import InfrastructureError


@dataclass(slots=True)
class Hearing:
    """*at_once* is done within the signal, before the error is raised; None leaves all to whoever meets the error."""

    at_once: Callable[[], object] | None = None


@contextmanager
def sigterm_heard() -> Iterator[Hearing]:
    """Raise an InfrastructureError in the main thread on SIGTERM, until the end of the block; once.

    Set `Hearing.at_once` where the error may take long to come out, as it does past a pool of threads in calls. In
    another thread than the main one nothing is heard: Python gives signals to that one alone.
    """
    hearing = Hearing()
    if threading.current_thread() is not threading.main_thread():
        yield hearing
        return

    def handle(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one must not end the cleaning up
        if hearing.at_once is not None:
            hearing.at_once()
        raise InfrastructureError("the job was told to stop; run the pipeline again, what is stored is not asked again")

    before = signal.signal(signal.SIGTERM, handle)
    try:
        yield hearing
    finally:
        signal.signal(signal.SIGTERM, before)
