"""SageMaker's hosting and transform jobs in memory; calls and answers are held to botocore's model of the service."""
# ruff: noqa: N802, N803 - operations and arguments are named as the service names them

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import botocore.session
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

_MODEL = botocore.session.get_session().get_service_model("sagemaker")
_ARN = "arn:aws:sagemaker:eu-west-1:222222222222"


class Time:
    """Seconds since 1970 that pass only by sleeping; *ticks* hears of each sleep."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0
        self.ticks: Callable[[], None] = lambda: None

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        self.ticks()


@dataclass
class Double:
    """*statuses* are what a new endpoint or job goes through, one for each look at it; the last one stays.

    *refusals* are codes or messages by operation, each answered once instead of doing it.
    """

    time: Time
    statuses: list[str] = field(default_factory=lambda: ["Creating", "InService"])
    job_statuses: list[str] = field(default_factory=lambda: ["InProgress", "Completed"])
    reason: str | None = None
    refusals: dict[str, list[str]] = field(default_factory=dict)
    models: dict[str, Any] = field(default_factory=dict)
    configs: dict[str, Any] = field(default_factory=dict)
    endpoints: dict[str, Any] = field(default_factory=dict)
    jobs: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, Any] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    asked: dict[str, list[Any]] = field(default_factory=dict)
    on_job: Callable[[Any], None] = lambda request: None

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        name = "".join(part.title() for part in operation.split("_"))
        if name not in _MODEL.operation_names:
            raise AttributeError(operation)
        return lambda **request: self._call(name, request)

    def get_paginator(self, operation: str) -> "Pages":
        return Pages(getattr(self, operation))

    @property
    def left(self) -> list[str]:
        """The kinds of what is there, jobs apart."""
        kinds = {"endpoint": self.endpoints, "config": self.configs, "model": self.models}
        return [kind for kind, there in kinds.items() if there]

    def _call(self, name: str, request: dict[str, Any]) -> Any:
        operation = _MODEL.operation_model(name)
        self._hold(name, request, operation.input_shape)
        self.calls.append(name)
        self.asked.setdefault(name, []).append(request)
        if self.refusals.get(name):
            self._refuse(name, self.refusals[name].pop(0))
        answer = getattr(self, f"_{name}")(**request)
        if operation.output_shape is not None:
            self._hold(name, answer, operation.output_shape)
        return answer

    def _hold(self, name: str, value: Any, shape: Any) -> None:
        problems = ParamValidator().validate(value, shape)
        if problems.has_errors():
            raise AssertionError(f"{name}: {problems.generate_report()}")
        unknown = set(value) - set(shape.members)
        assert not unknown, f"{name} has no {unknown}"

    def _refuse(self, name: str, message: str) -> None:
        code = message if message.isalpha() else "ValidationException"
        raise ClientError({"Error": {"Code": code, "Message": message}}, name)

    def _create(self, kind: dict[str, Any], arn: str, name: str, request: Any) -> None:
        if name in kind:
            self._refuse("Create", f'Cannot create already existing {arn} "{name}".')
        kind[name] = request
        self.tags[f"{_ARN}:{arn}/{name}"] = request["Tags"]

    def _CreateModel(self, **request: Any) -> Any:
        self._create(self.models, "model", request["ModelName"], request)
        return {"ModelArn": f"{_ARN}:model/{request['ModelName']}"}

    def _CreateEndpointConfig(self, **request: Any) -> Any:
        self._create(self.configs, "endpoint-config", request["EndpointConfigName"], request)
        return {"EndpointConfigArn": f"{_ARN}:endpoint-config/{request['EndpointConfigName']}"}

    def _CreateEndpoint(self, **request: Any) -> Any:
        name = request["EndpointName"]
        if request["EndpointConfigName"] not in self.configs:
            self._refuse("CreateEndpoint", "Could not find endpoint configuration")
        self._create(self.endpoints, "endpoint", name, {**request, "looks": list(self.statuses), "at": self._moment()})
        return {"EndpointArn": f"{_ARN}:endpoint/{name}"}

    def _DescribeEndpoint(self, EndpointName: str) -> Any:
        there = self._there(self.endpoints, EndpointName)
        status = there["looks"].pop(0) if len(there["looks"]) > 1 else there["looks"][0]
        if status == "Deleting" and len(there["looks"]) == 1:
            there["looks"] = ["gone"]
        elif status == "gone":
            del self.endpoints[EndpointName]
            self._refuse("DescribeEndpoint", f'Could not find endpoint "{EndpointName}".')
        answer = {
            "EndpointName": EndpointName,
            "EndpointArn": f"{_ARN}:endpoint/{EndpointName}",
            "EndpointStatus": status,
            "CreationTime": there["at"],
            "LastModifiedTime": there["at"],
        }
        return {**answer, **({"FailureReason": self.reason} if status == "Failed" and self.reason else {})}

    def _DeleteEndpoint(self, EndpointName: str) -> Any:
        there = self._there(self.endpoints, EndpointName)
        if there["looks"][0] in ("Creating", "Deleting", "gone"):
            self._refuse("DeleteEndpoint", "Cannot update in-progress endpoint")
        there["looks"] = ["Deleting"]
        return {}

    def _DeleteEndpointConfig(self, EndpointConfigName: str) -> Any:
        self._there(self.configs, EndpointConfigName)
        del self.configs[EndpointConfigName]
        return {}

    def _DeleteModel(self, ModelName: str) -> Any:
        self._there(self.models, ModelName)
        del self.models[ModelName]
        return {}

    def _ListEndpoints(self, NameContains: str) -> Any:
        return {
            "Endpoints": [
                {
                    "EndpointName": name,
                    "EndpointArn": f"{_ARN}:endpoint/{name}",
                    "EndpointStatus": there["looks"][0],
                    "CreationTime": there["at"],
                    "LastModifiedTime": there["at"],
                }
                for name, there in self.endpoints.items()
                if NameContains in name
            ]
        }

    def _ListTags(self, ResourceArn: str) -> Any:
        return {"Tags": self.tags.get(ResourceArn, [])}

    def _CreateTransformJob(self, **request: Any) -> Any:
        name = request["TransformJobName"]
        self._there(self.models, request["ModelName"])
        made = {**request, "looks": list(self.job_statuses), "at": self._moment()}
        self._create(self.jobs, "transform-job", name, made)
        self.on_job(request)
        return {"TransformJobArn": f"{_ARN}:transform-job/{name}"}

    def _DescribeTransformJob(self, TransformJobName: str) -> Any:
        there = self._there(self.jobs, TransformJobName)
        status = there["looks"].pop(0) if len(there["looks"]) > 1 else there["looks"][0]
        answer = {
            "TransformJobName": TransformJobName,
            "TransformJobArn": f"{_ARN}:transform-job/{TransformJobName}",
            "TransformJobStatus": status,
            "ModelName": there["ModelName"],
            "TransformInput": there["TransformInput"],
            "TransformResources": there["TransformResources"],
            "CreationTime": there["at"],
        }
        return {**answer, **({"FailureReason": self.reason} if status == "Failed" and self.reason else {})}

    def _StopTransformJob(self, TransformJobName: str) -> Any:
        self._there(self.jobs, TransformJobName)["looks"] = ["Stopped"]
        return {}

    def _ListTransformJobs(self, NameContains: str, StatusEquals: str) -> Any:
        return {
            "TransformJobSummaries": [
                {
                    "TransformJobName": name,
                    "TransformJobArn": f"{_ARN}:transform-job/{name}",
                    "TransformJobStatus": there["looks"][0],
                    "CreationTime": there["at"],
                }
                for name, there in self.jobs.items()
                if NameContains in name and there["looks"][0] == StatusEquals
            ]
        }

    def _there(self, kind: dict[str, Any], name: str) -> Any:
        if name not in kind:
            self._refuse("Find", f'Could not find "{name}".')
        return kind[name]

    def _moment(self) -> datetime:
        return datetime.fromtimestamp(self.time.now(), UTC)


class Pages:
    """One page."""

    def __init__(self, call: Callable[..., Any]) -> None:
        self.call = call

    def paginate(self, **request: Any) -> Iterator[Any]:
        yield self.call(**request)
