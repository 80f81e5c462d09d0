"""The registry and one pipeline in memory: merging updates, idempotent tokens, an event for each change."""
# ruff: noqa: N803 - arguments are named as the services name them

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.stateful.clock import Clock
from tests.stateful.s3 import refused

PENDING = "PendingManualApproval"
TOKEN_SECONDS = 86_400  # how long a start is remembered by its token; not promised by the service for ever

GATE, PERSON, PRODUCER = "gate", "person", "producer"


@dataclass
class Execution:
    """One run of the pipeline. *stage* is the step that comes next, or how it ended."""

    arn: str
    token: str
    parameters: dict[str, str]
    started_at: float
    pinned: dict[str, str]
    stage: str = "check"
    attempts: int = 0
    report: bytes | None = None

    @property
    def id(self) -> str:
        """The last part of its ARN."""
        return self.arn.rpartition("/")[2]

    @property
    def package(self) -> str:
        """The package that it is about."""
        return self.parameters["ModelPackageArn"]


@dataclass
class FakeSageMaker:
    """*pinned* is what the pipeline's definition says just now; an execution keeps what it said at its start.

    *statuses* is who set which status of each package, the oldest first; *images* what image each had at its last
    status. *changed* hears of each change.
    """

    clock: Clock
    changed: Callable[[dict[str, Any], list[str]], None]
    pipeline: str
    pinned: dict[str, str] = field(default_factory=dict)
    packages: dict[str, dict[str, Any]] = field(default_factory=dict)
    executions: list[Execution] = field(default_factory=list)
    statuses: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    images: dict[str, str] = field(default_factory=dict)

    def describe_model_package(self, *, ModelPackageName: str) -> Any:
        return dict(self._package(ModelPackageName))

    def update_model_package(self, *, ModelPackageArn: str, ClientToken: str, **request: Any) -> Any:
        package = self._package(ModelPackageArn)
        assert len(request.get("ApprovalDescription", "")) <= 1024
        if ClientToken not in self.tokens:  # the same request twice is one
            self.tokens.add(ClientToken)
            gone = request.pop("CustomerMetadataPropertiesToRemove", [])
            metadata = {k: v for k, v in package.get("CustomerMetadataProperties", {}).items() if k not in gone}
            metadata |= request.pop("CustomerMetadataProperties", {})
            self._write(package, {**request, "CustomerMetadataProperties": metadata}, GATE)
        return {"ModelPackageArn": ModelPackageArn}

    def start_pipeline_execution(self, *, PipelineName: str, ClientRequestToken: str, **request: Any) -> Any:
        assert PipelineName == self.pipeline
        now = self.clock.epoch()
        for execution in self.executions:
            if execution.token == ClientRequestToken and now - execution.started_at < TOKEN_SECONDS:
                return {"PipelineExecutionArn": execution.arn}
        execution = Execution(
            arn=f"arn:aws:sagemaker:eu-west-1:222222222222:pipeline/{self.pipeline}/execution/e{len(self.executions)}",
            token=ClientRequestToken,
            parameters={one["Name"]: one["Value"] for one in request["PipelineParameters"]},
            started_at=now,
            pinned=dict(self.pinned),
        )
        self.executions.append(execution)
        return {"PipelineExecutionArn": execution.arn}

    def list_endpoints(self, **_: Any) -> Any:
        return {"Endpoints": []}

    def list_transform_jobs(self, **_: Any) -> Any:
        return {"TransformJobSummaries": []}

    def list_pipeline_executions(self, **request: Any) -> Any:
        after = request["CreatedAfter"].timestamp() if "CreatedAfter" in request else 0.0
        summaries = [
            {
                "PipelineExecutionArn": execution.arn,
                "StartTime": datetime.fromtimestamp(execution.started_at, UTC),
                "PipelineExecutionStatus": "Executing" if execution.stage in ("check", "update") else execution.stage,
            }
            for execution in reversed(self.executions)
            if execution.started_at >= after
        ]
        return {"PipelineExecutionSummaries": summaries}

    def list_pipeline_parameters_for_execution(self, *, PipelineExecutionArn: str, **request: Any) -> Any:
        (found,) = [execution for execution in self.executions if execution.arn == PipelineExecutionArn]
        return {"PipelineParameters": [{"Name": name, "Value": value} for name, value in found.parameters.items()]}

    def list_model_packages(self, **request: Any) -> Any:
        return {"ModelPackageSummaryList": [{"ModelPackageArn": arn} for arn in reversed(self.packages)]}

    def register(self, package: dict[str, Any]) -> None:
        """A producer registers *package*."""
        self.packages[package["ModelPackageArn"]] = package
        self.statuses[package["ModelPackageArn"]] = [(PRODUCER, package["ModelApprovalStatus"])]
        self.changed(package, [])

    def decide(self, arn: str, status: str) -> None:
        """A person writes a status."""
        self._write(self._package(arn), {"ModelApprovalStatus": status}, PERSON)

    def delete(self, arn: str) -> None:
        """The package is gone."""
        self.packages.pop(arn, None)

    def _package(self, arn: str) -> dict[str, Any]:
        if arn not in self.packages:
            raise refused("ValidationException", f"ModelPackage {arn} does not exist.")
        return self.packages[arn]

    def _write(self, package: dict[str, Any], change: dict[str, Any], writer: str) -> None:
        self.clock.forward(0.001)  # two changes have two times
        package.update(change, LastModifiedTime=self.clock.now())
        if "ModelApprovalStatus" in change:
            self.statuses[package["ModelPackageArn"]].append((writer, change["ModelApprovalStatus"]))
            (container,) = package["InferenceSpecification"]["Containers"]
            self.images[package["ModelPackageArn"]] = container["ImageDigest"]
        self.changed(package, list(change))
