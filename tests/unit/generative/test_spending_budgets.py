"""What an evaluation takes is known before, and counted while it is asked."""

import threading

import pytest
from modelgate.errors import BudgetSpentError
from modelgate.generative import cost
from modelgate.generative.budget import Spending
from modelgate.generative.evaluation import Budget, Machine
from modelgate.generative.records import Answered, Completion
from modelgate.generative.usage import Usage, usage_of

from tests.unit.generative.asked_models import SETTINGS, asked, lines, prompts


def test_calls_and_tokens_are_known_before_anything_is_asked() -> None:
    """As far as the settings say: 20 tokens for each of 7 and of 3 calls."""
    each = [asked(lines(7)), asked(lines(3), concern="bias")]

    assert cost.planned(each) == cost.Planned(prompts=10, calls=10, most_output_tokens=200)
    assert SETTINGS.max_tokens == 20


def test_the_cost_of_a_thousand_prompts_follows_from_the_price_of_tokens() -> None:
    """1000 × 5 × (200 × 0.25 + 80 × 1.25) / 1,000,000."""
    prices = cost.TokenPrices(input_per_million=0.25, output_per_million=1.25)

    found = cost.tokens_per_thousand_prompts(prices, completions=5, input_tokens=200, output_tokens=80)

    assert found == pytest.approx(0.75)
    assert cost.tokens_of(prices, input_tokens=1_000_000, output_tokens=400_000) == pytest.approx(0.75)


def test_the_cost_of_machines_follows_from_their_hours() -> None:
    """Two at 1.50 for three hours; 1,000 prompts of 4 calls are two hours where 2,000 calls are answered in one."""
    machine = Machine(
        instance_type="ml.g5.xlarge", instance_count=2, maximum_seconds=7200, price_per_hour=1.5, maximum_cost=10
    )

    assert cost.machines(machine, hours=3) == pytest.approx(9)
    assert cost.machines_per_thousand_prompts(machine, completions=4, calls_per_hour=2000) == pytest.approx(6)


def test_calls_from_many_threads_are_all_counted() -> None:
    """Exactly as many pass as the budget holds."""
    spending = Spending(Budget(calls=1000, tokens=10**9))
    passed: list[int] = []

    def use() -> None:
        for _ in range(200):
            try:
                spending.before_calls()
            except BudgetSpentError:
                return
            spending.after_reply(3)
            passed.append(1)

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(passed), spending.calls, spending.tokens) == (1000, 1000, 3000)


def test_a_refused_call_is_not_counted() -> None:
    """A batch that does not fit leaves room for a smaller one."""
    spending = Spending(Budget(calls=5, tokens=10))

    with pytest.raises(BudgetSpentError, match="the budget of 5 calls has no room for 6 more after 0"):
        spending.before_calls(6)
    spending.before_calls(5)

    assert spending.calls == 5


def test_no_call_is_made_with_no_token_left() -> None:
    """A budget used to the last token is not exceeded yet."""
    spending = Spending(Budget(calls=5, tokens=10))
    spending.before_calls()
    spending.after_reply(10)

    with pytest.raises(BudgetSpentError, match="10 tokens were read and written after 1 calls"):
        spending.before_calls()


def test_what_a_target_does_not_count_is_counted_as_the_most_it_can_be() -> None:
    """One token for each byte, of the prompt for every completion; a text that took 0 tokens is no text."""
    completions = (
        Completion(text="äh", finish_reason="stop"),
        Completion(text="four", finish_reason="stop", output_tokens=0),
        Completion(text="", finish_reason="stop", output_tokens=0),
        Completion(text="\udcff", finish_reason="stop", output_tokens=9),
        Completion(text="minus", finish_reason="stop", output_tokens=-9),
    )
    answered = Answered(prompt=prompts(1)[0], completions=completions, failed=2)

    assert usage_of(answered) == Usage(
        calls=7, failed=2, input_tokens=5 * len("question 0"), output_tokens=3 + 4 + 0 + 9 + 5
    )


def test_a_negative_count_gives_no_budget_back() -> None:
    """As a file of recorded answers may hold one."""
    completion = Completion(text="yes", finish_reason="stop", output_tokens=-(10**9))
    answered = Answered(prompt=prompts(1)[0], completions=(completion,), failed=0, input_tokens=-(10**9))

    assert usage_of(answered).tokens == len("question 0") + len("yes")
