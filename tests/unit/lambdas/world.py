"""The world that the functions act on: moto for S3, SQS and DynamoDB, small fakes for registry and pipeline."""

import hashlib
import json
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.exceptions import ClientError
from modelgate.aws.claims import Claims
from modelgate.aws.waiting import WaitingList
from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.gate import Gate
from modelgate.contracts.messages import ApprovalRequest, parse_message
from moto.sqs.models import sqs_backends

from lambdas.start_approval.settings import Settings
from lambdas.start_approval.starter import Starter
from tests.unit.lambdas.checksums import ReportingChecksums

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_sqs.client import SQSClient

STORE = "gate-artifacts"
GOVERNANCE = "222222222222"
LENDING, LENDING_BUCKET = "333333333333", "lending-models"
INSURANCE, INSURANCE_BUCKET = "444444444444", "insurance-models"
REGION: Final = "eu-west-1"
TABLE = "gate-claims"
CHANGE = "2026-05-04T12:00:00Z"
EVIDENCE = "gate-evidence"
GATE_DOCUMENT: dict[str, Any] = {
    "schema": "modelgate/gate/v1",
    "artifact_store": STORE,
    "evidence_store": EVIDENCE,
    "governance_account": GOVERNANCE,
    "products": {
        LENDING: {"name": "lending", "bucket": LENDING_BUCKET},
        INSURANCE: {"name": "insurance", "bucket": INSURANCE_BUCKET},
    },
    "groups": {
        "loan-approval": {"team": "lending", "account": LENDING, "tags": {}, "mode": "enforce"},
        "loan-shadow": {"team": "lending", "account": LENDING, "tags": {}, "mode": "shadow"},
        "claims-triage": {"team": "insurance", "account": INSURANCE, "tags": {}, "mode": "enforce"},
        "assistant": {
            "team": "lending",
            "account": LENDING,
            "tags": {},
            "mode": "enforce",
            "problem_type": "generative",
            "evaluation": "smoke",
        },
    },
}


def package_arn(version: int = 1, *, group: str = "loan-approval", account: str = GOVERNANCE) -> ModelPackageArn:
    """The ARN of a package under the gate."""
    return ModelPackageArn(partition="aws", region=REGION, account=account, group=group, version=version)


def client_error(code: str, message: str = "refused") -> ClientError:
    """The service's answer with that code."""
    return ClientError({"Error": {"Code": code, "Message": message}}, "Call")


class FakeSageMaker:
    """A registry and one pipeline; starting with a known token gives the known execution, as the service does.

    It has no call that lists packages: nobody may look for "the latest".
    """

    def __init__(self) -> None:
        self.packages: dict[str, dict[str, Any]] = {}
        self.executions: dict[str, dict[str, Any]] = {}
        self.fails_next_start: Exception | None = None

    def register(self, arn: ModelPackageArn, *, model: str | None = None, bias: str | None = None) -> None:
        """Add a pending package that names a model file and a bias report."""
        self.packages[str(arn)] = {
            "ModelPackageArn": str(arn),
            "ModelPackageGroupName": arn.group,
            "CreationTime": "2026-05-04T12:00:00Z",
            "ModelPackageStatus": "Completed",
            "ModelApprovalStatus": "PendingManualApproval",
            "InferenceSpecification": {"Containers": [{"Image": "image", "ModelDataUrl": model}] if model else []},
            "ModelMetrics": {"Bias": {"Report": {"S3Uri": bias, "ContentType": "application/json"}}} if bias else {},
        }

    def describe_model_package(self, *, ModelPackageName: str) -> dict[str, Any]:  # noqa: N803 as boto3 writes it
        if ModelPackageName not in self.packages:
            raise client_error("ValidationException", f"ModelPackage {ModelPackageName} does not exist.")
        return self.packages[ModelPackageName]

    def list_pipeline_executions(self, **request: Any) -> dict[str, Any]:
        first = int(request.get("NextToken", "0"))
        pipeline = request["PipelineName"]
        newest_first = [e for e in reversed(self.executions.values()) if e["PipelineName"] == pipeline]
        page = newest_first[first : first + request["MaxResults"]]
        more = {"NextToken": str(first + len(page))} if first + len(page) < len(newest_first) else {}
        return {"PipelineExecutionSummaries": [{"PipelineExecutionStatus": e["status"]} for e in page], **more}

    def start_pipeline_execution(self, **request: Any) -> dict[str, Any]:
        failure, self.fails_next_start = self.fails_next_start, None
        if failure:
            raise failure
        token = request["ClientRequestToken"]
        if token not in self.executions:
            name = f"arn:aws:sagemaker:{REGION}:{GOVERNANCE}:pipeline/gate/execution/e{len(self.executions) + 1}"
            self.executions[token] = {"arn": name, "status": "Executing", **request}
        return {"PipelineExecutionArn": self.executions[token]["arn"]}

    def run(self, count: int, status: str = "Executing", pipeline: str = "gate-approval") -> None:
        """Let *count* executions of somebody else run."""
        for number in range(count):
            other = {"arn": "other", "status": status, "PipelineName": pipeline}
            self.executions[f"other-{len(self.executions)}-{number}"] = other

    @property
    def started(self) -> list[dict[str, Any]]:
        """Every execution that the function started, as requested, oldest first."""
        return [execution for execution in self.executions.values() if execution["arn"] != "other"]


@dataclass
class World:
    """Clients, fakes and a clock that stands still unless a test moves it."""

    s3: "S3Client"
    sqs: "SQSClient"
    dynamodb: "DynamoDBClient"
    queue_url: str
    dead_letter_queue_url: str
    now: float = 1_800_000_000.0
    generative_pipeline: str | None = "gate-generative-approval"
    sagemaker: FakeSageMaker = field(default_factory=FakeSageMaker)

    @property
    def copying_s3(self) -> "S3Client":
        """The client of the copier: moto, and the checksums that it leaves out."""
        return ReportingChecksums(self.s3)  # type: ignore[return-value]

    @property
    def gate(self) -> Gate:
        return Gate.from_json(json.dumps(GATE_DOCUMENT))

    def starter(self, *, wait_seconds: int = 3, max_running: int = 4) -> Starter:
        """The starter under test, with one second between two looks."""
        settings = Settings(
            artifact_store=STORE,
            gate_digest="sha256:" + "0" * 64,
            queue_url=self.queue_url,
            dead_letter_queue_url=self.dead_letter_queue_url,
            claims_table=TABLE,
            pipeline="gate-approval",
            generative_pipeline=self.generative_pipeline,
            partition="aws",
            region=REGION,
            wait_seconds=wait_seconds,
            retry_seconds=1,
            max_running_executions=max_running,
        )
        return Starter(
            settings=settings,
            gate=self.gate,
            sagemaker=self.sagemaker,  # type: ignore[arg-type]
            s3=self.s3,
            sqs=self.sqs,
            claims=Claims(self.dynamodb, TABLE),
            waiting=WaitingList(self.dynamodb, TABLE),
            now=lambda: self.now,
            jitter=lambda: 0.5,
        )

    def arrive(self, key: str, body: bytes = b"{}", *, account: str = LENDING, bucket: str = LENDING_BUCKET) -> str:
        """Put a copy into the artifact store as the copier does; answer the body of the event it raises."""
        stored = f"{account}/{bucket}/{key}"
        metadata = {"sha256": hashlib.sha256(body).hexdigest(), "source-version-id": "v", "source-sequencer": "01"}
        version_id = self.s3.put_object(Bucket=STORE, Key=stored, Body=body, Metadata=metadata)["VersionId"]
        return uploaded_event(STORE, stored, version_id, account=GOVERNANCE)

    def requests(self) -> list[ApprovalRequest]:
        """Take every request waiting in the queue, delayed ones included."""
        taken: list[ApprovalRequest] = []
        queue = _moto_queue(self.queue_url)
        for message in list(queue._messages):
            request = parse_message(message.body)
            assert isinstance(request, ApprovalRequest)
            taken.append(request)
        queue._messages.clear()
        return taken

    def upload(self, key: str, body: bytes, *, bucket: str = LENDING_BUCKET) -> tuple[str, str]:
        """Put an object into a product's bucket; answer its version and ETag."""
        answer = self.s3.put_object(Bucket=bucket, Key=key, Body=body)
        return answer["VersionId"], answer["ETag"].strip('"')

    def copies(self, key: str) -> list[str]:
        """The versions at *key* of the artifact store, newest first."""
        answer = self.s3.list_object_versions(Bucket=STORE, Prefix=key)
        return [version["VersionId"] for version in answer.get("Versions", []) if version["Key"] == key]

    def dead_letters(self) -> list[tuple[str, str]]:
        """Body and reason of every dead letter."""
        answer = self.sqs.receive_message(
            QueueUrl=self.dead_letter_queue_url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        return [(m["Body"], m["MessageAttributes"]["reason"]["StringValue"]) for m in answer.get("Messages", [])]


@cache
def clients() -> tuple["S3Client", "SQSClient", "DynamoDBClient"]:
    """Clients for all tests: moto answers them wherever they were made, and making them is what takes time."""
    session = boto3.Session(region_name=REGION, aws_access_key_id=GOVERNANCE, aws_secret_access_key="test")
    return session.client("s3"), session.client("sqs"), session.client("dynamodb")


def build_world() -> World:
    """Create buckets, queues and the table; moto must be active."""
    s3, sqs, dynamodb = clients()
    for bucket in (STORE, LENDING_BUCKET, INSURANCE_BUCKET):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    dynamodb.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )
    return World(
        s3=s3,
        sqs=sqs,
        dynamodb=dynamodb,
        queue_url=sqs.create_queue(QueueName="start-approval")["QueueUrl"],
        dead_letter_queue_url=sqs.create_queue(QueueName="start-approval-dlq")["QueueUrl"],
    )


def uploaded_event(bucket: str, key: str, version_id: str, *, account: str, **thing: Any) -> str:
    """S3's "Object Created", as a queue message."""
    return json.dumps(
        {
            "version": "0",
            "source": "aws.s3",
            "detail-type": "Object Created",
            "account": account,
            "region": REGION,
            "detail": {
                "bucket": {"name": bucket},
                "object": {"key": key, "version-id": version_id, "sequencer": "006408CAD69598B05E", **thing},
                "reason": "PutObject",
            },
        }
    )


def registered_event(arn: ModelPackageArn, *, status: str = "PendingManualApproval", **detail: Any) -> str:
    """The registry's state change, as a queue message."""
    return json.dumps(
        {
            "version": "0",
            "source": "aws.sagemaker",
            "detail-type": "SageMaker Model Package State Change",
            "account": arn.account,
            "region": arn.region,
            "detail": {
                "ModelPackageGroupName": arn.group,
                "ModelPackageArn": str(arn),
                "CreationTime": CHANGE,
                "ModelApprovalStatus": status,
                **detail,
            },
        }
    )


def _moto_queue(queue_url: str) -> Any:
    # A delayed message is invisible to the client, and these tests never wait.
    return sqs_backends["123456789012"][REGION].get_queue(queue_url.rsplit("/", 1)[1])
