"""A governance account on a real HTTP endpoint, with one package that a step can judge."""

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import boto3
from modelgate.contracts.gate import SCHEMA as GATE_SCHEMA
from modelgate.contracts.layout import GATE_KEY, META_SHA256, META_SOURCE_SEQUENCER, META_SOURCE_VERSION
from modelgate.contracts.layout import POLICY_BUNDLE_KEY as BUNDLE_KEY
from modelgate.contracts.layout import SIGNING_KEYS_KEY as KEYS_KEY
from modelgate.policy.model import Evidence

from tests.unit.checks.subjects import bundle, check, policy
from tests.unit.moto_kms import new_signing_keys

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sagemaker import SageMakerClient

REGION: Literal["eu-west-1"] = "eu-west-1"
ACCOUNT = "123456789012"  # the one account that this SageMaker knows
PRODUCT = "333333333333"
STORE, EVIDENCE, BUCKET, GROUP = "gate-artifacts", "gate-evidence", "lending-models", "loan-approval"
EXECUTION = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:pipeline/gate-approval/execution/abcdefghijkl"
IMAGE_DIGEST = "sha256:" + "1" * 64
POLICY = policy(
    check("model_quality", id="auc", metric="auc", low=0.7, high=1.0),
    name="loans",
    evidence=Evidence(required=("ModelQuality.Statistics",), content_digest_required=False, maximum_age_days=None),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Governance:
    """The account: stores, pinned documents, registry."""

    url: str
    gate_digest: str
    policy_digest: str
    signing_keys_digest: str

    @property
    def environment(self) -> dict[str, str]:
        """What a step's container is given to reach it."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "test",
        }

    @property
    def sagemaker(self) -> "SageMakerClient":
        """The registry."""
        return boto3.client("sagemaker", **client_arguments(self.url))

    def arguments(self, package: str) -> list[str]:
        """The arguments that the pipeline definition renders for *package*."""
        given = {
            "--model-package-arn": package,
            "--model-package-group-name": GROUP,
            "--bucket": STORE,
            "--execution-arn": EXECUTION,
            "--artifact-store": STORE,
            "--gate-digest": self.gate_digest,
            "--policy-digest": self.policy_digest,
            "--image-digest": IMAGE_DIGEST,
            "--signing-keys-digest": self.signing_keys_digest,
        }
        return [word for pair in given.items() for word in pair]


def client_arguments(url: str) -> dict[str, Any]:
    """How to reach *url* as the governance account."""
    login = {"aws_access_key_id": ACCOUNT, "aws_secret_access_key": "test"}
    return {"endpoint_url": url, "region_name": REGION, **login}


def set_up(url: str) -> Governance:
    """Create the stores, the pinned documents and the group."""
    s3: S3Client = boto3.client("s3", **client_arguments(url))
    for bucket in (STORE, EVIDENCE):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    gate = {
        "schema": GATE_SCHEMA,
        "artifact_store": STORE,
        "evidence_store": EVIDENCE,
        "governance_account": ACCOUNT,
        "products": {PRODUCT: {"name": "lending", "bucket": BUCKET}},
        "groups": {GROUP: {"team": "lending", "account": PRODUCT, "tags": {}, "mode": "enforce"}},
    }
    documents = {
        GATE_KEY: json.dumps(gate).encode(),
        BUNDLE_KEY: bundle(policies=(POLICY,)).to_json(),
        KEYS_KEY: new_signing_keys(boto3.client("kms", **client_arguments(url))),
    }
    for key, data in documents.items():
        s3.put_object(Bucket=STORE, Key=key, Body=data)
    governance = Governance(
        url=url,
        gate_digest=f"sha256:{hashlib.sha256(documents[GATE_KEY]).hexdigest()}",
        policy_digest=f"sha256:{hashlib.sha256(documents[BUNDLE_KEY]).hexdigest()}",
        signing_keys_digest=f"sha256:{hashlib.sha256(documents[KEYS_KEY]).hexdigest()}",
    )
    governance.sagemaker.create_model_package_group(ModelPackageGroupName=GROUP)
    return governance


def register(governance: Governance, *, name: str, auc: float) -> str:
    """Register a package whose model and quality report have arrived in the store; return its ARN."""
    report = json.dumps({"version": 0.0, "binary_classification_metrics": {"auc": {"value": auc}}}).encode()
    statistics = _arrive(governance, f"{name}/statistics.json", report)
    model = _arrive(governance, f"{name}/model.tar.gz", f"the model {name}".encode())
    created = governance.sagemaker.create_model_package(
        ModelPackageGroupName=GROUP,
        ModelApprovalStatus="PendingManualApproval",
        InferenceSpecification={
            "Containers": [{"Image": f"{PRODUCT}.dkr.ecr.{REGION}.amazonaws.com/serving:1", "ModelDataUrl": model}],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
        ModelMetrics={"ModelQuality": {"Statistics": {"ContentType": "application/json", "S3Uri": statistics}}},
    )
    return created["ModelPackageArn"]


def _arrive(governance: Governance, key: str, data: bytes) -> str:
    """Put the copy of an upload into the store as the copier does; return the address of the upload."""
    s3: S3Client = boto3.client("s3", **client_arguments(governance.url))
    s3.put_object(
        Bucket=STORE,
        Key=f"{PRODUCT}/{BUCKET}/{key}",
        Body=data,
        Metadata={
            META_SHA256: hashlib.sha256(data).hexdigest(),
            META_SOURCE_VERSION: "v1",
            META_SOURCE_SEQUENCER: "0055AED6DCD90281E5",
        },
    )
    return f"s3://{BUCKET}/{key}"
