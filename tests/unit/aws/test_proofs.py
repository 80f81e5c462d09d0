"""Proof read from an evidence store: real envelopes, real signatures, S3 by moto."""

from dataclasses import replace

import pytest
from modelgate.aws import proofs
from modelgate.aws.evidence import write_once
from modelgate.aws.objects import Bucket
from modelgate.aws.proofs import find_proof, read_adoption, read_break_glass, read_signed_records
from modelgate.contracts.layout import adoption_key, break_glass_key
from modelgate.errors import ContentError, InfrastructureError
from modelgate.evidence.adoption import Adoption, LegacyPackage
from modelgate.evidence.envelope import seal
from modelgate.evidence.proof import Flaw, ProofKind, RecordFault, SignedRecord
from modelgate.evidence.record import EvidenceRecord, Outcome

from tests.unit.evidence.words_made_up import PACKAGE, SIGNER, STRANGER, VERIFIER, broken_glass, decided
from tests.unit.signing_made_up import TestSigner

LISTED = LegacyPackage(registration=PACKAGE.registration, creation_time=PACKAGE.creation_time)
ADOPTION = Adoption(group="loan-approval", adopted_at="2026-01-01T00:00:00+00:00", packages={"1": LISTED})
GLASS_KEY = break_glass_key("loan-approval", 1, "x")


def keep(evidence: Bucket, said: EvidenceRecord, signer: TestSigner = SIGNER) -> None:
    """Write a decision where it belongs."""
    write_once(evidence, f"decisions/{said.decision_id}.json", seal(said, signer))


def test_nothing_in_the_store_proves_nothing(evidence: Bucket) -> None:
    """An Approved flag alone is a claim."""
    assert find_proof(evidence, PACKAGE, VERIFIER).flaw is Flaw.NO_RECORD


@pytest.mark.parametrize(
    "note", [b'{"registry_status":"Rejected"}', b"{}", b"torn"], ids=["other", "none", "unreadable"]
)
def test_an_approval_that_never_took_effect_proves_nothing(evidence: Bucket, note: bytes) -> None:
    """Somebody had rejected the package while it was recorded; who writes Approved later cannot lean on it."""
    keep(evidence, decided(Outcome.APPROVED))
    write_once(evidence, "decisions/loan-approval/1/run1.conflict.json", note)

    proof = find_proof(evidence, PACKAGE, VERIFIER)

    assert (proof.kind, proof.flaw) == (ProofKind.NONE, Flaw.NO_RECORD)


def test_a_decision_is_read_with_its_place_and_time(evidence: Bucket) -> None:
    """The note of a conflict with the same status beside it, and other versions' decisions, are not it."""
    keep(evidence, decided(Outcome.APPROVED))
    write_once(evidence, "decisions/loan-approval/1/run1.conflict.json", b'{"registry_status":"Approved"}')
    write_once(evidence, "decisions/loan-approval/10/run1.json", b"{}")

    (read,) = read_signed_records(evidence, PACKAGE.arn, VERIFIER)

    assert isinstance(read, SignedRecord)
    assert (read.key, read.record) == ("decisions/loan-approval/1/run1.json", decided(Outcome.APPROVED))
    assert read.written_at.endswith("+00:00")
    assert find_proof(evidence, PACKAGE, VERIFIER).kind is ProofKind.DECIDED


@pytest.mark.parametrize("size", [100_000_000, None], ids=["oversize", "signed by a stranger"])
def test_what_is_no_record_is_told_with_its_place(
    evidence: Bucket, size: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a fault of that object, and no reason to stop reading."""
    if size:
        monkeypatch.setattr(proofs, "MAX_ENVELOPE_BYTES", 100)
    keep(evidence, decided(Outcome.APPROVED), STRANGER)

    (read,) = read_signed_records(evidence, PACKAGE.arn, VERIFIER)

    assert isinstance(read, RecordFault)
    assert "decisions/loan-approval/1/run1.json" in read.sentence
    assert find_proof(evidence, PACKAGE, VERIFIER).flaw is Flaw.NOT_VALID


def test_a_break_glass_record_is_found_under_its_package(evidence: Bucket) -> None:
    """It proves the approval as what it is."""
    write_once(evidence, GLASS_KEY, broken_glass().to_json())

    proof = find_proof(evidence, PACKAGE, VERIFIER)

    assert proof.kind is ProofKind.BREAK_GLASS
    assert proof.break_glass is not None
    assert proof.break_glass.note == broken_glass()


@pytest.mark.parametrize(
    "body", [b"", broken_glass(package_arn=str(replace(PACKAGE.arn, version=2))).to_json()], ids=["empty", "another's"]
)
def test_a_break_glass_record_that_is_none_proves_nothing(evidence: Bucket, body: bytes) -> None:
    """Read where it belongs, or not at all."""
    write_once(evidence, GLASS_KEY, body)

    (read,) = read_break_glass(evidence, PACKAGE.arn)

    assert isinstance(read, RecordFault)
    assert find_proof(evidence, PACKAGE, VERIFIER).flaw is Flaw.NOT_VALID


def test_the_adoption_of_the_group_counts(evidence: Bucket) -> None:
    """And only that group's own note."""
    write_once(evidence, adoption_key("loan-approval"), ADOPTION.to_json())
    write_once(evidence, adoption_key("claims"), ADOPTION.to_json())

    assert find_proof(evidence, PACKAGE, VERIFIER).kind is ProofKind.LEGACY
    assert read_adoption(evidence, "unknown") is None
    with pytest.raises(ContentError, match="is about group 'loan-approval'"):
        read_adoption(evidence, "claims")


def test_more_records_than_are_ever_written_are_not_read(evidence: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody floods the store: that is trouble, and no verdict on the package."""
    monkeypatch.setattr(proofs, "MAX_RECORDS", 1)
    for execution in ("run1", "run2"):
        keep(evidence, decided(Outcome.APPROVED, execution=execution))
    for use in ("x", "y", "z"):
        write_once(evidence, break_glass_key("loan-approval", 1, use), broken_glass().to_json())

    with pytest.raises(InfrastructureError, match="more than 1 decisions"):
        find_proof(evidence, PACKAGE, VERIFIER)
    with pytest.raises(InfrastructureError, match="more than 1 break-glass records"):
        read_break_glass(evidence, PACKAGE.arn)
