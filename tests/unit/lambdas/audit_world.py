"""The world of an audit: the functions' world with an evidence store, signed records, a bus and numbers."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from modelgate.aws.attempts import Attempts
from modelgate.aws.evaluation_marks import UNTIL_TAG
from modelgate.aws.registry import describe_package
from modelgate.aws.signing import KmsVerifier
from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.gate import Gate
from modelgate.contracts.messages import parse_message
from modelgate.contracts.package import ModelPackage
from modelgate.contracts.results import Verdict
from modelgate.evidence.envelope import seal
from modelgate.evidence.record import OUTCOMES, Outcome

from lambdas.audit.auditor import Auditor, Report
from lambdas.audit.settings import Settings
from tests.unit.evidence.records_made_up import record
from tests.unit.kms_double import KmsDouble
from tests.unit.lambdas.world import EVIDENCE, REGION, STORE, TABLE, FakeSageMaker, World, client_error
from tests.unit.signing_made_up import TestSigner, signing_keys

if TYPE_CHECKING:
    from mypy_boto3_kms.client import KMSClient

BOUND = 7200
SIGNER, STRANGER = TestSigner("2026"), TestSigner("stranger")
_VERDICTS = {outcome: verdict for verdict, outcome in OUTCOMES.items()}


class Endpoints:
    """Endpoints with the tag that says until when they may live; those in *stuck* cannot be deleted."""

    def __init__(self) -> None:
        self.endpoints: dict[str, str] = {}
        self.stuck: set[str] = set()

    def get_paginator(self, operation: str) -> Any:
        return SimpleNamespace(paginate=lambda **request: [getattr(self, operation)(**request)])

    def list_endpoints(self, *, NameContains: str) -> dict[str, Any]:  # noqa: N803 as boto3 writes it
        found = {name: until for name, until in self.endpoints.items() if NameContains in name}
        made = {name: datetime.fromisoformat(until) - timedelta(hours=2) for name, until in found.items()}
        return {"Endpoints": [{"EndpointName": n, "EndpointArn": n, "CreationTime": at} for n, at in made.items()]}

    def list_transform_jobs(self, **_: Any) -> dict[str, Any]:
        return {"TransformJobSummaries": []}

    def list_tags(self, *, ResourceArn: str) -> dict[str, Any]:  # noqa: N803
        return {"Tags": [{"Key": UNTIL_TAG, "Value": self.endpoints[ResourceArn]}]}

    def delete_endpoint(self, *, EndpointName: str) -> None:  # noqa: N803
        if EndpointName not in self.stuck:
            del self.endpoints[EndpointName]

    def describe_endpoint(self, *, EndpointName: str) -> dict[str, Any]:  # noqa: N803
        there = "Creating" if EndpointName in self.stuck else "InService"
        return {"EndpointStatus": there if EndpointName in self.endpoints else "Deleting"}

    def delete_endpoint_config(self, *, EndpointConfigName: str) -> None:  # noqa: N803
        """Nothing of it is looked at here; `tests/unit/aws/test_endpoint_life.py` does."""

    def delete_model(self, *, ModelName: str) -> None:  # noqa: N803
        """As above."""


class ListingSageMaker(Endpoints, FakeSageMaker):
    """A registry that lists, a page of two at a time, and a pipeline whose executions end; *unreadable* ones refuse."""

    def __init__(self) -> None:
        Endpoints.__init__(self)
        FakeSageMaker.__init__(self)
        self.unreadable: set[str] = set()
        self.calls: list[str] = []
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def describe_model_package(self, *, ModelPackageName: str) -> dict[str, Any]:  # noqa: N803 as boto3 writes it
        self.calls.append("DescribeModelPackage")
        if ModelPackageName in self.unreadable:
            raise client_error("ThrottlingException", "Rate exceeded")
        return super().describe_model_package(ModelPackageName=ModelPackageName)

    def list_model_packages(self, *, ModelPackageGroupName: str, NextToken: str = "0", **_: Any) -> dict[str, Any]:  # noqa: N803
        self.calls.append("ListModelPackages")
        if ModelPackageGroupName in self.unreadable:
            raise client_error("ThrottlingException", "Rate exceeded")
        found = [p for p in self.packages.values() if p["ModelPackageGroupName"] == ModelPackageGroupName]
        page, more = found[int(NextToken) : int(NextToken) + 2], len(found) > int(NextToken) + 2
        summaries = [{"ModelPackageArn": package["ModelPackageArn"]} for package in page]
        return {"ModelPackageSummaryList": summaries, **({"NextToken": str(int(NextToken) + 2)} if more else {})}

    def start_pipeline_execution(self, **request: Any) -> dict[str, Any]:
        answer = super().start_pipeline_execution(**request)
        self.executions[request["ClientRequestToken"]].setdefault("started", self.now())
        return answer

    def end_executions(self, status: str) -> None:
        """Let every running execution end so."""
        for execution in self.executions.values():
            if execution["status"] == "Executing":
                execution["status"] = status

    def list_pipeline_executions(self, **request: Any) -> dict[str, Any]:
        if "CreatedAfter" not in request:
            return super().list_pipeline_executions(**request)
        self.calls.append("ListPipelineExecutions")
        summaries = [
            {
                "PipelineExecutionArn": e["arn"],
                "PipelineExecutionStatus": e["status"],
                "PipelineExecutionFailureReason": "the step ran out of memory",
                "StartTime": e["started"],
            }
            for e in reversed(self.executions.values())
            if e["PipelineName"] == request["PipelineName"] and e["started"] > request["CreatedAfter"]
        ]
        return {"PipelineExecutionSummaries": summaries}

    def list_pipeline_parameters_for_execution(self, *, PipelineExecutionArn: str, MaxResults: int) -> dict[str, Any]:  # noqa: N803
        assert 1 <= MaxResults <= 100
        self.calls.append("ListPipelineParametersForExecution")
        (execution,) = (e for e in self.executions.values() if e["arn"] == PipelineExecutionArn)
        return {"PipelineParameters": execution["PipelineParameters"]}


@dataclass
class Bus:
    """EventBridge and CloudWatch, as far as an audit tells them something."""

    events: list[dict[str, Any]] = field(default_factory=list)
    numbers: list[dict[str, float]] = field(default_factory=list)
    refuses: bool = False

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        assert 1 <= len(Entries) <= 10
        if self.refuses:
            return {"FailedEntryCount": len(Entries)}
        self.events += Entries
        return {"FailedEntryCount": 0}

    def put_metric_data(self, *, Namespace: str, MetricData: list[dict[str, Any]]) -> None:  # noqa: N803
        assert Namespace == "modelgate"
        assert not any("Dimensions" in metric for metric in MetricData)
        self.numbers.append({metric["MetricName"]: metric["Value"] for metric in MetricData})


@dataclass
class AuditWorld:
    """One gate, its registry, its evidence, and an auditor whose clock is moved by tests."""

    world: World
    registry: ListingSageMaker = field(default_factory=ListingSageMaker)
    bus: Bus = field(default_factory=Bus)
    kms: KmsDouble = field(default_factory=lambda: KmsDouble(SIGNER))
    passed: timedelta = timedelta()
    reverts: bool = False
    canaries: tuple[ModelPackageArn, ...] = ()
    max_attempts: int = 3

    def __post_init__(self) -> None:
        self.world.sagemaker = self.registry
        self.registry.now = self.now
        s3 = self.world.s3
        s3.create_bucket(Bucket=EVIDENCE, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_bucket_versioning(Bucket=EVIDENCE, VersioningConfiguration={"Status": "Enabled"})

    def now(self) -> datetime:
        """The auditor's clock, which runs on from the store's."""
        return datetime.now(UTC) + self.passed

    def later(self, **passed: float) -> None:
        """Let time pass, for the auditor and for the starter's leases."""
        self.passed += timedelta(**passed)
        self.world.now += timedelta(**passed).total_seconds()

    @property
    def gate(self) -> Gate:
        """The gate document with what the test asks for."""
        return replace(self.world.gate, revert_unproved=self.reverts, canaries=self.canaries)

    def auditor(self, **clients: Any) -> Auditor:
        """The auditor under test; *clients* replace those of the world."""
        settings = Settings(
            artifact_store=STORE,
            gate_digest="sha256:" + "0" * 64,
            signing_keys_digest="sha256:" + "0" * 64,
            pipeline="gate-approval",
            generative_pipeline="gate-generative-approval",
            partition="aws",
            region=REGION,
            queue_url=self.world.queue_url,
            claims_table=TABLE,
            undecided_seconds=BOUND,
            evaluation_seconds=3 * BOUND,
            max_attempts=self.max_attempts,
            dead_letter_queue_urls=(self.world.dead_letter_queue_url,),
            event_bus="default",
        )
        given = {
            "sagemaker": self.registry,
            "s3": self.world.s3,
            "sqs": self.world.sqs,
            "events": self.bus,
            "cloudwatch": self.bus,
            "dynamodb": self.world.dynamodb,
            "kms": self.kms,
            **clients,
        }
        return Auditor(
            settings=settings,
            gate=self.gate,
            verifier=KmsVerifier(cast("KMSClient", given.pop("kms")), signing_keys(SIGNER)),
            attempts=Attempts(given.pop("dynamodb"), TABLE),
            now=self.now,
            **given,
        )

    def audit(self, *, out_of_time: Callable[[], bool] = lambda: False, **clients: Any) -> Report:
        """One run."""
        return self.auditor(**clients).run(out_of_time=out_of_time)

    def kinds(self) -> list[str]:
        """The kinds of what one run finds; it must look at everything."""
        report = self.audit()
        assert report.troubles == ()
        return [one.finding.kind for one in report.told]

    def register(self, arn: ModelPackageArn, status: str = "PendingManualApproval") -> ModelPackage:
        """Register a package that has this status, just now."""
        self.registry.register(arn)
        described = self.registry.packages[str(arn)]
        described.update(ModelApprovalStatus=status, CreationTime=self.now())
        package = describe_package(self.registry, arn)  # type: ignore[arg-type]
        assert package is not None
        return package

    def decide(self, package: ModelPackage, outcome: Outcome, *, run: str = "run1", signer: TestSigner = SIGNER) -> str:
        """Write the signed record of a decision on *package*; return its key."""
        arn = package.arn
        about = {
            "package_arn": str(arn),
            "creation_time": package.creation_time,
            "registration": package.registration,
        }
        made = record(**about)
        judgement = replace(made.judgement, verdict=_VERDICTS.get(outcome, Verdict.APPROVE))
        execution = made.report.binding.execution_arn.rpartition("/")[0] + f"/{run}"
        binding = replace(made.report.binding, package_arn=str(arn), execution_arn=execution)
        decided = replace(
            made,
            decision_id=f"{arn.group}/{arn.version}/{run}",
            outcome=outcome,
            report=replace(made.report, judgement=judgement, binding=binding),
        )
        key = f"decisions/{arn.group}/{arn.version}/{run}.json"
        self.world.s3.put_object(Bucket=EVIDENCE, Key=key, Body=seal(decided, signer))
        return key

    def start(self) -> list[str]:
        """Let the starter answer every request that waits; return what it did."""
        actions = []
        for request in self._requests():
            starter = replace(self.world.starter(max_running=100), gate=self.gate)
            actions.append(starter.answer(request).action)
        return actions

    def told(self) -> list[dict[str, Any]]:
        """The details of every event so far."""
        return [json.loads(event["Detail"]) for event in self.bus.events]

    def _requests(self) -> Iterator[Any]:
        while messages := self.world.sqs.receive_message(QueueUrl=self.world.queue_url, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in messages:
                self.world.sqs.delete_message(QueueUrl=self.world.queue_url, ReceiptHandle=message["ReceiptHandle"])
                yield parse_message(message["Body"])
