"""A signing key of the tests' own: real ECDSA over P-256, without KMS."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from modelgate.evidence.signing_keys import SCHEMA, SigningKeys

GOVERNANCE = "222222222222"


@dataclass(frozen=True, slots=True)
class TestSigner:
    """A key pair that signs as KMS does; *name* ends its made-up ARN."""

    __test__ = False  # no test class, whatever its name begins with

    name: str = "2026"
    private: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))

    @property
    def public_key(self) -> str:
        """The public half, PEM."""
        return self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    @property
    def keyid(self) -> str:
        """The SHA-256 of the public half's DER, computed apart from the code under test."""
        der = self.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return hashlib.sha256(der).hexdigest()

    @property
    def arn(self) -> str:
        """Where KMS would hold it."""
        return f"arn:aws:kms:eu-west-1:{GOVERNANCE}:key/{self.name}"

    def sign(self, message: bytes) -> bytes:
        """Sign *message*."""
        return self.private.sign(message, ECDSA(SHA256()))


def signing_keys_document(signers: Sequence[TestSigner], active: TestSigner | None = None) -> bytes:
    """The document that pins *signers*; the last is active unless another is named."""
    document = {
        "schema": SCHEMA,
        "active": (active or signers[-1]).keyid,
        "keys": {signer.keyid: {"arn": signer.arn, "public_key": signer.public_key} for signer in signers},
    }
    return json.dumps(document).encode()


def signing_keys(*signers: TestSigner) -> SigningKeys:
    """The same, read."""
    return SigningKeys.from_json(signing_keys_document(signers))
