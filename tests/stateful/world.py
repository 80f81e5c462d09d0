"""The whole way on fakes: buckets, bus, queues, pipeline and registry. What lies between them is real."""

import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, cast
from unittest.mock import patch

from aws_lambda_powertools import Logger, Metrics
from modelgate.aws import audit as audit_reads
from modelgate.aws.attempts import Attempts
from modelgate.aws.claims import Claims
from modelgate.aws.clients import Clients
from modelgate.aws.objects import Bucket as StoreBucket
from modelgate.aws.reviews import write_review
from modelgate.aws.signing import KmsVerifier
from modelgate.aws.waiting import WaitingList
from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.gate import Gate
from modelgate.contracts.layout import GATE_KEY, POLICY_BUNDLE_KEY, SIGNING_KEYS_KEY
from modelgate.contracts.messages import Message, parse_message
from modelgate.contracts.review import ReviewRecord, ReviewVerdict
from modelgate.errors import ContentError, ModelgateError
from modelgate.evidence.signing_keys import SigningKeys
from modelgate.steps.arguments import Arguments
from modelgate.steps.check import check
from modelgate.steps.update import update

from lambdas.audit import asking
from lambdas.audit.auditor import Auditor
from lambdas.audit.settings import Settings as AuditSettings
from lambdas.copy_artifacts.copier import copy_artifact
from lambdas.intake import Intake, Outcome
from lambdas.start_approval.settings import Settings
from lambdas.start_approval.starter import Starter
from tests.stateful.clock import Clock
from tests.stateful.dynamodb import FakeDynamoDB
from tests.stateful.evidence import BIAS, CONTENTS, MODEL, QUALITY
from tests.stateful.faults import Client, CrashError, Faults
from tests.stateful.kms import FakeCloudWatch, FakeEvents, FakeKMS
from tests.stateful.policies import bundle
from tests.stateful.s3 import Bucket, FakeS3, Version
from tests.stateful.sagemaker import PENDING, Execution, FakeSageMaker
from tests.stateful.sqs import FakeSQS
from tests.unit.signing_made_up import TestSigner, signing_keys_document

GOVERNANCE, LENDING = "222222222222", "333333333333"
STORE, EVIDENCE, TEAM = "gate-artifacts", "gate-evidence", "lending-models"
GROUP, PIPELINE = "loan-approval", "gate-approval"
START, COPY = "start", "copy"
MEMBERS = {QUALITY: ("ModelQuality", "Statistics"), BIAS: ("Bias", "Report")}
STEP_ATTEMPTS = 5  # what the definition allows a step whose job was killed
UNDECIDED_SECONDS = 7200


@cache
def signer() -> TestSigner:
    """The key of all worlds: making one takes longer than a run."""
    return TestSigner("2026")


@cache
def instruments() -> tuple[Logger, Metrics]:
    """What the functions log and count with; nobody reads it here."""
    return Logger(service="stateful", stream=io.StringIO(), level="CRITICAL"), Metrics(namespace="n", service="s")


@dataclass
class Delivery:
    """An event on its way to a queue."""

    queue: str
    body: str


@dataclass
class World:
    """*bus* is what is under way, *sent* everything that ever was: an old event may come once more.

    *reverts* is whether approvals without proof are set back.
    *registered* is every package as it was registered; *counts* is what happened, for the report.
    """

    clock: Clock = field(default_factory=Clock)
    faults: Faults = field(default_factory=Faults)
    bus: list[Delivery] = field(default_factory=list)
    sent: list[Delivery] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    registered: dict[str, dict[str, Any]] = field(default_factory=dict)
    reverts: bool = False

    def __post_init__(self) -> None:
        self.s3 = FakeS3(clock=self.clock, created=self._created)
        self.sqs, self.dynamodb = FakeSQS(clock=self.clock), FakeDynamoDB()
        self.kms, self.cloudwatch, self.events = FakeKMS(signer()), FakeCloudWatch(), FakeEvents()
        self.sagemaker = FakeSageMaker(clock=self.clock, changed=self._changed, pipeline=PIPELINE)
        for name, owner in ((STORE, GOVERNANCE), (EVIDENCE, GOVERNANCE), (TEAM, LENDING)):
            self.s3.buckets[name] = Bucket(owner=owner)
        document: dict[str, Any] = {
            "schema": "modelgate/gate/v1",
            "artifact_store": STORE,
            "evidence_store": EVIDENCE,
            "governance_account": GOVERNANCE,
            "products": {LENDING: {"name": "lending", "bucket": TEAM}},
            "groups": {GROUP: {"team": "lending", "account": LENDING, "tags": {"policy": "small"}, "mode": "enforce"}},
        }
        if self.reverts:
            document["revert_unproved"] = True
        self.gate = Gate.from_json(json.dumps(document))
        self._pin(GATE_KEY, json.dumps(document).encode(), "--gate-digest")
        self._pin(SIGNING_KEYS_KEY, signing_keys_document([signer()]), "--signing-keys-digest")
        self.pin_policies(1)

    # What people and producers do.

    def pin_policies(self, version: int) -> None:
        """Terraform applies the bundle of *version*; executions that run keep theirs."""
        self._pin(POLICY_BUNDLE_KEY, bundle(version), "--policy-digest")

    def register(self, quality: str, bias: str, *, digests: bool, status: str = PENDING) -> str:
        """A producer registers the next version, which names contents by these names; nothing is uploaded yet."""
        version = len(self.sagemaker.statuses) + 1
        arn = f"arn:aws:sagemaker:eu-west-1:{GOVERNANCE}:model-package/{GROUP}/{version}"
        metrics: dict[str, Any] = {}
        for file, name in ((QUALITY, quality), (BIAS, bias)):
            family, member = MEMBERS[file]
            digest = f"sha256:{hashlib.sha256(CONTENTS[file][name]).hexdigest()}"
            source = {"S3Uri": f"s3://{TEAM}/{version}/{file}", "ContentType": "application/json"}
            metrics[family] = {member: source | ({"ContentDigest": digest} if digests else {})}
        container = {
            "Image": "222222222222.dkr.ecr.eu-west-1.amazonaws.com/serve:1",
            "ImageDigest": "sha256:" + "1" * 64,
            "ModelDataUrl": f"s3://{TEAM}/{version}/{MODEL}",
        }
        self.registered[arn] = {
            "ModelPackageArn": arn,
            "ModelPackageGroupName": GROUP,
            "ModelPackageVersion": version,
            "CreationTime": self.clock.now(),
            "ModelPackageStatus": "Completed",
            "ModelApprovalStatus": status,
            "InferenceSpecification": {"Containers": [container]},
            "ModelMetrics": metrics,
        }
        self.sagemaker.register(dict(self.registered[arn]))
        return arn

    def upload(self, arn: str, file: str, name: str) -> None:
        """The producer uploads a content to the place that the package names."""
        key = f"{ModelPackageArn.parse(arn).version}/{file}"
        self.s3.put_object(Bucket=TEAM, Key=key, Body=CONTENTS[file][name])

    def remove(self, arn: str, file: str) -> None:
        """The producer deletes it; versions stay."""
        self.s3.delete_object(Bucket=TEAM, Key=f"{ModelPackageArn.parse(arn).version}/{file}")

    def replace_at_once(self, arn: str, file: str, name: str) -> None:
        """Upload, and have it copied in the same moment."""
        self.upload(arn, file, name)
        copy_artifact(cast(Any, Client(self.s3, Faults())), self.gate, parse_message(self.bus[-1].body))

    def edit(self, arn: str) -> None:
        """Somebody swaps the image of the package, without a status."""
        if arn in self.sagemaker.packages:
            package = self.sagemaker.packages[arn]
            (container,) = package["InferenceSpecification"]["Containers"]
            package["InferenceSpecification"] = {"Containers": [{**container, "ImageDigest": "sha256:" + "9" * 64}]}

    def review(self, execution: Execution, verdict: ReviewVerdict, reviewer: str) -> None:
        """A person reviews the decision of *execution*, if it has one."""
        record = self.record_of(execution)
        if record is None:
            return
        basis = record["report"]["judgement"]["basis"]
        written = ReviewRecord(
            package_arn=execution.package,
            decision_id=record["decision_id"],
            basis=basis,
            verdict=verdict,
            reason="I have looked at it",
            reviewed_at=self.clock.now().isoformat(),
        )
        try:
            store = StoreBucket(s3=cast(Any, Client(self.s3, Faults())), name=EVIDENCE, owner=GOVERNANCE)
            write_review(store, written, reviewer=reviewer)
        except ContentError:
            self.counts["second reviews refused"] += 1

    # What machines do.

    def deliver(self, index: int) -> None:
        """One event of the bus reaches its queue."""
        event = self.bus.pop(index % len(self.bus))
        self.sqs.send_message(QueueUrl=event.queue, MessageBody=event.body)

    def poll(self, queue: str, most: int = 10) -> None:
        """One invocation of the function behind *queue*."""
        received = self.sqs.receive(queue, most)
        if not received:
            return
        records = [
            {"messageId": m.id, "body": m.body, "attributes": {}, "messageAttributes": {}, "eventSource": "aws:sqs"}
            for m in received
        ]
        answer = self._process(lambda: self._intake(queue).take_in({"Records": records}, cast(Any, None)))
        if answer is None:
            return  # killed: what it had received comes again
        again = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        for message in received:
            if message.id not in again:
                self.sqs.delete(queue, message.id)

    def advance(self, execution: Execution) -> None:
        """Run the next step of *execution*, if it has one."""
        step = {"check": self._check, "update": self._update}.get(execution.stage)
        if step is None:
            return
        try:
            done = self._process(partial(step, execution, self.clients()))
        except ModelgateError as error:
            self.counts[f"step ended by {type(error).__name__}"] += 1
            execution.stage = "Failed"
            return
        if done is None:
            execution.attempts += 1
            execution.stage = execution.stage if execution.attempts < STEP_ATTEMPTS else "Failed"
            return
        execution.stage = "update" if execution.stage == "check" else "Succeeded"

    def retry(self, execution: Execution) -> None:
        """An operator runs the last step of an ended execution again."""
        if execution.stage in ("Failed", "Succeeded"):
            execution.stage = "check" if execution.report is None else "update"

    def update_beside(self, execution: Execution) -> None:
        """A second attempt of the update step runs to its end while the first is under way."""
        if execution.stage == "update" and execution.report is not None:
            try:
                self._update(execution, self.clients(Faults()))
            except ModelgateError as error:
                self.counts[f"second attempt ended by {type(error).__name__}"] += 1

    def audit(self) -> None:
        """One run of the audit."""
        self.counts["audits"] += 1
        # One read after the other, so that the n-th call is the same each time.
        with patch.object(audit_reads, "READS", 1), patch.object(asking, "ASKS", 1):
            self._process(lambda: self._auditor().run(out_of_time=lambda: False))

    def judge(self, arn: str) -> str:
        """The verdict of one execution for *arn* of which nobody else hears."""
        execution = Execution(
            arn=f"arn:aws:sagemaker:eu-west-1:{GOVERNANCE}:pipeline/{PIPELINE}/execution/straight",
            token="",
            parameters={"ModelPackageGroupName": GROUP, "Bucket": STORE, "ModelPackageArn": arn},
            started_at=0.0,
            pinned=dict(self.sagemaker.pinned),
        )
        judgement = check(self._arguments(execution), self.clients(), self.clock.now).judgement
        return "not judged" if judgement is None else str(judgement.verdict)

    def work(self) -> None:
        """Let everything that is under way go one round further."""
        while self.bus:
            self.deliver(0)
        self.poll(COPY)
        self.poll(START)
        for execution in list(self.sagemaker.executions):
            self.advance(execution)
            self.advance(execution)

    def settle(self) -> None:
        """Faults end: work until nothing is under way, and let undecided packages be found."""
        self.faults.end()
        for _ in range(5):
            for _ in range(60):
                self.work()
                if not self.bus and not self.sqs.queues.get(START) and not self.sqs.queues.get(COPY):
                    break
                self.clock.forward(30)
            self.clock.forward(UNDECIDED_SECONDS + 1)
            self.events.told.clear()
            self.audit()
            if not self.sqs.queues.get(START):
                break

    # What can be seen.

    def records(self, arn: str) -> list[bytes]:
        """The signed records about *arn*."""
        prefix = f"decisions/{GROUP}/{ModelPackageArn.parse(arn).version}/"
        keys = self.s3.buckets[EVIDENCE].keys
        return [
            versions[-1].body or b""
            for key, versions in sorted(keys.items())
            if key.startswith(prefix) and not key.endswith(".conflict.json")
        ]

    def noted_reverts(self, arn: str) -> bool:
        """Whether the gate has noted that it set an unproved approval of *arn* back."""
        prefix = f"reverts/{GROUP}/{ModelPackageArn.parse(arn).version}/"
        return self.reverts and any(key.startswith(prefix) for key in self.s3.buckets[EVIDENCE].keys)

    def record_of(self, execution: Execution) -> dict[str, Any] | None:
        """What the record of *execution* says, if it has one."""
        from tests.stateful.oracle import predicate

        key = f"decisions/{GROUP}/{ModelPackageArn.parse(execution.package).version}/{execution.id}.json"
        versions = self.s3.buckets[EVIDENCE].keys.get(key)
        return predicate(versions[-1].body or b"") if versions else None

    def is_held(self, arn: str) -> bool:
        """Whether everybody can see that the package was judged and held."""
        metadata = self.sagemaker.packages[arn].get("CustomerMetadataProperties", {})
        return metadata.get("modelgate-verdict") == "held" and bool(self.records(arn))

    def clients(self, faults: Faults | None = None) -> Clients:
        """What a step is given."""
        through = faults or self.faults
        return Clients(
            **{
                name: cast(Any, Client(getattr(self, name), through))
                for name in ("s3", "sagemaker", "cloudwatch", "kms")
            }
        )

    def _check(self, execution: Execution, clients: Clients) -> bool:
        execution.report = check(self._arguments(execution), clients, self.clock.now).to_json()
        return True

    def _update(self, execution: Execution, clients: Clients) -> bool:
        update(self._arguments(execution), clients, execution.report or b"", self.clock.now)
        return True

    def _arguments(self, execution: Execution) -> Arguments:
        given = {
            "--model-package-arn": execution.package,
            "--model-package-group-name": execution.parameters["ModelPackageGroupName"],
            "--bucket": execution.parameters["Bucket"],
            "--execution-arn": execution.arn,
            "--artifact-store": STORE,
            "--image-digest": "sha256:" + "2" * 64,
            **execution.pinned,
        }
        return Arguments.parse("step", "", [part for pair in given.items() for part in pair])

    def _auditor(self) -> Auditor:
        settings = AuditSettings(
            artifact_store=STORE,
            gate_digest=self.sagemaker.pinned["--gate-digest"],
            signing_keys_digest=self.sagemaker.pinned["--signing-keys-digest"],
            pipeline=PIPELINE,
            generative_pipeline=None,
            partition="aws",
            region="eu-west-1",
            queue_url=START,
            claims_table="claims",
            undecided_seconds=UNDECIDED_SECONDS,
            evaluation_seconds=0,
            max_attempts=3,
            dead_letter_queue_urls=(f"{START}-dlq", f"{COPY}-dlq"),
            event_bus="default",
        )
        clients: dict[str, Any] = {
            name: Client(getattr(self, name), self.faults)
            for name in ("sagemaker", "s3", "sqs", "events", "cloudwatch")
        }
        kms, dynamodb = cast(Any, Client(self.kms, self.faults)), cast(Any, Client(self.dynamodb, self.faults))
        keys = SigningKeys.from_json(signing_keys_document([signer()]))
        return Auditor(
            settings=settings,
            gate=self.gate,
            verifier=KmsVerifier(kms, keys),
            attempts=Attempts(dynamodb, "claims"),
            now=self.clock.now,
            **clients,
        )

    def _intake(self, queue: str) -> Intake:
        logger, metrics = instruments()
        metrics.clear_metrics()
        s3, sqs = cast(Any, Client(self.s3, self.faults)), cast(Any, Client(self.sqs, self.faults))

        def work(message: Message) -> Outcome:
            outcome = copy_artifact(s3, self.gate, message) if queue == COPY else self._starter(s3, sqs).answer(message)
            self.counts[outcome.action] += 1
            return outcome

        return Intake(work=work, sqs=sqs, dead_letter_queue_url=f"{queue}-dlq", logger=logger, metrics=metrics)

    def _starter(self, s3: Any, sqs: Any) -> Starter:
        settings = Settings(
            artifact_store=STORE,
            gate_digest="sha256:" + "0" * 64,
            queue_url=START,
            dead_letter_queue_url=f"{START}-dlq",
            claims_table="claims",
            pipeline=PIPELINE,
            generative_pipeline=None,
            partition="aws",
            region="eu-west-1",
            wait_seconds=90,
            retry_seconds=30,
            max_running_executions=3,
        )
        dynamodb: Any = Client(self.dynamodb, self.faults)
        return Starter(
            settings=settings,
            gate=self.gate,
            sagemaker=cast(Any, Client(self.sagemaker, self.faults)),
            s3=s3,
            sqs=sqs,
            claims=Claims(dynamodb, "claims"),
            waiting=WaitingList(dynamodb, "claims"),
            now=self.clock.epoch,
            jitter=lambda: 0.5,
        )

    def _process(self, work: Callable[[], Any]) -> Any:
        """Run *work* as a process of its own; None when it was killed."""
        try:
            return work()
        except CrashError:
            self.counts["processes killed"] += 1
            return None
        finally:
            self.faults.dead = False

    def _pin(self, key: str, body: bytes, argument: str) -> None:
        self.s3.put_object(Bucket=STORE, Key=key, Body=body)
        self.sagemaker.pinned[argument] = f"sha256:{hashlib.sha256(body).hexdigest()}"

    def _created(self, bucket: str, key: str, version: Version) -> None:
        queue = {TEAM: COPY, STORE: START, EVIDENCE: START}[bucket]
        if (bucket == STORE and not key.startswith(LENDING)) or (bucket == EVIDENCE and not key.startswith("reviews/")):
            return
        thing = {"key": key, "version-id": version.id, "etag": version.etag.strip('"'), "sequencer": version.id[1:]}
        event = {
            "source": "aws.s3",
            "detail-type": "Object Created",
            "account": self.s3.buckets[bucket].owner,
            "detail": {"bucket": {"name": bucket}, "object": thing},
        }
        self._send(Delivery(queue, json.dumps(event)))

    def _changed(self, package: dict[str, Any], fields: list[str]) -> None:
        modified = {"LastModifiedTime": package["LastModifiedTime"].isoformat()} if fields else {}
        detail = {
            "ModelPackageArn": package["ModelPackageArn"],
            "ModelApprovalStatus": package["ModelApprovalStatus"],
            "CreationTime": package["CreationTime"].isoformat(),
            "UpdatedModelPackageFields": fields,
            **modified,
        }
        event = {"source": "aws.sagemaker", "detail-type": "SageMaker Model Package State Change", "detail": detail}
        self._send(Delivery(START, json.dumps(event)))

    def _send(self, event: Delivery) -> None:
        self.bus.append(event)
        self.sent.append(event)
