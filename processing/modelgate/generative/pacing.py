"""When the next call may be made: a rate that threads share, and the wait before another attempt."""

import threading
from collections.abc import Callable

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0  # seconds: the most that is waited before the second attempt, and before any


class Rate:
    """At most *per_second* calls a second, by the seconds of *clock*, for all threads together."""

    def __init__(self, per_second: float, clock: Callable[[], float]) -> None:
        self._gap = 1 / per_second
        self._clock = clock
        self._lock = threading.Lock()
        self._next = clock()

    def turn(self) -> float:
        """Take the next turn; the seconds until it comes."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            self._next = turn + self._gap
            return turn - now

    def pause(self, seconds: float) -> None:
        """Give no further turn within *seconds*."""
        with self._lock:
            self._next = max(self._next, self._clock() + seconds)


def backoff(attempt: int, after: float | None, random: Callable[[], float]) -> float:
    """The seconds to wait after attempt number *attempt*, from 1, when the target asked to wait *after*.

    Exponential with full jitter, so that threads that failed together do not come back together; *random* is in
    [0, 1). Source: M. Brooker, Exponential Backoff And Jitter, AWS Architecture Blog, 2015.
    """
    return (after or 0.0) + random() * min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempt - 1, 16))
