"""What governance sees of its own platform while the tests wait."""

import json
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from modelgate.contracts.strict import encode
from modelgate.evidence.envelope import open_envelope

from local.demo.watch import Awaited, Outcome, arrivals
from local.platform import Platform

VERDICT_SECONDS = 120.0


class Gate:
    """Governance's view: verdicts, records, executions, queues. It looks; it calls no handler."""

    def __init__(self, platform: Platform) -> None:
        """Open the clients once."""
        self.platform = platform
        self.sagemaker = platform.client("sagemaker")
        self.s3 = platform.client("s3")
        self.sqs = platform.client("sqs")
        self.pipeline = f"{platform.prefix}-approval"
        self.evidence = f"{platform.prefix}-evidence-{platform.governance_account}"
        self.store = f"{platform.prefix}-artifacts-{platform.governance_account}"

    def verdict(self, arn: str, *, unless: tuple[str, ...] = ()) -> Outcome:
        """Wait for the verdict of *arn*."""
        waiting = {arn: Awaited(at=time.monotonic(), unless=unless)}
        outcomes = dict(arrivals(self.sagemaker, waiting, seconds=VERDICT_SECONDS))
        assert arn in outcomes, f"{arn} got no verdict within {VERDICT_SECONDS:.0f} s"
        return outcomes[arn]

    def describe(self, arn: str) -> dict[str, Any]:
        """The package as the registry has it."""
        answer: dict[str, Any] = self.sagemaker.describe_model_package(ModelPackageName=arn)
        return answer

    def records(self, arn: str) -> list[dict[str, Any]]:
        """The evidence records of *arn*, oldest first; every version of each object."""
        group, version = arn.split("/")[-2:]
        answer = self.s3.list_object_versions(Bucket=self.evidence, Prefix=f"decisions/{group}/{version}/")
        versions = sorted(answer.get("Versions", []), key=lambda found: found["LastModified"])
        return [self._read(found["Key"], found["VersionId"]) for found in versions]

    def evidence_object(self, key: str) -> bytes:
        """One object of the evidence store."""
        body: bytes = self.s3.get_object(Bucket=self.evidence, Key=key)["Body"].read()
        return body

    def executions(self, arn: str) -> list[str]:
        """ARNs of the executions that were started for *arn*."""
        pages = self.sagemaker.get_paginator("list_pipeline_executions").paginate(PipelineName=self.pipeline)
        every = [found["PipelineExecutionArn"] for page in pages for found in page["PipelineExecutionSummaries"]]
        return [execution for execution in every if self.parameters(execution)["ModelPackageArn"] == arn]

    def parameters(self, execution: str) -> dict[str, str]:
        """The parameters of one execution."""
        answer = self.sagemaker.list_pipeline_parameters_for_execution(PipelineExecutionArn=execution)
        return {parameter["Name"]: parameter["Value"] for parameter in answer["PipelineParameters"]}

    def status(self, execution: str) -> str:
        """The status of one execution."""
        answer = self.sagemaker.describe_pipeline_execution(PipelineExecutionArn=execution)
        return str(answer["PipelineExecutionStatus"])

    def queue(self, name: str) -> str:
        """The address of one of the platform's queues."""
        return str(self.sqs.get_queue_url(QueueName=f"{self.platform.prefix}-{name}")["QueueUrl"])

    def send(self, queue: str, body: str) -> None:
        """Put *body* on a queue, as a redrive or a stranger would."""
        self.sqs.send_message(QueueUrl=self.queue(queue), MessageBody=body)

    def event_of(self, arn: str) -> str:
        """The registry's event of *arn*'s registration, as the rule delivered it."""
        package = self.describe(arn)
        account, region = self.platform.governance_account, self.platform.region
        detail = {
            "ModelPackageGroupName": package["ModelPackageGroupName"],
            "ModelPackageVersion": package["ModelPackageVersion"],
            "ModelPackageArn": arn,
            "ModelPackageStatus": "Completed",
            "ModelApprovalStatus": "PendingManualApproval",
            "CreationTime": _milliseconds(package["CreationTime"]),
        }
        return json.dumps(
            {
                "version": "0",
                "id": "00000000-0000-4000-8000-000000000000",
                "detail-type": "SageMaker Model Package State Change",
                "source": "aws.sagemaker",
                "account": account,
                "time": _milliseconds(package["CreationTime"]),
                "region": region,
                "resources": [arn],
                "detail": detail,
            }
        )

    def fail(self, step: str, *, kind: str, times: int = 1) -> None:
        """Have the next runs of *step* fail."""
        request = urllib.request.Request(  # noqa: S310 our own loopback address
            f"{self.platform.instance.sagemaker_url}/_modelgate/faults",
            json.dumps({"fail_step": step, "times": times, "kind": kind}).encode(),
            {"content-type": "application/json", "x-modelgate-faults": "1"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own loopback
            assert answer.status == 200

    def _read(self, key: str, version: str) -> dict[str, Any]:
        body = self.s3.get_object(Bucket=self.evidence, Key=key, VersionId=version)["Body"].read()
        record: dict[str, Any] = encode(open_envelope(body).record)
        return record


def eventually(probe: Callable[[], Any], *, seconds: float = VERDICT_SECONDS) -> Any:
    """Return the first true answer of *probe*; fail when there is none."""
    deadline = time.monotonic() + seconds
    while not (answer := probe()):
        assert time.monotonic() < deadline, f"still {answer!r} after {seconds:.0f} s"
        time.sleep(0.2)
    return answer


def settled(probe: Callable[[], Any], *, seconds: float = 3.0) -> Any:
    """Return what *probe* says once the platform has had *seconds* to do the wrong thing."""
    time.sleep(seconds)
    return probe()


def _milliseconds(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
