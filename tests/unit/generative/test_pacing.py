"""Threads share one rate, and one wish of the target to be left alone."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelgate.generative.attempts import Attempts
from modelgate.generative.budget import Spending
from modelgate.generative.pacing import FIRST_WAIT, LONGEST_WAIT, Rate, backoff
from modelgate.generative.target import Reply, ThrottledError

from tests.unit.generative.asked_models import PACE, PLENTY, SETTINGS, Scripted, said


def test_turns_keep_their_distance() -> None:
    """Whoever comes late has lost nothing and saved nothing up."""
    now = [0.0]
    rate = Rate(2, lambda: now[0])

    assert [rate.turn() for _ in range(3)] == [0, 0.5, 1]
    now[0] = 100
    assert [rate.turn() for _ in range(3)] == [0, 0.5, 1]


def test_a_pause_puts_every_turn_off() -> None:
    """A shorter one later does not shorten it."""
    rate = Rate(2, lambda: 0.0)

    rate.pause(20)
    rate.pause(3)

    assert [rate.turn() for _ in range(2)] == [20, 20.5]


def test_a_throttled_call_holds_back_the_calls_of_others() -> None:
    """On a clock that stands still the next turn is as far away as the target asked for."""
    waited: list[float] = []

    def script(text: str, before: int) -> Reply:
        if before == 0:
            raise ThrottledError("answered 429", after=20)
        return said("yes")

    attempts = Attempts(
        Scripted(script),
        PACE,
        Spending(PLENTY),
        sleep=lambda stop, seconds: waited.append(seconds),
        clock=lambda: 0.0,
        random=lambda: 0.5,
    )
    attempts.persistently("Say", SETTINGS, None, threading.Event())

    assert waited == pytest.approx([20.25, 20])


@given(st.integers(1, 10**6), st.none() | st.floats(0, 300), st.floats(0, 1, exclude_max=True))
def test_waits_are_bounded_and_never_shorter_than_asked_for(attempt: int, after: float | None, random: float) -> None:
    """However many attempts there were."""
    seconds = backoff(attempt, after, lambda: random)

    assert (after or 0) <= seconds <= (after or 0) + min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempt - 1, 16))
