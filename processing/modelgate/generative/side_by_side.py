"""Jobs in several threads that never keep the process from ending."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Generic, TypeVar

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

    The first error sets *stop*: no further job begins, those that have begun are waited for, and the error comes out.
    An interrupt comes out at once: the threads are daemons, which an executor's are not.
    """
    left = deque(enumerate(jobs))
    ended: SimpleQueue[_Ended[Done]] = SimpleQueue()
    crew = [
        threading.Thread(target=_work, args=(work, left, ended, stop), daemon=True)
        for _ in range(min(threads, len(jobs)))
    ]
    for thread in crew:
        thread.start()
    try:
        results = _gather(ended, len(jobs))
    except BaseException as error:
        stop.set()
        if isinstance(error, Exception):
            _join(crew)
        raise
    _join(crew)
    return results


def _gather(ended: "SimpleQueue[_Ended[Done]]", expected: int) -> list[Done]:
    results: dict[int, Done | None] = {}
    while len(results) < expected:
        one = ended.get()
        if one.error is not None:
            raise one.error
        results[one.at] = one.done
    return [results[at] for at in range(expected)]  # type: ignore[misc]  # None only beside an error


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


def _join(crew: Sequence[threading.Thread]) -> None:
    for thread in crew:
        thread.join()
