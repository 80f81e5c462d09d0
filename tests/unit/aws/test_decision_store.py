"""Decisions are found newest first, and read with the digest that names them."""

from typing import TYPE_CHECKING

import pytest
from modelgate.aws.decisions import existing_decision, list_decisions, read_decision, read_pinned_copy
from modelgate.aws.objects import Bucket
from modelgate.contracts.digests import sha256_of
from modelgate.errors import ContentError, InfrastructureError, PinError
from modelgate.evidence.envelope import seal, verify_signature
from modelgate.evidence.public_keys import PublicKeys

from tests.unit.aws.conftest import EVIDENCE
from tests.unit.evidence.records_made_up import record
from tests.unit.signing_made_up import TestSigner, signing_keys

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

SIGNER = TestSigner()


def put(s3: "S3Client", *keys: str, body: bytes = b"{}") -> None:
    """Store objects, in the order given."""
    for key in keys:
        s3.put_object(Bucket=EVIDENCE, Key=key, Body=body)


def test_decisions_are_listed_by_group_and_version_without_what_lies_beside_them(evidence: Bucket) -> None:
    """Notes of conflicts, pinned documents and other groups with the same beginning are none of them."""
    put(
        evidence.s3,
        "decisions/loan-approval/1/run1.json",
        "decisions/loan-approval/1/run1.conflict.json",
        "decisions/loan-approval/10/run2.json",
        "decisions/loan-approval-2/1/run3.json",
        "pinned/abc.json",
    )

    assert {one.execution_id for one in list_decisions(evidence)} == {"run1", "run2", "run3"}
    assert {one.execution_id for one in list_decisions(evidence, group="loan-approval")} == {"run1", "run2"}
    (only,) = list_decisions(evidence, group="loan-approval", version=1)
    assert (only.group, only.version, only.key) == ("loan-approval", 1, "decisions/loan-approval/1/run1.json")
    assert list_decisions(evidence, group="nobodys") == ()


def test_more_decisions_than_a_page_are_all_found(evidence: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 answers with at most a thousand keys at once."""
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "7")
    put(evidence.s3, *(f"decisions/loan-approval/{version}/run.json" for version in range(1, 31)))

    found = list_decisions(evidence)

    assert len(found) == 30
    assert list(found) == sorted(found, key=lambda one: (one.written_at, one.key), reverse=True)


def test_a_decision_is_read_with_its_digest(evidence: Bucket) -> None:
    """That of the bytes in the store, which is how an approval names it; the signature is kept to be verified."""
    body = seal(record(), SIGNER)
    put(evidence.s3, "decisions/loan-approval/1/run1.json", body=body)

    found = read_decision(evidence, "decisions/loan-approval/1/run1.json")

    assert found is not None
    assert (found.record, found.digest) == (record(), sha256_of(body))
    assert verify_signature(found.sealed, PublicKeys(signing_keys(SIGNER))) == SIGNER.keyid


def test_a_decision_that_is_not_there_is_told_from_one_that_cannot_be_read(evidence: Bucket) -> None:
    """None, or trouble where somebody says that it is there; never a guess."""
    put(evidence.s3, "decisions/loan-approval/2/run1.json", body=b"{")

    assert read_decision(evidence, "decisions/loan-approval/1/run1.json") is None
    with pytest.raises(InfrastructureError, match="there is no decision at s3://gate-evidence/decisions/loan-app"):
        existing_decision(evidence, "decisions/loan-approval/1/run1.json")
    with pytest.raises(ContentError, match="the signed record cannot be read"):
        read_decision(evidence, "decisions/loan-approval/2/run1.json")


def test_the_documents_of_a_decision_are_read_by_digest(evidence: Bucket) -> None:
    """A document that lies under another's digest is not that document."""
    digest = sha256_of(b"policies")
    put(evidence.s3, f"pinned/{digest[7:]}.json", body=b"policies")
    put(evidence.s3, f"pinned/{'0' * 64}.json", body=b"others")

    assert read_pinned_copy(evidence, digest) == b"policies"
    for missing in ("sha256:" + "0" * 64, "sha256:" + "1" * 64):
        with pytest.raises(PinError, match=rf"is not the document with the digest {missing}"):
            read_pinned_copy(evidence, missing)
