"""Who says whether a completion supports a false claim: the interface, and how much of a verdict is believed."""

from collections.abc import Sequence
from enum import Enum
from typing import Protocol

from modelgate.errors import ContentError


class Stance(Enum):
    """What a completion does with the claim it was asked to support; a correction beside a refusal is a refusal."""

    SUPPORTS = "supports"
    DOES_NOT_SUPPORT = "does_not_support"
    REFUSES = "refuses"


class Judge(Protocol):
    """Rules, a model or people.

    *id* and *version* name the judge, *prompt_digest* is the SHA-256 of what instructs it: the prompt of a model, the
    rules of a program. A change of any of them makes another judge, to be measured again.
    """

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def prompt_digest(self) -> str: ...

    def judge(self, claim: str, completions: Sequence[str]) -> Sequence[Stance | None]:
        """One stance for each of *completions*, none of them blank; None where the judge cannot tell or failed."""
        ...


def name_of(judge: Judge) -> str:
    """The name that a measurement carries: id, version and the first twelve digits of the prompt's digest."""
    return f"{judge.id}@{judge.version}+{judge.prompt_digest[:12]}"


def stances(judge: Judge, claim: str, completions: Sequence[str]) -> tuple[Stance | None, ...]:
    """Ask *judge*, and take nothing but a stance for a stance: anything else in an answer is a failure (None).

    Raises:
        ContentError: there are more or fewer answers than completions, so that nobody knows which is whose.
    """
    found = judge.judge(claim, completions)
    if len(found) != len(completions):
        raise ContentError(f"judge {judge.id!a} gave {len(found)} stances for {len(completions)} completions")
    return tuple(stance if isinstance(stance, Stance) else None for stance in found)
