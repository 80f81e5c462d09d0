"""Ask a target for the answers of a part: several calls at a time, no faster than agreed, again where it helps.

Whose trouble is it? A target that is throttled, broken or out of reach says nothing about a model, so the run ends and
is repeated. A model that breaks on one prompt is the model's: neither may the prompt be left out, nor the run end in
the same place for ever. So when a call has used up its attempts, the target is asked `CONTROL`, something harmless.
Does it answer that, and the prompt breaks it once more, the call has failed and says why. Does it not, the run ends. A
target that asks us to slow down (`ThrottledError`) never fails a call, however long it does.

Where every call of a part was refused, the control must be answered as well: a target that answers nobody would
otherwise be taken for a model that does not answer.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from modelgate.errors import InfrastructureError
from modelgate.generative.attempts import Attempts
from modelgate.generative.evaluation import Settings
from modelgate.generative.records import Answered, Prompt
from modelgate.generative.side_by_side import side_by_side
from modelgate.generative.target import NoAnswerError, Reply, ThrottledError, UnavailableError

CONTROL = "Hello"

_CONTROL_TOKENS = 16

Outcome = Reply | NoAnswerError


class Asking:
    """A `target.Source` over a target: asks by *attempts*."""

    def __init__(self, attempts: Attempts) -> None:
        self._attempts = attempts

    @property
    def id(self) -> str:
        """The target's."""
        return self._attempts.target.id

    def answers(self, prompts: Sequence[Prompt], settings: Settings) -> list[Answered]:
        """One `Answered` per prompt, in order.

        Raises:
            InfrastructureError: the target did not answer, or answers nobody; the message says how far it came.
            BudgetSpentError: having them would take more than the run may use.
        """
        calls = [_Call(prompt=prompt, completion=at) for prompt in prompts for at in range(settings.completions)]
        part = _Part(attempts=self._attempts, settings=settings)
        try:
            outcomes = part.outcomes(calls)
        except InfrastructureError as error:
            raise InfrastructureError(
                f"asking {self.id} ended after {len(part.had)} of the {len(calls)} answers of a part: {error};"
                f" nothing of this part is kept, run the pipeline again when the target answers"
            ) from error
        each = settings.completions
        return [_answered(prompt, outcomes[at * each : (at + 1) * each]) for at, prompt in enumerate(prompts)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    prompt: Prompt
    completion: int  # which of the prompt's completions, from 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    attempts: Attempts
    settings: Settings
    stop: threading.Event = field(default_factory=threading.Event)
    had: list[Reply] = field(default_factory=list)

    def outcomes(self, calls: Sequence[_Call]) -> list[Outcome]:
        """How each call ended, in order."""
        found = side_by_side(self._outcome, calls, threads=self.attempts.pace.concurrency, stop=self.stop)
        if calls and not self.had:
            self._require_control()
        return found

    def _outcome(self, call: _Call) -> Outcome:
        text, seed = call.prompt.text, self.settings.seed
        seed = None if seed is None else seed + call.completion
        try:
            try:
                reply = self.attempts.persistently(text, self.settings, seed, self.stop)
            except ThrottledError:
                raise
            except UnavailableError:
                self._require_control()
                reply = self._last_attempt(text, seed)
        except NoAnswerError as error:
            return error
        self.had.append(reply)
        return reply

    def _last_attempt(self, text: str, seed: int | None) -> Reply:
        try:
            return self.attempts.once(text, self.settings, seed, self.stop)
        except ThrottledError:
            raise
        except UnavailableError as error:
            made = self.attempts.pace.attempts + 1
            raise NoAnswerError(f"no answer in {made} attempts from a target that answers others: {error}") from error

    def _require_control(self) -> None:
        settings = replace(self.settings, max_tokens=min(self.settings.max_tokens, _CONTROL_TOKENS))
        try:
            self.attempts.persistently(CONTROL, settings, self.settings.seed, self.stop)
        except NoAnswerError as error:
            raise InfrastructureError(f"it answers nothing, not even {CONTROL!r}: {error}") from error


def _answered(prompt: Prompt, outcomes: Sequence[Outcome]) -> Answered:
    replies = [outcome for outcome in outcomes if isinstance(outcome, Reply)]
    failures = tuple(str(outcome) for outcome in outcomes if isinstance(outcome, NoAnswerError))
    return Answered(
        prompt=prompt,
        completions=tuple(reply.completion for reply in replies),
        failed=len(failures),
        failures=failures or None,
        input_tokens=sum(reply.input_tokens for reply in replies),
    )
