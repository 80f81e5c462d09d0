"""KMS of moto, mended: it takes a digest for a message and hashes it once more, which AWS does not."""

import base64
import json
from typing import TYPE_CHECKING

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from modelgate.evidence.signing_keys import SCHEMA, keyid_of
from moto.kms.utils import ECDSAPrivateKey

if TYPE_CHECKING:
    from mypy_boto3_kms.client import KMSClient

_DIGEST = ECDSA(Prehashed(SHA256()))


def take_digests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have moto sign and verify digests as they are; whoever sends messages must not use it."""
    monkeypatch.setattr(ECDSAPrivateKey, "sign", _sign)
    monkeypatch.setattr(ECDSAPrivateKey, "verify", _verify)


def new_signing_keys(kms: "KMSClient") -> bytes:
    """Make a key in KMS; return the document that pins its public half, as deployment writes it."""
    made = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
    der = base64.b64encode(kms.get_public_key(KeyId=made["KeyId"])["PublicKey"]).decode()
    pem = f"-----BEGIN PUBLIC KEY-----\n{der[:64]}\n{der[64:]}\n-----END PUBLIC KEY-----\n"
    keyid = keyid_of(pem)
    keys = {keyid: {"arn": made["Arn"], "public_key": pem}}
    return json.dumps({"schema": SCHEMA, "active": keyid, "keys": keys}).encode()


def _sign(key: ECDSAPrivateKey, message: bytes, signing_algorithm: str) -> bytes:
    return key.private_key.sign(message, _DIGEST)


def _verify(key: ECDSAPrivateKey, message: bytes, signature: bytes, signing_algorithm: str) -> bool:
    try:
        key.private_key.public_key().verify(signature, message, _DIGEST)
    except InvalidSignature:
        return False
    return True
