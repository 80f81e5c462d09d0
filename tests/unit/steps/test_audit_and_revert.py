"""From an approval by hand to a verdict: the audit asks, the trigger starts, the update step sets back and judges."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from modelgate.aws.attempts import Attempts
from modelgate.aws.claims import Claims
from modelgate.aws.signing import KmsVerifier
from modelgate.aws.waiting import WaitingList
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.gate import Gate
from modelgate.contracts.layout import GATE_KEY
from modelgate.contracts.messages import ApprovalRequest, parse_message

from lambdas.audit.auditor import Auditor
from lambdas.audit.settings import Settings
from lambdas.start_approval.settings import Settings as StartSettings
from lambdas.start_approval.starter import Starter
from tests.unit.signing_made_up import signing_keys
from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.world import EVIDENCE, STORE, World

if TYPE_CHECKING:
    from mypy_boto3_kms.client import KMSClient

TABLE, REGION = "claims", "eu-west-1"


@dataclass
class Pipeline:
    """The steps' registry, which lists; each start of an execution runs both steps at once."""

    world: World
    runs: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.world.registry, name)

    def list_model_packages(self, **_: Any) -> dict[str, Any]:
        return {"ModelPackageSummaryList": [{"ModelPackageArn": arn} for arn in self.world.registry.packages]}

    def get_paginator(self, _: str) -> Any:
        """No endpoints and no transform jobs."""
        empty = {"Endpoints": [], "TransformJobSummaries": []}
        return SimpleNamespace(paginate=lambda **_: [empty])

    def list_pipeline_executions(self, **_: Any) -> dict[str, Any]:
        return {"PipelineExecutionSummaries": []}

    def start_pipeline_execution(self, *, PipelineParameters: list[dict[str, str]], **_: Any) -> dict[str, str]:  # noqa: N803 as boto3 has it
        (arn,) = (given["Value"] for given in PipelineParameters if given["Name"] == "ModelPackageArn")
        execution = f"run{len(self.runs) + 1}"
        self.runs.append(arn)
        self.world.run(arn, execution)
        self.world.registry.packages[arn]["LastModifiedTime"] = datetime.now(UTC)  # as the service says of each write
        return {"PipelineExecutionArn": execution}


@dataclass
class Told:
    """Bus and numbers: what the audit told."""

    kinds: list[str] = field(default_factory=list)

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, int]:  # noqa: N803
        self.kinds += [json.loads(entry["Detail"])["kind"] for entry in Entries]
        return {"FailedEntryCount": 0}

    def put_metric_data(self, **_: Any) -> None:
        """Counted by somebody else."""


@dataclass
class Platform:
    """Auditor, queue and trigger over the steps' world."""

    world: World
    pipeline: Pipeline
    told: Told
    sqs: Any
    dynamodb: Any
    queue_url: str
    dead_letter_queue_url: str

    @property
    def gate(self) -> Gate:
        """The gate document in force."""
        return Gate.from_json(self.world.s3.get_object(Bucket=STORE, Key=GATE_KEY)["Body"].read())

    def audit(self) -> list[str]:
        """One run; the kinds that it told."""
        self.told.kinds.clear()
        settings = dict.fromkeys(Settings.__dataclass_fields__, "") | {
            "pipeline": "gate-approval",
            "generative_pipeline": None,
            "queue_url": self.queue_url,
            "undecided_seconds": 7200,
            "evaluation_seconds": 0,
            "max_attempts": 3,
            "dead_letter_queue_urls": (self.dead_letter_queue_url,),
        }
        Auditor(
            settings=Settings(**settings),  # type: ignore[arg-type]
            gate=self.gate,
            verifier=KmsVerifier(cast("KMSClient", self.world.kms), signing_keys(self.world.signer)),
            sagemaker=self.pipeline,  # type: ignore[arg-type]
            s3=self.world.s3,
            sqs=self.sqs,
            events=self.told,  # type: ignore[arg-type]
            cloudwatch=self.told,  # type: ignore[arg-type]
            attempts=Attempts(self.dynamodb, TABLE),
            now=lambda: datetime.now(UTC),
        ).run(out_of_time=lambda: False).raise_troubles()
        return list(self.told.kinds)

    def trigger(self, *more: ApprovalRequest) -> None:
        """Let the starter answer what waits, and *more*."""
        settings = dict.fromkeys(StartSettings.__dataclass_fields__, 1) | {
            "pipeline": "gate-approval",
            "generative_pipeline": None,
        }
        starter = Starter(
            settings=StartSettings(**settings),  # type: ignore[arg-type]
            gate=self.gate,
            sagemaker=self.pipeline,  # type: ignore[arg-type]
            s3=self.world.s3,
            sqs=self.sqs,
            claims=Claims(self.dynamodb, TABLE),
            waiting=WaitingList(self.dynamodb, TABLE),
            now=lambda: 1_800_000_000.0,
            jitter=lambda: 0.5,
        )
        waiting = self.sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get("Messages", [])
        for message in waiting:
            starter.answer(parse_message(message["Body"]))
            self.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
        for request in more:
            starter.answer(request)


@pytest.fixture
def platform(world: World) -> Platform:
    """A gate that sets unproved approvals back, audited once while it was empty."""
    world.pin_gate({"policy": "credit"})
    document = json.loads(world.s3.get_object(Bucket=STORE, Key=GATE_KEY)["Body"].read())
    pin(world, {**document, "revert_unproved": True})
    sqs, dynamodb = boto3.client("sqs", region_name=REGION), boto3.client("dynamodb", region_name=REGION)
    dynamodb.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )
    made = Platform(
        world=world,
        pipeline=Pipeline(world),
        told=Told(),
        sqs=sqs,
        dynamodb=dynamodb,
        queue_url=sqs.create_queue(QueueName="start")["QueueUrl"],
        dead_letter_queue_url=sqs.create_queue(QueueName="start-dlq")["QueueUrl"],
    )
    assert made.audit() == []
    return made


def pin(world: World, document: dict[str, Any]) -> None:
    """Store another gate document."""
    body = json.dumps(document).encode()
    world.s3.put_object(Bucket=STORE, Key=GATE_KEY, Body=body)
    world.gate_digest = sha256_of(body)


@pytest.mark.parametrize(("auc", "verdict"), [(0.62, "Rejected"), (0.85, "Approved")])
def test_approved_by_hand_is_set_back_and_judged(platform: Platform, auc: float, verdict: str) -> None:
    """The good model ends approved as well, but by a decision; then there is nothing left to tell."""
    world = platform.world
    arn = world.register(reports={"quality.json": made_up.quality(auc=auc)})
    world.registry.packages[arn]["ModelApprovalStatus"] = "Approved"

    assert platform.audit() == ["approved-without-record"]
    platform.trigger()
    assert world.status(arn) == "PendingManualApproval"
    assert world.s3.list_objects_v2(Bucket=EVIDENCE, Prefix="reverts/loan-approval/1/")["KeyCount"] == 1
    assert platform.audit() == []

    # The registry's event of that change.
    platform.trigger(ApprovalRequest(arn=world.arguments(arn).package, change="the registry's event"))
    assert world.status(arn) == verdict
    assert platform.audit() == []
    assert platform.pipeline.runs == [arn, arn]


def test_approved_by_the_gate_is_left_alone_whatever_asks(platform: Platform) -> None:
    """The update step looks for the proof itself; a request to revert is a hint."""
    world = platform.world
    arn = world.register()
    world.run(arn, "first")
    assert world.status(arn) == "Approved"
    request = {"schema": "modelgate/revert-request/v1", "model_package_arn": arn, "change": "somebody's"}
    platform.sqs.send_message(QueueUrl=platform.queue_url, MessageBody=json.dumps(request))

    platform.trigger()

    assert platform.pipeline.runs == [arn]
    assert world.status(arn) == "Approved"
    assert platform.audit() == []
