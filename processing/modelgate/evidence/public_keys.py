"""Verifying without AWS: with the public keys alone."""

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from modelgate.errors import PinError
from modelgate.evidence.signing_keys import SigningKeys


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """A verifier that trusts the keys of one document."""

    signing_keys: SigningKeys

    def verify(self, keyid: str, message: bytes, signature: bytes) -> bool:
        """Whether the key *keyid* of the document made *signature* over *message*.

        Raises:
            PinError: that key is none.
        """
        found = self.signing_keys.keys.get(keyid)
        if found is None:
            return False
        try:
            _loaded(found.public_key).verify(signature, message, ECDSA(SHA256()))
        except InvalidSignature:
            return False
        return True


def _loaded(pem: str) -> EllipticCurvePublicKey:
    try:
        key = load_pem_public_key(pem.encode())
    except ValueError as error:
        raise PinError(
            f"a pinned public key is no point of its curve: {error}; apply the governance root again"
        ) from error
    if not isinstance(key, EllipticCurvePublicKey):
        raise PinError("a pinned public key is not an elliptic curve's; apply the governance root again")
    return key
