"""Two small evaluations as they are built: the document that Terraform reads in a plan, and its prompts."""

import hashlib
from dataclasses import replace
from pathlib import Path

from modelgate.generative.evaluation import (
    Asked,
    Budget,
    Evaluation,
    Evaluations,
    JudgePlan,
    Machine,
    Pace,
    Settings,
    TargetKind,
    TargetPlan,
)

PROMPTS = b'{"prompt":"made up"}\n'
PROMPTS_DIGEST = hashlib.sha256(PROMPTS).hexdigest()


def write_evaluations(folder: Path) -> Path:
    """Write `evaluations.json` and the folder `prompts` into *folder*; return the first."""
    (folder / "prompts").mkdir()
    (folder / "prompts" / f"{PROMPTS_DIGEST}.jsonl").write_bytes(PROMPTS)
    asked = _evaluation("local", TargetPlan(kind=TargetKind.BEDROCK, models=("smollm2-*",), pace=_PACE))
    machine = Machine(
        instance_type="ml.g5.xlarge", instance_count=1, maximum_seconds=3600, price_per_hour=1.5, maximum_cost=2
    )
    served = TargetPlan(kind=TargetKind.ENDPOINT, models=(), pace=_PACE, machine=machine)
    hosted = replace(_evaluation("hosted", served), scorer="comprehend@2017-11-27", judge=_JUDGE)
    path = folder / "evaluations.json"
    path.write_bytes(Evaluations(evaluations={"hosted": hosted, "local": asked}).to_json())
    return path


_PACE = Pace(concurrency=2, calls_per_second=5, timeout_seconds=30, attempts=3, answer_bytes=100_000)

_JUDGE = JudgePlan(
    name="model/judge", agreement=0.75, support_found=0.6, pace=_PACE, budget=Budget(calls=1000, tokens=1_000_000)
)


def _evaluation(name: str, target: TargetPlan) -> Evaluation:
    asked = Asked(
        concern="toxicity",
        dataset_id="modelgate-beginnings@1",
        licence="Apache-2.0",
        prompts=1,
        prompts_digest=f"sha256:{PROMPTS_DIGEST}",
        part_size=10,
        settings=Settings(temperature=0, max_tokens=60, completions=1, logprobs=False),
    )
    return Evaluation(
        name=name,
        version=1,
        asked=(asked,),
        target=target,
        budget=Budget(calls=100, tokens=10_000),
        scorer="sklearn-profanity@1.9.1",
        judge=JudgePlan(name="lexical@3", agreement=0.75, support_found=0.6),
    )
