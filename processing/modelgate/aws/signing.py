"""Signing and verifying with KMS: private keys never leave it."""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from modelgate.aws.faults import error_code, infrastructure
from modelgate.evidence.signing_keys import SigningKeys

if TYPE_CHECKING:
    from mypy_boto3_kms.client import KMSClient

_INVALID = "KMSInvalidSignatureException"


@dataclass(frozen=True, slots=True)
class KmsSigner:
    """Signs with the active key of a pinned document."""

    kms: "KMSClient"
    keys: SigningKeys

    @property
    def keyid(self) -> str:
        """The active key."""
        return self.keys.active

    def sign(self, message: bytes) -> bytes:
        """Sign the SHA-256 of *message*.

        Raises:
            InfrastructureError: KMS did not answer, or the key is disabled, gone or not ours to use.
        """
        arn = self.keys.keys[self.keyid].arn
        with infrastructure(f"signing with {arn}"):
            # The digest, not the message: KMS takes at most 4,096 bytes.
            answer = self.kms.sign(
                KeyId=arn, Message=_sha256(message), MessageType="DIGEST", SigningAlgorithm="ECDSA_SHA_256"
            )
        return answer["Signature"]


@dataclass(frozen=True, slots=True)
class KmsVerifier:
    """Verifies where there is no cryptography library: KMS does it, with the keys of a pinned document."""

    kms: "KMSClient"
    keys: SigningKeys

    def verify(self, keyid: str, message: bytes, signature: bytes) -> bool:
        """Whether the pinned key *keyid* made *signature*; False for a key that is not pinned, which is not asked for.

        Raises:
            InfrastructureError: KMS did not answer, or the key is disabled, gone or not ours to use.
        """
        key = self.keys.keys.get(keyid)
        if key is None or not signature:
            return False
        with infrastructure(f"verifying with {key.arn}"):
            try:
                answer = self.kms.verify(
                    KeyId=key.arn,
                    Message=_sha256(message),
                    MessageType="DIGEST",
                    Signature=signature,
                    SigningAlgorithm="ECDSA_SHA_256",
                )
            except ClientError as error:
                if error_code(error) == _INVALID:
                    return False
                raise
        return answer["SignatureValid"]


def _sha256(message: bytes) -> bytes:
    return hashlib.sha256(message).digest()
