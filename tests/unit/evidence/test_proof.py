"""What proves an approval: the last word on the package, if it is one that counts."""

from dataclasses import replace

import pytest
from modelgate.contracts.package import ModelPackage
from modelgate.evidence.adoption import Adoption, LegacyPackage
from modelgate.evidence.envelope import seal
from modelgate.evidence.proof import (
    Flaw,
    FoundBreakGlass,
    ProofKind,
    RecordFault,
    SignedRecord,
    examine_record,
    proof_of,
)
from modelgate.evidence.record import EvidenceRecord, Outcome

from tests.unit.evidence.words_made_up import (
    PACKAGE,
    SIGNER,
    STRANGER,
    VERIFIER,
    broken_glass,
    decided,
    found,
    found_glass,
)

LISTED = LegacyPackage(registration=PACKAGE.registration, creation_time=PACKAGE.creation_time)
ADOPTION = Adoption(group="loan-approval", adopted_at="2026-11-25T09:00:00+00:00", packages={"1": LISTED})
EDITED = replace(PACKAGE, registration="sha256:" + "e" * 64)
FAULT = RecordFault(key="decisions/loan-approval/1/old.json", written_at="2026-11-24T08:00:00+00:00", sentence="old")

APPROVED = found(decided(Outcome.APPROVED))
REJECTED_LATER = found(decided(Outcome.REJECTED, execution="run2"), at="12:00:00")
FORGED_LATER = found(decided(Outcome.APPROVED, execution="run2"), at="12:00:00", signer=STRANGER)


def test_a_signed_approval_of_this_package_proves_it() -> None:
    """The record is handed on, for whoever deploys from it."""
    proof = proof_of(PACKAGE, [APPROVED], None, [])

    assert (proof.kind, proof.flaw, proof.record) == (ProofKind.DECIDED, None, APPROVED)


@pytest.mark.parametrize(
    ("package", "records", "flaw"),
    [
        (PACKAGE, [], Flaw.NO_RECORD),
        (PACKAGE, [found(decided(Outcome.APPROVED), signer=STRANGER)], Flaw.NOT_VALID),
        (PACKAGE, [APPROVED, FORGED_LATER], Flaw.NOT_VALID),
        (PACKAGE, [found(decided(Outcome.REJECTED))], Flaw.NOT_APPROVED),
        (PACKAGE, [found(decided(Outcome.HELD))], Flaw.NOT_APPROVED),
        (PACKAGE, [REJECTED_LATER, APPROVED], Flaw.NOT_APPROVED),
        (PACKAGE, [found(decided(Outcome.CONFLICT)), found(decided(Outcome.SHADOW))], Flaw.NO_RECORD),
        (EDITED, [APPROVED], Flaw.CHANGED),
        (replace(PACKAGE, creation_time="2026-11-23T06:00:01+00:00"), [APPROVED], Flaw.CHANGED),
    ],
    ids=[
        "nothing",
        "signed by a stranger",
        "a later one signed by a stranger",
        "rejected",
        "held",
        "rejected since",
        "conflict and shadow",
        "edited since",
        "created again",
    ],
)
def test_without_it_there_is_no_proof(
    package: ModelPackage, records: list[SignedRecord | RecordFault], flaw: Flaw
) -> None:
    """And it says why, in a sentence."""
    proof = proof_of(package, records, None, [])

    assert (ProofKind.NONE, flaw) == (proof.kind, proof.flaw)
    assert all(proof.reasons)


def test_an_approval_after_a_rejection_counts() -> None:
    """A package that was set back to pending is judged again, and the last decision stands."""
    again = found(decided(Outcome.APPROVED, execution="run3"), at="13:00:00")

    proof = proof_of(PACKAGE, [APPROVED, REJECTED_LATER, again], None, [])

    assert (ProofKind.DECIDED, again) == (proof.kind, proof.record)


def test_a_conflict_does_not_take_an_approval_back() -> None:
    """A second run that met the approved package leaves a record that decides nothing."""
    conflict = found(decided(Outcome.CONFLICT, execution="run2"), at="12:00:00")

    assert ProofKind.DECIDED is proof_of(PACKAGE, [APPROVED, conflict], None, []).kind


def test_within_one_second_what_does_not_approve_comes_last() -> None:
    """The store's clock counts seconds; doubt never approves."""
    together = found(decided(Outcome.REJECTED, execution="run2"))

    for records in ([APPROVED, together], [together, APPROVED]):
        assert ProofKind.NONE is proof_of(PACKAGE, records, None, []).kind


@pytest.mark.parametrize(
    ("records", "glass", "kind"),
    [
        ([], found_glass(broken_glass()), ProofKind.BREAK_GLASS),
        ([found(decided(Outcome.REJECTED))], found_glass(broken_glass()), ProofKind.BREAK_GLASS),
        ([REJECTED_LATER], found_glass(broken_glass()), ProofKind.NONE),
        ([APPROVED], found_glass(broken_glass(status="Rejected")), ProofKind.NONE),
        ([APPROVED], found_glass(broken_glass(status="Rejected"), at="09:30:00"), ProofKind.DECIDED),
        ([], found_glass(broken_glass(registration="sha256:" + "e" * 64)), ProofKind.NONE),
        ([], found_glass(broken_glass(package_arn=str(replace(PACKAGE.arn, version=2)))), ProofKind.NONE),
    ],
    ids=["alone", "over a rejection", "rejected since", "takes back", "decided since", "edited since", "another"],
)
def test_a_break_glass_is_a_word_like_a_decision(
    records: list[SignedRecord | RecordFault], glass: FoundBreakGlass, kind: ProofKind
) -> None:
    """Whichever came last counts."""
    assert kind is proof_of(PACKAGE, records, ADOPTION, [glass]).kind


@pytest.mark.parametrize(
    ("package", "records", "kind"),
    [
        (PACKAGE, [], ProofKind.LEGACY),
        (PACKAGE, [FAULT], ProofKind.LEGACY),
        (PACKAGE, [replace(FAULT, written_at="2026-11-25T09:00:00+00:00")], ProofKind.NONE),
        (PACKAGE, [found(decided(Outcome.HELD), at="08:00:00")], ProofKind.NONE),
        (PACKAGE, [found(decided(Outcome.HELD), at="08:00:00"), replace(FAULT, written_at="2026-11-25T08:30:00+00:00")],
         ProofKind.NONE),
        (PACKAGE, [APPROVED], ProofKind.DECIDED),
        (EDITED, [], ProofKind.NONE),
    ],
    ids=["listed", "old record", "record since", "decided before", "decided before, and an old record", "decided",
         "edited since"],
)  # fmt: skip
def test_what_was_approved_before_the_gate_is_legacy_until_something_is_said(
    package: ModelPackage, records: list[SignedRecord | RecordFault], kind: ProofKind
) -> None:
    """Records from before that this code cannot read say nothing; any it can read does."""
    assert kind is proof_of(package, records, ADOPTION, []).kind


def test_a_package_that_was_not_listed_is_no_legacy() -> None:
    """The list is written once, so nobody joins it later."""
    assert Flaw.NO_RECORD is proof_of(PACKAGE, [], replace(ADOPTION, packages={}), []).flaw


def about_two_packages() -> EvidenceRecord:
    """A record whose judgement is of another account's package than its run."""
    made = decided(Outcome.APPROVED)
    elsewhere = replace(made.subject, package_arn=str(replace(PACKAGE.arn, account="111111111111")))
    return replace(made, report=replace(made.report, subject=elsewhere))


@pytest.mark.parametrize(
    ("record", "key"),
    [
        (decided(Outcome.APPROVED), "decisions/loan-approval/2/run1.json"),
        (decided(Outcome.APPROVED), "decisions/loan-approval/1/run2.json"),
        (replace(decided(Outcome.APPROVED), decision_id="loan-approval/1/run2"), "decisions/loan-approval/1/run2.json"),
        (about_two_packages(), "decisions/loan-approval/1/run1.json"),
        (replace(decided(Outcome.REJECTED), outcome=Outcome.APPROVED),
         "decisions/loan-approval/1/run1.json"),
    ],
    ids=["another version's place", "another run's place", "another run's name", "two packages", "against its checks"],
)  # fmt: skip
def test_a_signed_record_in_the_wrong_place_is_none(record: EvidenceRecord, key: str) -> None:
    """Signed once is not signed for everything: a record is read where it belongs, and says one thing."""
    envelope = seal(record, SIGNER)

    assert isinstance(examine_record(envelope, VERIFIER, key=key, written_at="2026-11-25T10:00:00+00:00"), RecordFault)


def test_a_record_that_was_altered_is_none() -> None:
    """One bit of the payload is enough."""
    envelope = seal(decided(Outcome.REJECTED), SIGNER)
    place = envelope.index(b'"payload":"') + 2000
    altered = envelope[:place] + bytes([envelope[place] ^ 1]) + envelope[place + 1 :]

    read = examine_record(altered, VERIFIER, key="decisions/loan-approval/1/run1.json", written_at="")

    assert isinstance(read, RecordFault)
