"""A governance account with a store, evidence, a gate document and the shipped policies; and a team's packages."""

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from modelgate.aws.clients import Clients
from modelgate.aws.objects import Bucket
from modelgate.aws.reviews import write_review
from modelgate.contracts.arns import ExecutionArn, ModelPackageArn
from modelgate.contracts.check_report import CheckReport, Runtime
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.layout import (
    GATE_KEY,
    NEXT_POLICY_BUNDLE_KEY,
    POLICY_BUNDLE_KEY,
    SIGNING_KEYS_KEY,
    decision_key,
    extra_report_key,
)
from modelgate.contracts.review import ReviewRecord, ReviewVerdict
from modelgate.evidence.envelope import open_envelope
from modelgate.evidence.record import EvidenceRecord
from modelgate.policy.bundle import build
from modelgate.policy.model import Bundle
from modelgate.steps.arguments import Arguments
from modelgate.steps.check import check
from modelgate.steps.update import update

from tests.unit.kms_double import KmsDouble
from tests.unit.signing_made_up import TestSigner, signing_keys_document
from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.registry_double import RegistryDouble

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.client import CloudWatchClient
    from mypy_boto3_kms.client import KMSClient
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_sagemaker.client import SageMakerClient

GOVERNANCE, LENDING = "222222222222", "333333333333"
STORE, EVIDENCE, TEAM_BUCKET = "gate-artifacts", "gate-evidence", "lending-bucket"
POLICIES = Path(__file__).parents[3] / "policies"
MEMBERS = {
    "ModelQuality.Statistics": "quality.json",
    "Bias.PostTrainingReport": "bias.json",
    "Explainability.Report": "explainability.json",
}


@cache
def shipped_policies() -> bytes:
    """The shipped policy on credit alone, as version 1 of a bundle 1, whatever has become of it since."""
    shipped = Bundle.from_json(build(POLICIES))
    (credit,) = (policy for policy in shipped.policies if policy.name == "credit")
    return replace(shipped, version=1, policies=(replace(credit, version=1),), waivers=(), budgets={}).to_json()


class Counter:
    """CloudWatch, as far as somebody counts there."""

    def __init__(self) -> None:
        self.counted: list[tuple[str, str]] = []

    def put_metric_data(self, *, Namespace: str, MetricData: list[dict[str, Any]]) -> None:  # noqa: N803 as boto3 has it
        """Remember namespace and name of each metric."""
        self.counted += [(Namespace, metric["MetricName"]) for metric in MetricData]


@dataclass
class World:
    """Everything a step can reach. *sequence* orders the uploads; *time* stands still until a test moves it."""

    s3: "S3Client"
    registry: RegistryDouble = field(default_factory=RegistryDouble)
    cloudwatch: Counter = field(default_factory=Counter)
    signer: TestSigner = field(default_factory=TestSigner)
    kms: KmsDouble = field(default_factory=KmsDouble)
    time: datetime = field(default_factory=lambda: datetime.now(UTC))  # S3's clock cannot be chosen
    extra: tuple[str, ...] = ()
    gate_digest: str = ""
    policy_digest: str = ""
    signing_keys_digest: str = ""
    sequence: int = 0

    def __post_init__(self) -> None:
        for bucket in (STORE, EVIDENCE):
            self.s3.create_bucket(Bucket=bucket)
            self.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        self.pin_gate({"policy": "credit"})
        self.pin_policies(shipped_policies())
        self.pin_signing_keys(self.signer)

    def now(self) -> datetime:
        """The clock of the steps."""
        return self.time

    def later(self, **passed: float) -> None:
        """Let time pass."""
        self.time += timedelta(**passed)

    def pin_gate(self, tags: dict[str, str], **more: str) -> None:
        """Store a gate document with one group that has *tags*, in force unless *more* says otherwise."""
        group = {"team": "lending", "account": LENDING, "tags": tags, "mode": "enforce", **more}
        document = {
            "schema": "modelgate/gate/v1",
            "artifact_store": STORE,
            "evidence_store": EVIDENCE,
            "governance_account": GOVERNANCE,
            "products": {LENDING: {"name": "lending", "bucket": TEAM_BUCKET}},
            "groups": {"loan-approval": group},
        }
        body = json.dumps(document).encode()
        self.s3.put_object(Bucket=STORE, Key=GATE_KEY, Body=body)
        self.gate_digest = sha256_of(body)

    def pin_policies(self, bundle: bytes) -> None:
        """Store a policy bundle."""
        self.s3.put_object(Bucket=STORE, Key=POLICY_BUNDLE_KEY, Body=bundle)
        self.policy_digest = sha256_of(bundle)

    def pin_signing_keys(self, *signers: TestSigner) -> None:
        """Store the document of signing keys, whose last one signs, and hold their private halves in KMS."""
        body = signing_keys_document(signers)
        self.kms.keys.update({signer.arn: signer for signer in signers})
        self.s3.put_object(Bucket=STORE, Key=SIGNING_KEYS_KEY, Body=body)
        self.signing_keys_digest = sha256_of(body)

    def pin_next_policies(self, bundle: bytes) -> None:
        """Store the bundle that the group has already, while the others wait for it."""
        self.s3.put_object(Bucket=STORE, Key=NEXT_POLICY_BUNDLE_KEY, Body=bundle)
        self.pin_gate({"policy": "credit"}, policy_digest=sha256_of(bundle))

    def report(self, name: str, body: bytes, execution: str = "run1") -> str:
        """Store the report of an extra step, whose name both steps get; return its version id."""
        self.extra = tuple(dict.fromkeys((*self.extra, name)))
        return self.s3.put_object(Bucket=STORE, Key=extra_report_key(execution, name), Body=body)["VersionId"]

    def review(self, arn: str, verdict: ReviewVerdict, execution: str = "run1", reviewer: str = "AROA:ada") -> str:
        """Let a person review the decision of a run; return the review's address."""
        record = ReviewRecord(
            package_arn=arn,
            decision_id=self.record(arn, execution).decision_id,
            basis=self.record(arn, execution).judgement.basis,
            verdict=verdict,
            reason="I have looked at it",
            reviewed_at=self.time.isoformat(),
        )
        return write_review(self.evidence, record, reviewer=reviewer)

    @property
    def evidence(self) -> Bucket:
        """The evidence store."""
        return Bucket(s3=self.s3, name=EVIDENCE, owner=None)

    def upload(self, name: str, body: bytes, *, version: int = 1) -> str:
        """Store a file as the copier does; return the version id of the copy."""
        self.sequence += 1
        return self.s3.put_object(
            Bucket=STORE,
            Key=f"{LENDING}/{TEAM_BUCKET}/v{version}/{name}",
            Body=body,
            Metadata={
                "sha256": hashlib.sha256(body).hexdigest(),
                "source-version-id": "v",
                "source-sequencer": f"{self.sequence:08X}",
            },
        )["VersionId"]

    def register(
        self,
        *,
        version: int = 1,
        reports: dict[str, Any] | None = None,
        late: tuple[str, ...] = (),
        without: tuple[str, ...] = (),
        digests: bool = True,
        buckets: dict[str, str] | None = None,
        baselines: dict[str, str] | None = None,
        metadata: dict[str, str] | None = None,
    ) -> str:
        """Register a package whose reports are good, except those in *reports* (by file; bytes are taken as they are).

        *late* files are named but not stored, *without* are not named; *buckets* sends a file's address elsewhere.
        *baselines* names files as drift check baselines, by member.
        """
        contents = {
            "quality.json": made_up.quality(),
            "bias.json": made_up.bias(),
            "explainability.json": made_up.explainability(),
            **(reports or {}),
        }
        metrics: dict[str, Any] = {}
        for member, file in MEMBERS.items():
            if file in without:
                continue
            body = contents[file] if isinstance(contents[file], bytes) else json.dumps(contents[file]).encode()
            family, part = member.split(".")
            bucket = (buckets or {}).get(file, TEAM_BUCKET)
            source = {"ContentType": "application/json", "S3Uri": f"s3://{bucket}/v{version}/{file}"}
            metrics.setdefault(family, {})[part] = source | ({"ContentDigest": sha256_of(body)} if digests else {})
            if file not in late:
                self.upload(file, body, version=version)
        self.upload("model.tar.gz", b"weights %d" % version, version=version)
        arn = f"arn:aws:sagemaker:eu-west-1:{GOVERNANCE}:model-package/loan-approval/{version}"
        self.registry.add(arn, metrics=metrics, model_data=f"s3://{TEAM_BUCKET}/v{version}/model.tar.gz")
        registered = self.registry.packages[arn]
        for member, file in (baselines or {}).items():
            family, part = member.split(".")
            body = json.dumps(contents[file]).encode()
            source = {"S3Uri": f"s3://{TEAM_BUCKET}/v{version}/{file}", "ContentDigest": sha256_of(body)}
            registered.setdefault("DriftCheckBaselines", {}).setdefault(family, {})[part] = source
            if file not in MEMBERS.values():
                self.upload(file, body, version=version)
        if metadata is not None:
            registered["CustomerMetadataProperties"] = dict(metadata)
        return arn

    @property
    def clients(self) -> Clients:
        """What the steps are given."""
        return Clients(
            s3=self.s3,
            sagemaker=cast("SageMakerClient", self.registry),
            cloudwatch=cast("CloudWatchClient", self.cloudwatch),
            kms=cast("KMSClient", self.kms),
        )

    def arguments(self, arn: str, execution: str = "run1") -> Arguments:
        """The arguments of a run."""
        return Arguments(
            package=ModelPackageArn.parse(arn),
            execution=ExecutionArn.parse(
                f"arn:aws:sagemaker:eu-west-1:{GOVERNANCE}:pipeline/gate-approval/execution/{execution}"
            ),
            artifact_store=STORE,
            gate_digest=self.gate_digest,
            policy_digest=self.policy_digest,
            image_digest="sha256:" + "2" * 64,
            signing_keys_digest=self.signing_keys_digest,
            runtime=Runtime.CONTAINER,
            extra_reports=self.extra,
        )

    def check(self, arn: str, execution: str = "run1") -> CheckReport:
        """Run the check step."""
        return check(self.arguments(arn, execution), self.clients, self.now)

    def update(self, arn: str, report: CheckReport | bytes, execution: str = "run1") -> str:
        """Run the update step on a report."""
        data = report if isinstance(report, bytes) else report.to_json()
        return update(self.arguments(arn, execution), self.clients, data, self.now)

    def run(self, arn: str, execution: str = "run1") -> str:
        """Run both steps; return the package's status."""
        self.update(arn, self.check(arn, execution), execution)
        return self.status(arn)

    def status(self, arn: str) -> str:
        """The package's approval status."""
        return str(self.registry.packages[arn]["ModelApprovalStatus"])

    def told(self, arn: str) -> str:
        """What the registry was told."""
        return str(self.registry.packages[arn].get("ApprovalDescription", ""))

    def record(self, arn: str, execution: str = "run1") -> EvidenceRecord:
        """The evidence record of a run."""
        return open_envelope(self.envelope(arn, execution)).record

    def envelope(self, arn: str, execution: str = "run1") -> bytes:
        """The same as it is stored: signed."""
        package = ModelPackageArn.parse(arn)
        key = decision_key(package.group, package.version, execution)
        return self.s3.get_object(Bucket=EVIDENCE, Key=key)["Body"].read()
