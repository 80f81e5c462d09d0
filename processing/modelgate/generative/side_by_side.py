"""Jobs in several threads that never keep the process from ending."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Generic, TypeVar, cast

Job = TypeVar("Job")
Done = TypeVar("Done")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended(Generic[Done]):
    at: int
    done: Done | None
    error: BaseException | None


def side_by_side(
    work: Callable[[Job], Done], jobs: Sequence[Job], *, threads: int, stop: threading.Event
) -> list[Done]:
    """Do *work* on each of *jobs*; the results in the order of the jobs.

    The first error of a job sets *stop*: no further job begins, those that have begun are waited for, and the error
    comes out. What interrupts the wait itself (a signal) comes out at once: the threads are daemons, which an
    executor's are not.
    """
    left = deque(enumerate(jobs))
    ended: SimpleQueue[_Ended[Done]] = SimpleQueue()
    crew = [
        threading.Thread(target=_work, args=(work, left, ended, stop), daemon=True)
        for _ in range(min(threads, len(jobs)))
    ]
    try:
        for thread in crew:
            thread.start()
        results, error = _gather(ended, len(jobs))
    except BaseException:
        stop.set()
        raise
    if error is not None:
        stop.set()
    for thread in crew:
        thread.join()
    if error is not None:
        raise error
    return results


def _gather(ended: "SimpleQueue[_Ended[Done]]", expected: int) -> tuple[list[Done], BaseException | None]:
    """All results, or none and the first error."""
    results: dict[int, Done] = {}
    while len(results) < expected:
        one = ended.get()
        if one.error is not None:
            return [], one.error
        results[one.at] = cast("Done", one.done)
    return [results[at] for at in range(expected)], None


def _work(
    work: Callable[[Job], Done],
    left: deque[tuple[int, Job]],
    ended: "SimpleQueue[_Ended[Done]]",
    stop: threading.Event,
) -> None:
    while not stop.is_set():
        try:
            at, job = left.popleft()
        except IndexError:
            return
        try:
            ended.put(_Ended(at=at, done=work(job), error=None))
        except BaseException as error:  # noqa: BLE001 - it is raised where the results are waited for
            ended.put(_Ended(at=at, done=None, error=error))
            return
