"""The verdict predicted on a registered package: read as the check step reads, written nowhere."""

from datetime import datetime
from pathlib import Path

from modelgate.aws.objects import Bucket
from modelgate.aws.pinned import MAX_PINNED_BYTES, read_pinned
from modelgate.aws.registry import describe_package
from modelgate.cli.bundles import read_bundle
from modelgate.cli.platform import Platform
from modelgate.cli.predicted import Prediction, predict
from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.gate import Gate, Group
from modelgate.contracts.layout import GATE_KEY, NEXT_POLICY_BUNDLE_KEY, POLICY_BUNDLE_KEY, SIGNING_KEYS_KEY
from modelgate.contracts.package import PENDING, ModelPackage
from modelgate.errors import ContentError, InfrastructureError
from modelgate.evidence.signing_keys import SigningKeys
from modelgate.policy.model import Bundle
from modelgate.reports.kinds import EXTRA
from modelgate.steps.gather import gather
from modelgate.steps.past import governing, look_back
from modelgate.steps.pinned import Pinned


def predict_registered(
    arn: ModelPackageArn, platform: Platform, *, policies: Path | None, gate: bytes | None, now: datetime
) -> Prediction:
    """Judge the package *arn* by the bundle in force for its group, or by *policies*.

    *gate* are the bytes of a gate document; None reads the one of the artifact store.

    Raises:
        ContentError: the package does not exist, or its group is not under the gate.
        InfrastructureError: a service did not answer.
    """
    store = platform.artifacts()
    package = described(platform, arn)
    gate_bytes = gate if gate is not None else current(store, GATE_KEY)
    document = Gate.from_json(gate_bytes)
    group = document.groups.get(arn.group)
    if group is None:
        raise ContentError(f"group {arn.group} is not under the gate, so nothing will judge {arn}")
    bundle_bytes = _bundle_in_force(store, group) if policies is None else read_bundle(policies).to_json()
    keys_bytes = current(store, SIGNING_KEYS_KEY)
    pinned = Pinned(
        gate=document,
        group=group,
        bundle=Bundle.from_json(bundle_bytes),
        policy_digest=sha256_of(bundle_bytes),
        signing_keys=SigningKeys.from_json(keys_bytes),
        gate_bytes=gate_bytes,
        bundle_bytes=bundle_bytes,
        signing_keys_bytes=keys_bytes,
    )
    past = look_back(pinned.evidence(store.s3), pinned, package)
    subject = gather(store.s3, pinned, package, (), past, now.isoformat())
    return predict(subject, pinned.bundle, _assumed(package, pinned))


def described(platform: Platform, arn: ModelPackageArn) -> ModelPackage:
    """The registry's word on *arn*.

    Raises:
        ContentError: there is no such package.
        InfrastructureError: the registry did not answer.
    """
    package = describe_package(platform.session.sagemaker(), arn)
    if package is None:
        raise ContentError(f"{arn} does not exist; list versions with `aws sagemaker list-model-packages`")
    return package


def current(store: Bucket, key: str) -> bytes:
    """The newest version of a document that Terraform stores.

    Raises:
        InfrastructureError: it is not there, or S3 did not answer.
    """
    found = store.read(key, max_bytes=MAX_PINNED_BYTES)
    if found is None:
        raise InfrastructureError(f"{store.uri(key)} is not there; is that the artifact store of the platform?")
    return found.data


def _bundle_in_force(store: Bucket, group: Group) -> bytes:
    if group.policy_digest is None:
        return current(store, POLICY_BUNDLE_KEY)
    return read_pinned(
        store.s3, bucket=store.name, key=NEXT_POLICY_BUNDLE_KEY, digest=group.policy_digest, owner=store.owner
    )


def _assumed(package: ModelPackage, pinned: Pinned) -> tuple[str, ...]:
    assumed = []
    if package.approval_status != PENDING:
        assumed.append(f"the package were still pending; it is {package.approval_status}")
    policy = governing(pinned, package)
    if policy is not None and any((check.report or "").startswith(f"{EXTRA}.") for check in policy.checks):
        assumed.append("the pipeline's extra steps have not run: their reports are missing here")
    return tuple(assumed)
