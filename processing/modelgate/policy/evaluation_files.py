"""The file format of evaluations, version 1: what a group's models that write text are asked, and how.

What the prompts are is said by name (a set of the project's own) or by folder and digest (what an importer wrote).
"""

import re
from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator

from modelgate.contracts.longest_job import LONGEST_JOB_SECONDS
from modelgate.generative.datasets.sampling import Sample
from modelgate.generative.datasets.shipped import ID
from modelgate.generative.disinformation.lexical_judge import LexicalJudge
from modelgate.generative.evaluation import (
    Budget,
    JudgePlan,
    Machine,
    Pace,
    Settings,
    TargetKind,
    TargetPlan,
    TokenLimit,
)
from modelgate.generative.evaluators import judge_model, judge_named
from modelgate.policy.file_model import DIGEST, FOLDER, INSTANCE, SERVER, FileModel, Lax, Name, PlacedError, Text, Texts

# Whoever adds a scorer names it here as well, with the form of its version.
SCORERS = {
    "sklearn-profanity": r"1\.9\.1",
    "comprehend": r"2017-11-27",
    "bedrock-guardrails": r"[a-z0-9]{1,40}\.[1-9][0-9]{0,7}",
    "detoxify": r"[a-z0-9]([a-z0-9.-]{0,39}[a-z0-9])?",
}
_DEFAULT_JUDGE = f"{LexicalJudge.id}@{LexicalJudge.version}"
_JUDGE_MODEL = re.compile(r"model/[A-Za-z0-9][A-Za-z0-9._:/-]{0,511}", re.ASCII)
_FEWEST_TOKENS = 64  # with fewer no completion has the 50 words and marks that memorization is counted by

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Seconds = Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)]
Money = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Few = Annotated[int, Field(ge=1, le=1000)]
Many = Annotated[int, Field(ge=1, le=1_000_000_000)]


class SettingsFile(FileModel):
    """How an answer is generated."""

    temperature: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)] = Field(description="0 is greedy.")
    max_tokens: Annotated[int, Field(ge=1, le=100_000)] = Field(
        description="The longest answer, in the model's tokens."
    )
    completions: Annotated[int, Field(ge=1, le=100)] = Field(1, description="Answers to each prompt.")
    logprobs: bool = Field(False, description="Ask for the log probabilities of tokens, where the target knows them.")
    top_p: Share | None = Field(None, description="Nucleus sampling; left to the target where it is left out.")
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = Field(None, description="Sent where the target knows one.")

    def to_settings(self) -> Settings:
        """As the steps use it."""
        return Settings(**self.model_dump())


class SampleFile(FileModel):
    """Fewer prompts, balanced: of bias by template and context, of toxicity by group, of memorization by work."""

    per_cell: Annotated[int, Field(ge=1, le=1_000_000)] = Field(description="At most so many of each cell.")
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = Field(0, description="Chooses which.")

    def to_sample(self) -> Sample:
        """As the build uses it."""
        return Sample(per_cell=self.per_cell, seed=self.seed)


class PromptsFile(FileModel):
    """Where prompts come from: a set of the project's own, or a folder that `modelgate generative import` wrote."""

    dataset: Text | None = Field(None, description="A set of the project's own, such as modelgate-works@1.")
    folder: Annotated[str, Field(pattern=FOLDER, max_length=200)] | None = Field(
        None, description="A folder of imported prompts, below the one that MODELGATE_DATASETS names."
    )
    digest: Annotated[str, Field(pattern=DIGEST)] | None = Field(
        None, description="That of the folder's prompts.jsonl, as the import says it."
    )
    only: Annotated[dict[Text, Texts], Field(min_length=1)] | None = Field(
        None, description="Only prompts with one of these values, such as category: [Age]."
    )
    sample: SampleFile | None = Field(None, description="Only some of them; all where it is left out.")

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.dataset is None) == (self.folder is None):
            raise ValueError("prompts come from one place; give either dataset or folder")
        if self.folder is not None and self.digest is None:
            raise ValueError("a folder can change; give the digest that the import printed")
        if self.dataset is not None and self.digest is not None:
            raise PlacedError(("digest",), "makes no sense here, because a set of the project's own never changes")
        return self


class AskFile(FileModel):
    """What is asked about one concern."""

    prompts: Annotated[list[PromptsFile], Field(min_length=1, max_length=20)] = Field(
        description="Where the prompts come from; several places are one set."
    )
    settings: SettingsFile = Field(description="How the answers are generated.")
    part_size: Annotated[int, Field(ge=1, le=10_000)] = Field(
        50, description="Prompts that are collected, and scored, at a time; what is lost when a run is killed."
    )


class AsksFile(FileModel):
    """What is asked, by concern; what is left out is not measured, and a check of it fails."""

    memorization: AskFile | None = Field(None, description="Does it write on works word for word?")
    disinformation: AskFile | None = Field(None, description="Does it support false headlines?")
    bias: AskFile | None = Field(None, description="Do its answers lean to stereotypes?")
    toxicity: AskFile | None = Field(None, description="Is what it writes about people toxic?")

    def by_concern(self) -> Iterator[tuple[str, AskFile]]:
        """Those that are asked about, in the order of the format."""
        for concern in type(self).model_fields:
            if (ask := getattr(self, concern)) is not None:
                yield concern, ask

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if not any(True for _ in self.by_concern()):
            raise ValueError("asks nothing; name at least one concern")
        for concern, ask in self.by_concern():
            for index, prompts in enumerate(ask.prompts):
                if prompts.dataset not in (None, ID[concern]):
                    problem = f"is {prompts.dataset!r}; the project's own set for {concern} is {ID[concern]}"
                    raise PlacedError((concern, "prompts", index, "dataset"), problem)
        if self.memorization is not None and self.memorization.settings.max_tokens < _FEWEST_TOKENS:
            problem = f"must be at least {_FEWEST_TOKENS}, or every answer ends before 50 words of a work can be seen"
            raise PlacedError(("memorization", "settings", "max_tokens"), problem)
        return self


class PaceFile(FileModel):
    """How a target is asked, and when a call is given up."""

    concurrency: Annotated[int, Field(ge=1, le=256)] = Field(4, description="Calls at a time.")
    calls_per_second: Annotated[float, Field(gt=0, le=10_000, allow_inf_nan=False)] = Field(
        10.0, description="Calls that begin within a second, at most."
    )
    timeout_seconds: Seconds = Field(60.0, description="When one attempt is given up.")
    attempts: Annotated[int, Field(ge=1, le=20)] = Field(5, description="Attempts of one call, the first included.")
    answer_bytes: Annotated[int, Field(ge=1000, le=64_000_000)] = Field(
        64_000, description="A larger answer is a failed call; a part keeps 16 MiB of them at most."
    )


class MachineFile(FileModel):
    """What an endpoint or a transform job runs on, and what it may cost."""

    instance_type: Annotated[str, Field(pattern=INSTANCE)] = Field(description="Such as ml.g5.xlarge.")
    instance_count: Few = Field(1, description="How many of them.")
    maximum_seconds: Annotated[int, Field(ge=60, le=LONGEST_JOB_SECONDS)] = Field(
        description="It lives so long at most."
    )
    price_per_hour: Money = Field(description="Of one instance, in the currency of maximum_cost.")
    maximum_cost: Money = Field(description="What the evaluation of one package may cost.")

    @model_validator(mode="after")
    def _affordable(self) -> Self:
        most = self.price_per_hour * self.instance_count * self.maximum_seconds / 3600
        if most > self.maximum_cost:
            problem = f"is less than the {most:.2f} that maximum_seconds may cost; shorten these, or allow more"
            raise PlacedError(("maximum_cost",), problem)
        return self


_NEEDS = {
    TargetKind.ENDPOINT: {"machine"},
    TargetKind.TRANSFORM: {"machine"},
    TargetKind.BEDROCK: {"models"},
    TargetKind.OPENAI: {"models", "base_url"},
    TargetKind.RECORDED: set[str](),
}


class TargetFile(FileModel):
    """Whom the prompts are sent to. Which model it is follows from the package."""

    kind: Lax[TargetKind] = Field(description="endpoint, transform, bedrock, openai or recorded.")
    models: Texts | None = Field(None, description="Names that a package may carry; * matches any text.")
    pace: PaceFile = Field(PaceFile(), description="How it is asked.")  # type: ignore[call-arg]  # all have defaults
    base_url: Annotated[str, Field(pattern=SERVER, max_length=500)] | None = Field(
        None, description="The server's address, without a path behind it, where the kind is openai."
    )
    machine: MachineFile | None = Field(None, description="Where the kind is endpoint or transform.")
    token_limit: Lax[TokenLimit] | None = Field(
        None,
        description="What the server calls the most tokens of an answer, where the kind is openai: max_tokens, or "
        "max_completion_tokens for newer models of OpenAI.",
    )

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        for key in ("models", "base_url", "machine"):
            given, needed = getattr(self, key) is not None, key in _NEEDS[self.kind]
            if given and not needed:
                raise PlacedError((key,), f"makes no sense for the kind {self.kind.value}; remove it")
            if needed and not given:
                raise ValueError(f"the kind {self.kind.value} needs {key}; add it")
        if self.token_limit is not None and self.kind is not TargetKind.OPENAI:
            raise PlacedError(("token_limit",), f"makes no sense for the kind {self.kind.value}; remove it")
        return self

    def to_plan(self) -> TargetPlan:
        """As the steps use it."""
        return TargetPlan(
            kind=self.kind,
            models=tuple(sorted(set(self.models or ()))),
            pace=Pace(**self.pace.model_dump()),
            base_url=self.base_url,
            machine=Machine(**self.machine.model_dump()) if self.machine else None,
            token_limit=self.token_limit or TokenLimit.MAX_TOKENS,
        )


class BudgetFile(FileModel):
    """What the evaluation of one package may use; more fails the run."""

    calls: Many = Field(description="Calls, attempts that failed included.")
    tokens: Many = Field(description="Tokens sent and tokens written.")


class JudgeFile(FileModel):
    """Who says whether an answer supports a false claim, and what that judge must reach on labelled ones."""

    name: Text = Field(description="A judge that is there, as id@version, or model/<id of a model of Amazon Bedrock>.")
    agreement: Share = Field(description="The least share of labels it must agree with.")
    support_found: Share = Field(description="The least share of support it must find.")
    budget: BudgetFile | None = Field(None, description="What a model may use to judge one package's answers.")
    pace: PaceFile | None = Field(None, description="How a model is asked; as a target's where it is left out.")

    @model_validator(mode="after")
    def _known(self) -> Self:
        if judge_model(self.name) is None:
            if judge_named(self.name) is None:
                known = f"{_DEFAULT_JUDGE}, or model/ and the id of a model of Amazon Bedrock"
                raise PlacedError(("name",), f"is {self.name!r}, which is no judge that is here; write {known}")
            for key in ("budget", "pace"):
                if getattr(self, key) is not None:
                    raise PlacedError((key,), f"makes no sense for {self.name}, which asks no model; remove it")
        elif not _JUDGE_MODEL.fullmatch(self.name):
            raise PlacedError(("name",), f"is {self.name!r}; a model's id has letters, digits and ._:/- only")
        elif self.budget is None:
            raise ValueError(f"{self.name} is asked, and what that may take is not said; add budget")
        return self

    def to_plan(self) -> JudgePlan:
        """As the steps use it."""
        is_model = judge_model(self.name) is not None
        pace = self.pace or PaceFile()  # type: ignore[call-arg]  # all have defaults
        return JudgePlan(
            name=self.name,
            agreement=self.agreement,
            support_found=self.support_found,
            pace=Pace(**pace.model_dump()) if is_model else None,
            budget=Budget(**self.budget.model_dump()) if self.budget else None,
        )


class EvaluationFile(FileModel):
    """One evaluation."""

    evaluation: Name = Field(description="Its name; groups name it in the environment's values.")
    version: Annotated[int, Field(ge=1, le=999_999_999)] = Field(description="Its version; it only grows.")
    description: Text = Field(description="What it is for.")
    target: TargetFile = Field(description="Whom the prompts are sent to.")
    budget: BudgetFile = Field(description="What it may use at most.")
    scorer: Text = Field(description="Who scores toxicity, such as sklearn-profanity@1.9.1.")
    judge: JudgeFile = Field(description="Who judges support of false claims.")
    ask: AsksFile = Field(description="What is asked.")

    @model_validator(mode="after")
    def _known_scorer(self) -> Self:
        name, _, version = self.scorer.partition("@")
        if name not in SCORERS or not re.fullmatch(SCORERS[name], version):
            known = ", ".join(f"{scorer}@{_shown(form)}" for scorer, form in sorted(SCORERS.items()))
            raise PlacedError(("scorer",), f"is {self.scorer!r}, which is no scorer; known are {known}")
        return self

    def to_budget(self) -> Budget:
        """As the steps use it."""
        return Budget(calls=self.budget.calls, tokens=self.budget.tokens)

    def to_judge(self) -> JudgePlan:
        """As the steps use it."""
        return self.judge.to_plan()


def _shown(form: str) -> str:
    return form.replace("\\", "") if "[" not in form else "<version>"
