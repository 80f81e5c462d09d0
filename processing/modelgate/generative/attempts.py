"""One call of a target, made again while that may help: at its turn, within the budget, until the run ends.

The loop is our own: of tenacity's nothing but the loop would be left, as the wait heeds the target's wish, the shared
rate, the budget and the end of the run.
"""

import threading
import time
from collections.abc import Callable
from itertools import count
from random import SystemRandom

from modelgate.errors import InfrastructureError
from modelgate.generative.budget import Spending
from modelgate.generative.evaluation import Pace, Settings
from modelgate.generative.pacing import Rate, backoff
from modelgate.generative.target import Reply, Target, UnavailableError
from modelgate.generative.usage import tokens_written

LONGEST_AFTER = 300.0  # seconds that a target may ask us to wait; more ends the run

_RANDOM = SystemRandom()


class StoppedError(Exception):
    """Another call has ended the run; whoever waits for the results sees that one's error instead."""


class Attempts:
    """Calls of *target* at *pace*, counted in *spending*; for several threads at once.

    *sleep* waits for an event or for so many seconds, *clock* tells seconds, *random* gives numbers in [0, 1).
    """

    def __init__(
        self,
        target: Target,
        pace: Pace,
        spending: Spending,
        *,
        sleep: Callable[[threading.Event, float], object] = threading.Event.wait,
        clock: Callable[[], float] = time.monotonic,
        random: Callable[[], float] = _RANDOM.random,
    ) -> None:
        self.target = target
        self.pace = pace
        self._spending = spending
        self._sleep = sleep
        self._random = random
        self._rate = Rate(pace.calls_per_second, clock)

    def once(self, text: str, settings: Settings, seed: int | None, stop: threading.Event) -> Reply:
        """Make one attempt.

        Raises:
            BudgetSpentError: there is no room for it, or it took more than there was.
            StoppedError: *stop* was set before.
            Others as of `Target.ask`.
        """
        self._wait(self._rate.turn(), stop)
        self._spending.before_calls()
        reply = self.target.ask(text, settings, seed)
        self._spending.after_reply(reply.input_tokens + tokens_written(reply.completion))
        return reply

    def persistently(self, text: str, settings: Settings, seed: int | None, stop: threading.Event) -> Reply:
        """Make as many attempts as the pace allows; errors as of `once`, those of the last one."""
        for attempt in count(1):
            try:
                return self.once(text, settings, seed, stop)
            except UnavailableError as error:
                if attempt >= self.pace.attempts:
                    raise
                self._heed(error, attempt, stop)
        raise AssertionError("attempts end by returning or raising")

    def _heed(self, error: UnavailableError, attempt: int, stop: threading.Event) -> None:
        if error.after is not None:
            if not 0 <= error.after <= LONGEST_AFTER:  # neither is NaN
                raise InfrastructureError(
                    f"{error}; it asks to wait {error.after:.0f} seconds, at most {LONGEST_AFTER:.0f} are waited"
                ) from error
            self._rate.pause(error.after)
        self._wait(backoff(attempt, error.after, self._random), stop)

    def _wait(self, seconds: float, stop: threading.Event) -> None:
        if seconds > 0:
            self._sleep(stop, seconds)
        if stop.is_set():
            raise StoppedError
