"""What the pipeline definition pins by digest: the gate document, the policy bundle and the signing keys.

A group that has the next bundle already is judged by that one: the gate document, itself pinned, names its digest.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelgate.aws.objects import Bucket
from modelgate.aws.pinned import read_pinned
from modelgate.contracts.gate import Gate, Group
from modelgate.contracts.layout import GATE_KEY, NEXT_POLICY_BUNDLE_KEY, POLICY_BUNDLE_KEY, SIGNING_KEYS_KEY
from modelgate.errors import BindingError
from modelgate.evidence.public_keys import PublicKeys
from modelgate.evidence.signing_keys import SigningKeys
from modelgate.policy.model import Bundle
from modelgate.steps.arguments import Arguments

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """The documents, and their bytes for the evidence store; *policy_digest* is that of the bundle in force here."""

    gate: Gate
    group: Group
    bundle: Bundle
    policy_digest: str
    signing_keys: SigningKeys
    gate_bytes: bytes
    bundle_bytes: bytes
    signing_keys_bytes: bytes

    @property
    def verifier(self) -> PublicKeys:
        """Whose signatures count."""
        return PublicKeys(self.signing_keys)

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
    return Pinned(
        gate=gate,
        group=group,
        bundle=Bundle.from_json(bundle_bytes),
        policy_digest=digest,
        signing_keys=SigningKeys.from_json(keys_bytes),
        gate_bytes=gate_bytes,
        bundle_bytes=bundle_bytes,
        signing_keys_bytes=keys_bytes,
    )
