"""Whom a prompt is sent to: the interface, and the two ways in which a call ends without an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from modelgate.errors import ContentError, InfrastructureError
from modelgate.generative.evaluation import Settings
from modelgate.generative.records import Answered, Completion, Prompt


class NoAnswerError(ContentError):
    """The target answers this prompt with nothing that is an answer, now or later: counted as a failed call.

    Too long a prompt, an answer that is no JSON or no UTF-8, or that is larger than is read. The message is one short
    sentence without anything the model wrote.
    """


class UnavailableError(InfrastructureError):
    """The target did not answer this time (throttled, overloaded, broken, out of reach): worth another attempt.

    *after* is the number of seconds the target asked to wait, None where it did not say.
    """

    def __init__(self, message: str, *, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class ThrottledError(UnavailableError):
    """The target asks us to slow down: never a prompt's fault, so that a call never fails by it, only the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer, and the tokens that the target says were read for it."""

    completion: Completion
    input_tokens: int


class Target(Protocol):
    """A model that answers one prompt at a time, from several threads at once.

    *id* names it with everything that tells it from another (``bedrock/<model id>``): part of each answer's key.
    """

    @property
    def id(self) -> str: ...

    def ask(self, text: str, settings: Settings, seed: int | None) -> Reply:
        """Ask once, without trying again.

        Raises:
            NoAnswerError: this prompt gets no answer.
            UnavailableError: the target did not answer this time.
            InfrastructureError: it will answer nobody (no right, no such model); the run ends.
        """
        ...


class Source(Protocol):
    """Where the answers of a part come from: a `Target` that is asked (`asking.Asking`), a batch job, or a record."""

    @property
    def id(self) -> str: ...

    def answers(self, prompts: Sequence[Prompt], settings: Settings) -> Sequence[Answered]:
        """One `Answered` per prompt, in the same order, each with as many completions and failures as were asked for.

        Raises:
            InfrastructureError: the answers could not be had; nothing of the part is kept.
            BudgetSpentError: having them would take more than the run may use.
        """
        ...
