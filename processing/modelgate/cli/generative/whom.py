"""Whom a command asks: a server on this machine or elsewhere, Amazon Bedrock, or a file of recorded answers."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import typer

from modelgate.cli.package.folder import digest_of
from modelgate.generative.asking import Asking
from modelgate.generative.attempts import Attempts
from modelgate.generative.budget import Spending
from modelgate.generative.evaluation import TargetPlan
from modelgate.generative.openai_target import OpenAITarget
from modelgate.generative.recorded import Recorded
from modelgate.generative.target import Source, Target

T = TypeVar("T")

KEY = "MODELGATE_OPENAI_KEY"  # an option would stand in the list of processes


class Kind(StrEnum):
    """What a command can ask; endpoints and transform jobs are made of registered packages, by the gate."""

    OPENAI = "openai"
    BEDROCK = "bedrock"
    RECORDED = "recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """The options that say whom: *url* and *model* of a server, *model* and *region* of Bedrock, or *answers*."""

    kind: Kind
    url: str | None
    model: str | None
    region: str | None
    answers: Path | None

    @contextmanager
    def source(self, plan: TargetPlan, spending: Spending) -> Iterator[Source]:
        """Where the answers come from, for as long as they are asked for: from whom the options say, by *plan*.

        Raises:
            typer.BadParameter: an option is missing that this kind needs.
        """
        if self.kind is Kind.RECORDED:
            path = _given(self.answers, "--answers", self.kind)
            with path.open("rb") as file:
                yield Recorded(file, digest_of(path))
        else:
            yield Asking(Attempts(self._target(plan), plan.pace, spending))

    def _target(self, plan: TargetPlan) -> Target:
        pace, model = plan.pace, _given(self.model, "--model", self.kind)
        if self.kind is Kind.OPENAI:
            url = _given(self.url, "--url", self.kind).rstrip("/")
            return OpenAITarget(url, model, pace, os.environ.get(KEY), token_limit=plan.token_limit)
        # Imported here: whoever asks a server on this machine does not wait for AWS.
        from modelgate.aws.bedrock_target import BedrockTarget
        from modelgate.aws.target_clients import bedrock_runtime

        return BedrockTarget(bedrock_runtime(_given(self.region, "--region", self.kind), pace), model, pace)


def _given(value: T | None, option: str, kind: Kind) -> T:
    if value is None:
        raise typer.BadParameter(f"--target {kind} needs {option}", param_hint=option)
    return value
