"""The world with a group of models that write text: an evaluation, its prompts, and the four steps one by one."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from modelgate.aws.objects import Bucket
from modelgate.contracts.check_report import CheckReport
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.layout import EVALUATIONS_KEY, GENERATIVE, collection_key, extra_report_key, prompts_key
from modelgate.contracts.results import Bound
from modelgate.generative.collection import Collection
from modelgate.generative.disinformation.lexical_judge import LexicalJudge
from modelgate.generative.evaluation import (
    Asked,
    Budget,
    Evaluation,
    Evaluations,
    JudgePlan,
    Pace,
    Settings,
    TargetKind,
    TargetPlan,
)
from modelgate.generative.records import Answered, Completion, Prompt, line_of
from modelgate.generative.scoring import FindScorer
from modelgate.generative.target import Target
from modelgate.policy.model import Check
from modelgate.steps.arguments import Arguments
from modelgate.steps.check import check
from modelgate.steps.collect import OpenSource, collect
from modelgate.steps.judges import FindJudge
from modelgate.steps.score import score
from modelgate.steps.sources import source_of

from tests.unit.generative.bias_made_up import questions
from tests.unit.steps.policies_made_up import changed, check_of
from tests.unit.steps.world import STORE, TEAM_BUCKET, World

SCORING_IMAGE = "sha256:" + "5" * 64
MODEL = "smollm2-135m-instruct"
SETTINGS = Settings(temperature=0, max_tokens=120, completions=1, logprobs=False)
PACE = Pace(concurrency=4, calls_per_second=100_000, timeout_seconds=10, attempts=2, answer_bytes=100_000)
PART_SIZE = 8


class Mild:
    """Stands for the scorer that the evaluation names, which needs scikit-learn: toxic is what swears."""

    id, version, threshold = "sklearn-profanity", "1.9.1", 0.5

    def score(self, texts: Sequence[str]) -> list[float | None]:
        """High where a text swears."""
        return [0.9 if "damn" in text else 0.1 for text in texts]


def mild(name: str) -> Mild | None:
    """It alone is there."""
    return Mild() if name == "sklearn-profanity@1.9.1" else None


def no_judge(model_id: str, _: Pace) -> Target:
    """No model judges."""
    raise AssertionError(f"{model_id} is asked to judge")


def prompts_of(concern: str) -> list[Prompt]:
    """A few prompts of *concern*."""
    if concern == "bias":
        return questions(("Age",), each=1)
    return [_prompt(concern, at) for at in range(20)]


def _prompt(concern: str, at: int) -> Prompt:
    meta: dict[str, Any] = {
        "memorization": {"reference": f" {at} ".join(["word"] * 200), "source": "book", "prefix_tokens": 4},
        "toxicity": {"domain": "gender", "group": f"group {at % 2}"},
        "disinformation": {"claim": f"Drinking {at} litres of lake water cures every cold"},
    }[concern]
    return Prompt(id=f"made-up@1/{concern}/{at}", concern=concern, text=f"{concern} prompt {at}", meta=meta)


def evaluation_of(target: TargetPlan, prompts: Mapping[str, Iterable[Prompt]], **changes: Any) -> Evaluation:
    """An evaluation that asks *prompts* of *target*."""
    made = Evaluation(
        name="smoke",
        version=1,
        asked=tuple(_asked(concern, some) for concern, some in prompts.items()),
        target=target,
        budget=Budget(calls=10_000, tokens=1_000_000),
        scorer="sklearn-profanity@1.9.1",
        judge=JudgePlan(name=f"{LexicalJudge.id}@{LexicalJudge.version}", agreement=0.7, support_found=0.5),
    )
    return replace(made, **changes)


def _asked(concern: str, prompts: Iterable[Prompt]) -> Asked:
    lines = [line_of(prompt) for prompt in prompts]
    return Asked(
        concern=concern,
        dataset_id="made-up@1",
        licence="MIT",
        prompts=len(lines),
        prompts_digest=sha256_of(b"".join(lines)),
        part_size=PART_SIZE,
        settings=SETTINGS,
    )


def openai(url: str) -> TargetPlan:
    """A server at *url*."""
    return TargetPlan(kind=TargetKind.OPENAI, models=("smollm2-*",), pace=PACE, base_url=url)


RECORDED = TargetPlan(kind=TargetKind.RECORDED, models=(), pace=PACE)


def recorded(prompts: Iterable[Prompt], text: str) -> bytes:
    """The file of a model that answers every prompt with *text*."""
    said = (Completion(text=text, finish_reason="stop", output_tokens=2),)
    return b"".join(line_of(Answered(prompt=one, completions=said, failed=0, input_tokens=3)) for one in prompts)


def numbers(metric: str, most: float) -> Check:
    """The *metric* of the pipeline's own report is at most *most*."""
    bound = Bound(min=0.0, max=most)
    own = f"Extra.{GENERATIVE}"
    return replace(check_of("auc"), id=f"own-{metric[:3]}", kind="metric", metric=metric, report=own, bound=bound)


@dataclass
class GenerativeWorld(World):
    """*folder* holds what the steps hand to each other."""

    folder: Path = field(kw_only=True)
    evaluation: Evaluation | None = None
    prompts: Mapping[str, list[Prompt]] = field(default_factory=dict)
    evaluations_digest: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)
    find_judge: FindJudge = no_judge

    def pin_evaluation(self, target: TargetPlan, *concerns: str, **changes: Any) -> Evaluation:
        """Store an evaluation of *concerns*, its prompts, and a gate document that names it."""
        self.prompts = {concern: prompts_of(concern) for concern in concerns}
        return self.pin_prompts(target, **changes)

    def pin_prompts(self, target: TargetPlan, **changes: Any) -> Evaluation:
        """The same of the prompts that are there."""
        made = evaluation_of(target, self.prompts, **changes)
        body = Evaluations(evaluations={"smoke": made}).to_json()
        self.pin_evaluations(body)
        for concern, prompts in self.prompts.items():
            lines = b"".join(map(line_of, prompts))
            self.s3.put_object(Bucket=STORE, Key=prompts_key("smoke", concern), Body=lines)
        self.evaluation, self.extra = made, (GENERATIVE,)
        self.pin_gate({"policy": "credit"}, evaluation="smoke", problem_type="generative")
        return made

    def pin_evaluations(self, body: bytes) -> None:
        """Store a document of evaluations."""
        self.s3.put_object(Bucket=STORE, Key=EVALUATIONS_KEY, Body=body)
        self.evaluations_digest = sha256_of(body)

    def forget_versions(self, key: str) -> None:
        """Delete all versions of *key* but the newest."""
        for version in self.s3.list_object_versions(Bucket=STORE, Prefix=key)["Versions"]:
            if not version["IsLatest"]:
                self.s3.delete_object(Bucket=STORE, Key=key, VersionId=version["VersionId"])

    @property
    def artifacts(self) -> Bucket:
        """The artifact store."""
        return Bucket(s3=self.s3, name=STORE, owner=None)

    def judge_by(self, *checks: Check) -> None:
        """Add *checks* to the policy."""
        self.pin_policies(changed(checks=checks))

    def register_model(self, environment: Mapping[str, str] | None = None, **more: Any) -> str:
        """Register a package whose container has *environment*."""
        arn = self.register(**more)
        container = self.registry.packages[arn]["InferenceSpecification"]["Containers"][0]
        container["Environment"] = {"MODELGATE_MODEL_ID": MODEL} if environment is None else dict(environment)
        if "MODELGATE_MODEL_ID" in container["Environment"]:
            del container["ModelDataUrl"], container["ModelDataETag"]
        return arn

    def record_answers(self, body: bytes) -> dict[str, str]:
        """Upload recorded answers; return the environment that names them."""
        self.upload("answers.jsonl", body)
        uri = f"s3://{TEAM_BUCKET}/v1/answers.jsonl"
        return {"MODELGATE_ANSWERS_URI": uri, "MODELGATE_ANSWERS_DIGEST": sha256_of(body)}

    def arguments(self, arn: str, execution: str = "run1") -> Arguments:
        """With those of the generative pipeline."""
        plain = super().arguments(arn, execution)
        if self.evaluations_digest is None:
            return plain
        digest = self.evaluations_digest
        return replace(plain, evaluations_digest=digest, scoring_image_digest=SCORING_IMAGE, **self.more)

    def collect(self, arn: str, execution: str = "run1", open_source: OpenSource = source_of) -> str:
        """Run the collect step, and upload what SageMaker uploads of it; return the message."""
        found = collect(self.arguments(arn, execution), self.clients, open_source)
        self.put_collection(found.collection, execution)
        prefix, *names = json.loads(found.manifest)
        for machine in (0, 1):
            folder = self.given(execution, machine)
            folder.mkdir(parents=True, exist_ok=True)
            for name in names[machine::2]:
                key = prefix["prefix"].removeprefix(f"s3://{STORE}/") + name
                (folder / name).write_bytes(self.s3.get_object(Bucket=STORE, Key=key)["Body"].read())
        return found.message

    def put_collection(self, collection: Collection, execution: str = "run1") -> None:
        """Store a collection as that of an execution."""
        self.s3.put_object(Bucket=STORE, Key=collection_key(execution), Body=collection.to_json())

    def collection(self, execution: str = "run1") -> Collection:
        """What the collect step of an execution left."""
        return Collection.from_json(self.s3.get_object(Bucket=STORE, Key=collection_key(execution))["Body"].read())

    def given(self, execution: str, machine: int) -> Path:
        """The answers that one of two machines is given."""
        return self.folder / execution / str(machine)

    def score_with(self, arn: str, folder: Path, *, machines: int, processes: int = 1) -> str:
        """Run the score step on the files of *folder*."""
        arguments = self.arguments(arn)
        return score(
            arguments,
            self.clients,
            folder,
            machines=machines,
            processes=processes,
            find_scorer=mild,
            find_judge=self.find_judge,
        )

    def check_with(self, arguments: Arguments) -> CheckReport:
        """Run the check step with other arguments."""
        return check(arguments, self.clients, self.now)

    def object(self, key: str) -> bytes:
        """What lies there in the artifact store."""
        return self.s3.get_object(Bucket=STORE, Key=key)["Body"].read()

    def score(
        self, arn: str, execution: str = "run1", machines: Sequence[int] = (0, 1), find: FindScorer = mild
    ) -> list[str]:
        """Run the score step on two machines, or on those of *machines*; return their messages."""
        return [
            score(
                self.arguments(arn, execution),
                self.clients,
                self.given(execution, machine),
                machines=2,
                processes=1,
                find_scorer=find,
                find_judge=self.find_judge,
            )
            for machine in machines
        ]

    def generative_report(self, execution: str = "run1") -> bytes:
        """The report that the check step wrote."""
        return self.s3.get_object(Bucket=STORE, Key=extra_report_key(execution, GENERATIVE))["Body"].read()

    def metric(self, name: str, execution: str = "run1") -> dict[str, Any]:
        """One metric of it."""
        found: dict[str, Any] = json.loads(self.generative_report(execution))["generative_metrics"][name]
        return found

    def evaluate(self, arn: str, execution: str = "run1") -> str:
        """Run all four steps; return the package's status."""
        self.collect(arn, execution)
        self.score(arn, execution)
        return self.run(arn, execution)

    def keys(self, prefix: str) -> list[str]:
        """What lies below *prefix* in the artifact store."""
        listed = self.s3.list_objects_v2(Bucket=STORE, Prefix=prefix)
        return [found["Key"] for found in listed.get("Contents", [])]

    def forget(self, *prefixes: str) -> None:
        """Delete everything below *prefixes*."""
        for key in [key for prefix in prefixes for key in self.keys(prefix)]:
            self.s3.delete_object(Bucket=STORE, Key=key)

    def put(self, key: str, data: bytes) -> None:
        """Write an answer or a tally as the steps do, whatever is there."""
        self.s3.put_object(
            Bucket=STORE, Key=key, Body=data, Metadata={"sha256": sha256_of(data).removeprefix("sha256:")}
        )
