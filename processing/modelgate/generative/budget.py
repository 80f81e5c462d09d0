"""What a run may use of a model: calls and tokens, counted while it asks, so that the run fails instead of the bill."""

import threading

from modelgate.errors import BudgetSpentError
from modelgate.generative.evaluation import Budget
from modelgate.generative.usage import Usage

_ADVICE = "what is stored stays; raise the evaluation's budget or ask less, then run the pipeline again"


class Spending:
    """What was used of *budget* so far, by several threads at once.

    Every call counts, repeated ones too; of a call that failed no tokens are known. A reply can take the tokens past
    the budget, by at most what the calls that were under way write; nothing is asked after it.
    """

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self._lock = threading.Lock()
        self._calls = 0
        self._tokens = 0

    @property
    def calls(self) -> int:
        """Calls made so far, those behind stored answers included."""
        return self._calls

    @property
    def tokens(self) -> int:
        """Tokens read and written so far, those of stored answers included."""
        return self._tokens

    def stored(self, usage: Usage) -> None:
        """Count answers that were paid for earlier; they are there, so that no budget refuses them."""
        with self._lock:
            self._calls += usage.calls
            self._tokens += usage.tokens

    def before_calls(self, number: int = 1) -> None:
        """Count *number* calls that are about to be made.

        Raises:
            BudgetSpentError: they, or any call at all, would be more than the run may use; they are not counted then.
        """
        with self._lock:
            if self._calls + number > self.budget.calls:
                raise BudgetSpentError(
                    f"the budget of {self.budget.calls:,} calls has no room for {number:,} more after {self._calls:,}"
                    f" (repeated and stored ones count); {_ADVICE}"
                )
            if self._tokens >= self.budget.tokens:
                raise BudgetSpentError(self._too_many_tokens())
            self._calls += number

    def after_reply(self, tokens: int) -> None:
        """Count the tokens read and written for one reply.

        Raises:
            BudgetSpentError: that is more than the run may use.
        """
        with self._lock:
            self._tokens += tokens
            if self._tokens > self.budget.tokens:
                raise BudgetSpentError(self._too_many_tokens())

    def _too_many_tokens(self) -> str:
        return (
            f"{self._tokens:,} tokens were read and written after {self._calls:,} calls, the budget is"
            f" {self.budget.tokens:,} tokens; {_ADVICE}"
        )
