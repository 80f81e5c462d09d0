"""Asking ends in every answer, in failed calls with their reasons, or in an error: never in a gap."""

import threading
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from modelgate.errors import BudgetSpentError, InfrastructureError
from modelgate.generative.asking import CONTROL
from modelgate.generative.attempts import LONGEST_AFTER
from modelgate.generative.budget import Spending
from modelgate.generative.evaluation import Budget
from modelgate.generative.target import NoAnswerError, Reply, ThrottledError, UnavailableError

from tests.unit.generative.asked_models import PACE, SETTINGS, Scripted, Waits, asking, prompts, said

ONE_BY_ONE = replace(PACE, concurrency=1)


def test_every_prompt_gets_its_answers_in_order() -> None:
    """However the threads overtake each other."""
    answers = asking(Scripted()).answers(prompts(50), replace(SETTINGS, completions=3))

    assert [answered.prompt for answered in answers] == prompts(50)
    assert {answered.prompt.text: [completion.text for completion in answered.completions] for answered in answers} == {
        f"question {at}": [f"answer to question {at}"] * 3 for at in range(50)
    }
    assert [(answered.failed, answered.failures, answered.input_tokens) for answered in answers] == [(0, None, 6)] * 50


def test_each_completion_has_a_seed_of_its_own() -> None:
    """One higher than the one before, so that a run repeated asks the same."""
    target = Scripted()

    asking(target).answers(prompts(2), replace(SETTINGS, completions=3, seed=7))

    assert sorted(seed for seed in target.seeds if seed is not None) == [7, 7, 8, 8, 9, 9]


def test_a_call_is_made_again_until_it_is_answered() -> None:
    """The last attempt counts as well."""

    def script(text: str, before: int) -> Reply:
        if before < 2:
            raise UnavailableError("answered 500")
        return said("at last")

    (answered,) = asking(Scripted(script)).answers(prompts(1), SETTINGS)

    assert [completion.text for completion in answered.completions] == ["at last"]


def test_a_prompt_that_gets_no_answer_is_a_failed_call_with_its_reason() -> None:
    """It is asked once: another attempt would give the same."""

    def script(text: str, before: int) -> Reply:
        if text == "question 1":
            raise NoAnswerError("answered 400")
        return said("yes")

    target = Scripted(script)
    answers = asking(target).answers(prompts(3), SETTINGS)

    assert [answered.failures for answered in answers] == [None, ("answered 400",), None]
    assert target.asked["question 1"] == 1


def test_a_prompt_that_breaks_the_model_is_a_failed_call_while_the_target_answers_others() -> None:
    """Neither left out nor the end of every run: the control shows whose trouble it is."""

    def script(text: str, before: int) -> Reply:
        if text == "question 1":
            raise UnavailableError("answered 500")
        return said("yes")

    target = Scripted(script)
    answers = asking(target).answers(prompts(3), SETTINGS)

    assert [answered.failed for answered in answers] == [0, 1, 0]
    assert answers[1].failures == ("no answer in 4 attempts from a target that answers others: answered 500",)
    assert (target.asked["question 1"], target.asked[CONTROL]) == (4, 1)


def test_a_prompt_alone_in_its_part_can_break_the_model_as_well() -> None:
    """The last part may hold one prompt; no other answer of the part is needed to see that the target is up."""

    def script(text: str, before: int) -> Reply:
        if text != CONTROL:
            raise UnavailableError("answered 500")
        return said("Hi")

    (answered,) = asking(Scripted(script)).answers(prompts(1), SETTINGS)

    assert (answered.failed, answered.completions) == (1, ())


def test_a_target_that_goes_down_midway_ends_the_run() -> None:
    """Prompts asked during an outage are not held against the model."""

    def script(text: str, before: int) -> Reply:
        if text in ("question 0", "question 1"):
            return said("yes")
        raise UnavailableError("answered 503")

    with pytest.raises(InfrastructureError) as caught:
        asking(Scripted(script), pace=ONE_BY_ONE).answers(prompts(9), SETTINGS)

    assert str(caught.value) == (
        "asking scripted/model ended after 2 of the 9 answers of a part: answered 503; nothing of this part is kept,"
        " run the pipeline again when the target answers"
    )


def test_a_target_that_is_back_answers_the_prompt_it_failed() -> None:
    """An outage of the length of all attempts costs one more, not the answer."""

    def script(text: str, before: int) -> Reply:
        if text == "question 0" and before < 3:
            raise UnavailableError("answered 503")
        return said("yes")

    (answered,) = asking(Scripted(script)).answers(prompts(1), SETTINGS)

    assert (answered.failed, len(answered.completions)) == (0, 1)


@pytest.mark.parametrize("lucky", [0, 3], ids=["never asked for the control", "throttled at the very last"])
def test_throttling_never_fails_a_call(lucky: int) -> None:
    """A target that asks us to slow down says nothing about the model, even if it answers the control meanwhile."""

    def script(text: str, before: int) -> Reply:
        if text == CONTROL:
            return said("Hi")
        raise UnavailableError("answered 500") if before < lucky else ThrottledError("answered 429")

    with pytest.raises(InfrastructureError, match="answered 429"):
        asking(Scripted(script)).answers(prompts(1), SETTINGS)


def test_a_target_that_refuses_everybody_ends_the_run() -> None:
    """A setting that the server does not know must not look like a model without answers."""

    def script(text: str, before: int) -> Reply:
        raise NoAnswerError("answered 400")

    with pytest.raises(InfrastructureError, match="it answers nothing, not even 'Hello': answered 400"):
        asking(Scripted(script)).answers(prompts(5), SETTINGS)


def test_a_model_that_refuses_every_prompt_of_a_part_but_not_the_control_has_failed_them() -> None:
    """As one with a short context does for a part of long prompts."""

    def script(text: str, before: int) -> Reply:
        if text == CONTROL:
            return said("Hi")
        raise NoAnswerError("answered 400")

    answers = asking(Scripted(script)).answers(prompts(5), SETTINGS)

    assert [answered.failed for answered in answers] == [1] * 5


def test_the_first_fatal_error_cancels_what_is_not_sent() -> None:
    """A missing right is not found out a thousand times."""

    def script(text: str, before: int) -> Reply:
        raise InfrastructureError("answered 403")

    target = Scripted(script)
    with pytest.raises(InfrastructureError, match="answered 403"):
        asking(target).answers(prompts(1000), SETTINGS)

    assert target.asked.total() <= PACE.concurrency


def test_a_fault_of_the_program_comes_out() -> None:
    """A thread that dies must not leave everybody waiting for it."""

    def script(text: str, before: int) -> Reply:
        raise KeyError(text)

    with pytest.raises(KeyError):
        asking(Scripted(script)).answers(prompts(9), SETTINGS)


def test_no_more_calls_run_at_once_than_agreed() -> None:
    """And as many do: each waits for three others."""
    together = threading.Barrier(PACE.concurrency)
    running, most = 0, 0
    lock = threading.Lock()

    def script(text: str, before: int) -> Reply:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        together.wait(timeout=30)
        with lock:
            running -= 1
        return said("yes")

    asking(Scripted(script)).answers(prompts(4 * PACE.concurrency), SETTINGS)

    assert most == PACE.concurrency


def test_calls_keep_their_distance() -> None:
    """Ten calls at two a second take four and a half seconds, in one thread or in several."""
    waits = Waits()

    asking(Scripted(), pace=replace(ONE_BY_ONE, calls_per_second=2), waits=waits).answers(prompts(10), SETTINGS)

    assert waits.now == pytest.approx(4.5)


def test_waits_grow_and_jitter() -> None:
    """Half of 0.5, 1, 2, 4 … 30 seconds, as the jitter of the test is a half."""

    def script(text: str, before: int) -> Reply:
        if text == CONTROL or before == 8:
            return said("yes")
        raise UnavailableError("answered 500")

    waits = Waits()
    asking(Scripted(script), pace=replace(ONE_BY_ONE, attempts=9), waits=waits).answers(prompts(1), SETTINGS)

    assert waits.waited == [0.25, 0.5, 1, 2, 4, 8, 15, 15]


def test_the_targets_wish_to_wait_is_heeded_by_all() -> None:
    """The jitter comes on top, so that the threads do not come back together."""

    def script(text: str, before: int) -> Reply:
        if before == 0:
            raise ThrottledError("answered 429", after=20)
        return said("yes")

    waits = Waits()
    asking(Scripted(script), pace=ONE_BY_ONE, waits=waits).answers(prompts(1), SETTINGS)

    assert waits.now == pytest.approx(20.25)


@pytest.mark.parametrize("after", [LONGEST_AFTER + 1, float("inf"), float("nan"), -1.0])
def test_a_target_cannot_make_us_wait_for_ever(after: float) -> None:
    """An hour of waiting is a run for another day."""

    def script(text: str, before: int) -> Reply:
        raise ThrottledError("answered 429", after=after)

    waits = Waits()
    with pytest.raises(InfrastructureError, match="at most 300 are waited"):
        asking(Scripted(script), waits=waits).answers(prompts(1), SETTINGS)

    assert waits.now < 1


def test_attempts_count_against_the_budget() -> None:
    """Repeated calls cost as well, and the one that has no room is not made."""

    def script(text: str, before: int) -> Reply:
        raise UnavailableError("answered 500")

    target = Scripted(script)
    with pytest.raises(BudgetSpentError, match="the budget of 2 calls has no room for 1 more after 2"):
        asking(target, spending=Spending(Budget(calls=2, tokens=100))).answers(prompts(1), SETTINGS)

    assert target.asked.total() == 2


def test_tokens_count_against_the_budget() -> None:
    """Three for each answer of the script."""
    spending = Spending(Budget(calls=100, tokens=10))

    with pytest.raises(BudgetSpentError, match="12 tokens were read and written after 4 calls"):
        asking(Scripted(), pace=ONE_BY_ONE, spending=spending).answers(prompts(9), SETTINGS)


def test_an_answer_without_a_count_of_tokens_does_not_evade_the_budget() -> None:
    """It counts one for every byte, which no tokeniser exceeds."""
    reply = said("four")
    free = replace(reply, completion=replace(reply.completion, output_tokens=None))
    spending = Spending(Budget(calls=100, tokens=100))

    asking(Scripted(lambda text, before: free), spending=spending).answers(prompts(2), SETTINGS)

    assert spending.tokens == 2 * (2 + 4)


def test_no_prompts_are_no_answers() -> None:
    """And nothing is asked, the control neither."""
    target = Scripted()

    assert asking(target).answers([], SETTINGS) == []
    assert target.asked.total() == 0


FATES = st.sampled_from(["answer", "refuse", "break", "break once", "throttle once"])


@settings(max_examples=50, deadline=None)
@given(st.lists(FATES, max_size=12), st.integers(1, 3), st.integers(1, 5))
def test_whatever_befalls_the_calls_each_is_accounted_for(fates: list[str], completions: int, threads: int) -> None:
    """One answer per prompt, in its place, with as many completions and failures as were asked for."""

    def script(text: str, before: int) -> Reply:
        fate = "answer" if text == CONTROL else fates[int(text.split()[1])]
        if fate == "refuse":
            raise NoAnswerError("answered 400")
        if fate == "break" or (fate == "break once" and before == 0):
            raise UnavailableError("answered 500")
        if fate == "throttle once" and before == 0:
            raise ThrottledError("answered 429", after=1)
        return said(text)

    source = asking(Scripted(script), pace=replace(PACE, concurrency=threads))
    answers = source.answers(prompts(len(fates)), replace(SETTINGS, completions=completions))

    failed = [completions if fate in ("refuse", "break") else 0 for fate in fates]
    assert [answered.prompt for answered in answers] == prompts(len(fates))
    assert [answered.failed for answered in answers] == failed
    assert [len(answered.completions) + answered.failed for answered in answers] == [completions] * len(fates)
    assert [len(answered.failures or ()) for answered in answers] == failed
