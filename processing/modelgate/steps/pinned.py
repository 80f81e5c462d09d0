"""What the pipeline definition pins by digest: gate document, policy bundle, signing keys, and the evaluations if any.

A group that has the next bundle already is judged by that one: the gate document, itself pinned, names its digest.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelgate.aws.objects import Bucket
from modelgate.aws.pinned import read_pinned
from modelgate.contracts.gate import Gate, Group, Mode
from modelgate.contracts.layout import (
    EVALUATIONS_KEY,
    GATE_KEY,
    NEXT_POLICY_BUNDLE_KEY,
    POLICY_BUNDLE_KEY,
    SIGNING_KEYS_KEY,
)
from modelgate.contracts.package import PENDING, ModelPackage
from modelgate.errors import BindingError, PinError
from modelgate.evidence.public_keys import PublicKeys
from modelgate.evidence.signing_keys import SigningKeys
from modelgate.generative.evaluation import Evaluation, Evaluations
from modelgate.generative.evaluators import require_known
from modelgate.policy.model import Bundle
from modelgate.steps.arguments import Arguments

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """The documents, and their bytes for the evidence store; *policy_digest* is that of the bundle in force here.

    *evaluation* is what the group's models are asked; None for a group whose models are not asked anything.
    """

    gate: Gate
    group: Group
    bundle: Bundle
    policy_digest: str
    signing_keys: SigningKeys
    gate_bytes: bytes
    bundle_bytes: bytes
    signing_keys_bytes: bytes
    evaluation: Evaluation | None = None
    evaluations_bytes: bytes | None = None

    @property
    def verifier(self) -> PublicKeys:
        """Whose signatures count."""
        return PublicKeys(self.signing_keys)

    def judges(self, package: ModelPackage) -> bool:
        """Whether *package* is to be judged: a shadow group's are, whatever somebody else has decided."""
        return package.approval_status == PENDING or self.group.mode is Mode.SHADOW

    def evidence(self, s3: "S3Client") -> Bucket:
        """The evidence store."""
        return Bucket(s3=s3, name=self.gate.evidence_store, owner=self.gate.governance_account)

    def artifacts(self, s3: "S3Client") -> Bucket:
        """The artifact store."""
        return Bucket(s3=s3, name=self.gate.artifact_store, owner=self.gate.governance_account)


def load_pinned(s3: "S3Client", arguments: Arguments) -> Pinned:
    """Read the documents and check that they speak of this store, this account and this group.

    Raises:
        PinError, PolicyError: a document is not there or cannot be used.
        BindingError: the package is not under this gate.
    """
    store, owner = arguments.artifact_store, arguments.package.account
    gate_bytes = read_pinned(s3, bucket=store, key=GATE_KEY, digest=arguments.gate_digest, owner=owner)
    gate = Gate.from_json(gate_bytes)
    if gate.artifact_store != store:
        raise BindingError(f"the gate document is about the artifact store {gate.artifact_store!r}, not {store!r}")
    if gate.governance_account != owner:
        raise BindingError(f"{arguments.package} is not in the governance account {gate.governance_account}")
    group = gate.groups.get(arguments.package.group)
    if group is None:
        raise BindingError(f"group {arguments.package.group} is not under the gate; add it to the values and apply")
    key, digest = POLICY_BUNDLE_KEY, arguments.policy_digest
    if group.policy_digest is not None:
        key, digest = NEXT_POLICY_BUNDLE_KEY, group.policy_digest.lower()
    bundle_bytes = read_pinned(s3, bucket=store, key=key, digest=digest, owner=owner)
    keys_digest = arguments.signing_keys_digest
    keys_bytes = read_pinned(s3, bucket=store, key=SIGNING_KEYS_KEY, digest=keys_digest, owner=owner)
    evaluations_bytes = _evaluations(s3, arguments, group)
    return Pinned(
        gate=gate,
        group=group,
        bundle=Bundle.from_json(bundle_bytes),
        policy_digest=digest,
        signing_keys=SigningKeys.from_json(keys_bytes),
        gate_bytes=gate_bytes,
        bundle_bytes=bundle_bytes,
        signing_keys_bytes=keys_bytes,
        evaluation=None if evaluations_bytes is None else _evaluation(evaluations_bytes, group),
        evaluations_bytes=evaluations_bytes,
    )


def _evaluations(s3: "S3Client", arguments: Arguments, group: Group) -> bytes | None:
    """The document of evaluations. A group that names one is judged by no pipeline that asks nothing."""
    digest = arguments.evaluations_digest
    if group.evaluation is not None and digest is None:
        raise BindingError(
            f"group {group.name} names the evaluation {group.evaluation!a}, and this pipeline evaluates nothing; "
            "start the generative pipeline, as the event of a registration does"
        )
    if group.evaluation is None and digest is not None:
        raise BindingError(f"group {group.name} names no evaluation, and this pipeline evaluates; start the other one")
    if digest is None:
        return None
    owner = arguments.package.account
    return read_pinned(s3, bucket=arguments.artifact_store, key=EVALUATIONS_KEY, digest=digest, owner=owner)


def _evaluation(data: bytes, group: Group) -> Evaluation:
    found = Evaluations.from_json(data).evaluations.get(str(group.evaluation))
    if found is None or found.name != group.evaluation:
        raise PinError(f"the evaluations do not hold {group.evaluation!a}, which group {group.name} names; apply again")
    require_known(found)
    return found
