"""Signing and verifying with KMS, as moto imitates it: real keys, real signatures."""

import base64
import json
from typing import TYPE_CHECKING, cast

import boto3
import pytest
from modelgate.aws.signing import KmsSigner, KmsVerifier
from modelgate.errors import InfrastructureError
from modelgate.evidence.envelope import open_envelope, seal, verify_signature
from modelgate.evidence.public_keys import PublicKeys
from modelgate.evidence.signing_keys import SCHEMA, SigningKeys, keyid_of

from tests.unit.evidence.records_made_up import record
from tests.unit.kms_double import KmsDouble
from tests.unit.signing_made_up import TestSigner, signing_keys

if TYPE_CHECKING:
    from mypy_boto3_kms.client import KMSClient
    from mypy_boto3_s3.client import S3Client

MESSAGE = b"m" * 1_000_000  # far more than KMS takes at once


@pytest.fixture
def kms(s3: "S3Client") -> "KMSClient":
    """KMS of the mocked account."""
    return boto3.client("kms", region_name="eu-west-1")


@pytest.fixture
def keys(kms: "KMSClient") -> SigningKeys:
    """One key in KMS, its public half pinned as deployment pins it."""
    made = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
    der = base64.b64encode(kms.get_public_key(KeyId=made["KeyId"])["PublicKey"]).decode()
    pem = f"-----BEGIN PUBLIC KEY-----\n{der[:64]}\n{der[64:]}\n-----END PUBLIC KEY-----\n"
    document = {
        "schema": SCHEMA,
        "active": keyid_of(pem),
        "keys": {keyid_of(pem): {"arn": made["Arn"], "public_key": pem}},
    }
    return SigningKeys.from_json(json.dumps(document).encode())


def test_a_record_signed_by_kms_is_verified_by_kms_and_without_it() -> None:
    """The update step signs, functions verify with KMS, auditors with the public key alone.

    Not with moto, which takes a digest for a message and hashes it once more.
    """
    signer = TestSigner()
    kms, keys = cast("KMSClient", KmsDouble(signer)), signing_keys(signer)

    sealed = open_envelope(seal(record(), KmsSigner(kms, keys)))

    assert verify_signature(sealed, KmsVerifier(kms, keys)) == keys.active
    assert verify_signature(sealed, PublicKeys(keys)) == keys.active


def test_what_was_not_signed_is_told_apart(kms: "KMSClient", keys: SigningKeys) -> None:
    """Another message, another signature, a cut one, none, or the word of a key that is not pinned."""
    signature = KmsSigner(kms, keys).sign(MESSAGE)
    stranger = TestSigner()
    verifier = KmsVerifier(kms, keys)

    assert verifier.verify(keys.active, MESSAGE, signature)
    assert not verifier.verify(keys.active, MESSAGE[1:], signature)
    assert not verifier.verify(keys.active, MESSAGE, stranger.sign(MESSAGE))
    assert not verifier.verify(keys.active, MESSAGE, signature[:-1])
    assert not verifier.verify(keys.active, MESSAGE, b"")
    assert not verifier.verify(stranger.keyid, MESSAGE, stranger.sign(MESSAGE))


def test_a_key_that_is_not_there_is_trouble_and_no_answer(kms: "KMSClient") -> None:
    """Neither "signed" nor "not signed": nobody knows."""
    gone = TestSigner("00000000-0000-4000-8000-000000000000")
    keys = signing_keys(gone)

    with pytest.raises(InfrastructureError, match="signing with arn:aws:kms"):
        KmsSigner(kms, keys).sign(MESSAGE)
    with pytest.raises(InfrastructureError, match="verifying with arn:aws:kms"):
        KmsVerifier(kms, keys).verify(gone.keyid, MESSAGE, gone.sign(MESSAGE))
