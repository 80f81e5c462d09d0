"""KMS, as far as somebody signs and verifies there: real ECDSA, and KMS's own refusals."""

from typing import Any

from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from tests.unit.signing_made_up import TestSigner

_DIGEST = ECDSA(Prehashed(SHA256()))


class KmsDouble:
    """The keys of *signers*, by ARN; *disabled* ones refuse."""

    def __init__(self, *signers: TestSigner) -> None:
        self.keys = {signer.arn: signer for signer in signers}
        self.disabled: set[str] = set()

    def sign(self, *, KeyId: str, Message: bytes, MessageType: str, SigningAlgorithm: str) -> dict[str, Any]:  # noqa: N803 as boto3 has it
        """Sign a digest."""
        key = self._key("Sign", KeyId, MessageType, SigningAlgorithm)
        return {"KeyId": KeyId, "Signature": key.private.sign(Message, _DIGEST)}

    def verify(
        self,
        *,
        KeyId: str,  # noqa: N803
        Message: bytes,  # noqa: N803
        MessageType: str,  # noqa: N803
        Signature: bytes,  # noqa: N803
        SigningAlgorithm: str,  # noqa: N803
    ) -> dict[str, Any]:
        """Verify a digest's signature; a wrong one is an error there, not False."""
        key = self._key("Verify", KeyId, MessageType, SigningAlgorithm)
        try:
            key.private.public_key().verify(Signature, Message, _DIGEST)
        except InvalidSignature as error:
            raise _refused("Verify", "KMSInvalidSignatureException") from error
        return {"KeyId": KeyId, "SignatureValid": True}

    def _key(self, call: str, key: str, kind: str, algorithm: str) -> TestSigner:
        if (kind, algorithm) != ("DIGEST", "ECDSA_SHA_256"):
            raise _refused(call, "ValidationException")
        if key not in self.keys:
            raise _refused(call, "NotFoundException")
        if key in self.disabled:
            raise _refused(call, "DisabledException")
        return self.keys[key]


def _refused(call: str, code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "refused"}}, call)
