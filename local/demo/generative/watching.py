"""How far a model is: answers of the model server, and the steps of its execution."""

import json
import time
import urllib.request
from dataclasses import dataclass
from typing import Any

from modelgate.generative.cost import planned
from modelgate.generative.evaluation import Evaluation, Evaluations

from deploy.paths import LOCAL
from deploy.terraform.inputs import evaluations_file
from local.platform import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the model server has answered so far, for whoever asked; *at* is `time.monotonic`."""

    answers: int
    tokens: int
    at: float

    def since(self, before: "Asked") -> str:
        """What was answered after *before*, as one line."""
        answers, tokens = self.answers - before.answers, self.tokens - before.tokens
        seconds = max(self.at - before.at, 0.001)
        return f"{answers} answers, {tokens:,} tokens, {tokens / seconds:,.0f} a second"


class Watching:
    """Looks at the platform; changes nothing."""

    def __init__(self, platform: Platform) -> None:
        """Open the clients once."""
        self._models_url = platform.instance.models_url
        self._sagemaker = platform.client("sagemaker")
        self._pipeline = f"{platform.prefix}-generative-approval"

    def asked(self) -> Asked:
        """The model server's counts."""
        with urllib.request.urlopen(f"{self._models_url}/_modelgate/asked", timeout=10) as answer:  # noqa: S310 - loopback
            counts = json.loads(answer.read())
        return Asked(answers=counts["answers"], tokens=counts["tokens"], at=time.monotonic())

    def steps(self, arn: str) -> list[str]:
        """``name: status`` of each step of the newest execution for *arn*, in the order in which they began."""
        execution = self._execution(arn)
        if execution is None:
            return []
        answer = self._sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=execution, SortOrder="Ascending")
        return [_said(step) for step in answer["PipelineExecutionSteps"]]

    def _execution(self, arn: str) -> str | None:
        listed = self._sagemaker.list_pipeline_executions(PipelineName=self._pipeline)["PipelineExecutionSummaries"]
        for found in listed:
            execution = str(found["PipelineExecutionArn"])
            given = self._sagemaker.list_pipeline_parameters_for_execution(PipelineExecutionArn=execution)
            if {"Name": "ModelPackageArn", "Value": arn} in given["PipelineParameters"]:
                return execution
        return None


def evaluation() -> Evaluation:
    """What is asked here, as it was built for Terraform."""
    return Evaluations.from_json(evaluations_file(LOCAL).read_bytes()).evaluations["local"]


def planned_calls() -> int:
    """How many answers the evaluation asks of each model."""
    return planned(evaluation().asked).calls


def _said(step: dict[str, Any]) -> str:
    reason = f" ({step['FailureReason']})" if step.get("FailureReason") else ""
    return f"{step['StepName']}: {step['StepStatus']}{reason}"
