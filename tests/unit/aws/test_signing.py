"""Signing and verifying with KMS, as moto imitates it: real keys, real signatures."""

from typing import TYPE_CHECKING

import boto3
import pytest
from modelgate.aws.signing import KmsSigner, KmsVerifier
from modelgate.errors import InfrastructureError
from modelgate.evidence.envelope import open_envelope, seal, verify_signature
from modelgate.evidence.public_keys import PublicKeys
from modelgate.evidence.signing_keys import SigningKeys

from tests.unit.evidence.records_made_up import record
from tests.unit.moto_kms import new_signing_keys, take_digests
from tests.unit.signing_made_up import TestSigner, signing_keys

if TYPE_CHECKING:
    from mypy_boto3_kms.client import KMSClient
    from mypy_boto3_s3.client import S3Client

MESSAGE = b"m" * 1_000_000  # far more than KMS takes at once


@pytest.fixture
def kms(s3: "S3Client", monkeypatch: pytest.MonkeyPatch) -> "KMSClient":
    """KMS of the mocked account."""
    take_digests(monkeypatch)
    return boto3.client("kms", region_name="eu-west-1")


@pytest.fixture
def keys(kms: "KMSClient") -> SigningKeys:
    """One key in KMS, its public half pinned."""
    return SigningKeys.from_json(new_signing_keys(kms))


def test_a_record_signed_by_kms_is_verified_by_kms_and_without_it(kms: "KMSClient", keys: SigningKeys) -> None:
    """The update step signs, functions verify with KMS, auditors with the public key alone."""
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
