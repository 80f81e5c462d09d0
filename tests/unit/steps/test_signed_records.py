"""Every record is signed by the one key that the update step may use, and none is believed without it."""

from dataclasses import replace

import pytest
from modelgate.contracts.digests import sha256_of
from modelgate.errors import BindingError, InfrastructureError, PinError, SignatureError
from modelgate.evidence.envelope import open_envelope, seal, verify_signature
from modelgate.evidence.notes import ApprovalNote
from modelgate.evidence.public_keys import PublicKeys

from tests.unit.signing_made_up import TestSigner, signing_keys
from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.policies_made_up import changed, no_worse
from tests.unit.steps.world import EVIDENCE, World

PENDING = "PendingManualApproval"
RECORD, NOTE = "decisions/loan-approval/1/run1.json", "approved/loan-approval/000000001/run1.json"


@pytest.fixture
def remembering(world: World) -> World:
    """A world with one approved version, with which every later one is compared."""
    world.pin_policies(changed(checks=(no_worse(),)))
    world.run(world.register(version=1, reports={"quality.json": made_up.quality(auc=0.8)}))
    return world


def decided(world: World) -> list[str]:
    """The keys of all records."""
    return [
        found["Key"] for found in world.s3.list_objects_v2(Bucket=EVIDENCE, Prefix="decisions/").get("Contents", [])
    ]


def test_a_stored_record_is_signed_with_the_active_key(world: World) -> None:
    """Anybody who holds the public key can tell, without AWS."""
    arn = world.register()
    world.run(arn)

    sealed = open_envelope(world.envelope(arn))

    assert verify_signature(sealed, PublicKeys(signing_keys(world.signer))) == world.signer.keyid
    assert sealed.record.report.binding.signing_keys_digest == world.signing_keys_digest


def test_the_envelope_that_was_written_first_stays(world: World) -> None:
    """A repeated step signs anew, and no two signatures are the same: what is there counts."""
    arn = world.register()
    report = world.check(arn)
    world.update(arn, report)
    first = world.envelope(arn)

    assert world.update(arn, report).endswith("(written before)")
    assert world.envelope(arn) == first


def test_a_record_that_a_stranger_has_signed_is_not_believed(world: World) -> None:
    """Whoever can write to the store still cannot make the gate approve."""
    arn = world.register(reports={"quality.json": made_up.quality(auc=0.1)})
    report = world.check(arn)
    world.update(arn, report)
    forged = seal(world.record(arn), TestSigner("stranger"))
    world.s3.put_object(Bucket=EVIDENCE, Key=RECORD, Body=forged)
    world.registry.packages[arn]["ModelApprovalStatus"] = PENDING

    with pytest.raises(SignatureError, match="is not signed by a key this gate trusts"):
        world.update(arn, report)

    assert world.status(arn) == PENDING


def test_a_key_in_kms_that_is_not_the_pinned_one_signs_nothing(world: World) -> None:
    """The step verifies its own signature before it writes: a swapped key leaves no record behind."""
    arn = world.register()
    world.kms.keys[world.signer.arn] = TestSigner("swapped")

    with pytest.raises(PinError, match="KMS signs with another key than the pinned public half"):
        world.run(arn)

    assert (world.status(arn), decided(world)) == (PENDING, [])


def test_a_disabled_key_is_trouble_and_no_verdict(world: World) -> None:
    """Until it is enabled again packages stay pending; then the repeated step decides."""
    arn = world.register()
    report = world.check(arn)
    world.kms.disabled.add(world.signer.arn)

    with pytest.raises(InfrastructureError, match="signing with arn:aws:kms"):
        world.update(arn, report)
    assert (world.status(arn), decided(world)) == (PENDING, [])

    world.kms.disabled.clear()
    world.update(arn, report)
    assert world.status(arn) == "Approved"


def test_records_of_an_earlier_key_are_compared_with_after_rotation(remembering: World) -> None:
    """The new key signs, the old one stays in the document and its records stay valid."""
    world, old = remembering, remembering.signer
    new = TestSigner("2027")
    world.pin_signing_keys(old, new)
    arn = world.register(version=2, reports={"quality.json": made_up.quality(auc=0.8)})

    assert world.run(arn) == "Approved"

    sealed = open_envelope(world.envelope(arn))
    assert [prior.version for prior in sealed.record.subject.history] == [1]
    assert [signed.keyid for signed in sealed.signatures] == [new.keyid]


def test_a_past_that_no_pinned_key_has_signed_stops_both_steps(remembering: World) -> None:
    """A key that is taken out of the document takes its records' word with it."""
    world = remembering
    arn = world.register(version=2)
    report = world.check(arn)
    world.pin_signing_keys(TestSigner("2027"))

    with pytest.raises(SignatureError, match="loan-approval/1/run1"):
        world.check(arn)
    with pytest.raises(BindingError, match="signing_keys_digest"):
        world.update(arn, report)
    assert world.status(arn) == PENDING


def test_a_signed_record_that_was_copied_to_another_version_stops_the_check(remembering: World) -> None:
    """Its signature is right and a note names it: only it is about another version, which may be easier to beat."""
    world = remembering
    arn = world.register(version=3, reports={"quality.json": made_up.quality(auc=0.75)})
    copied = world.envelope(next(iter(world.registry.packages)))
    key = "decisions/loan-approval/2/run1.json"
    note = ApprovalNote(decision_id="loan-approval/1/run1", record_key=key, record_digest=sha256_of(copied))
    world.s3.put_object(Bucket=EVIDENCE, Key=key, Body=copied)
    world.s3.put_object(Bucket=EVIDENCE, Key="approved/loan-approval/000000002/run1.json", Body=note.to_json())

    with pytest.raises(BindingError, match="find out who wrote them"):
        world.check(arn)


def test_a_past_rewritten_with_its_note_stops_both_steps(remembering: World) -> None:
    """Record and note agree, and the facts are better to compare with: only the signature is missing."""
    world = remembering
    arn = world.register(version=2, reports={"quality.json": made_up.quality(auc=0.75)})
    report = world.check(arn)
    record = world.record(next(iter(world.registry.packages)))
    rewritten = seal(replace(record, decided_at="2020-01-01T00:00:00+00:00"), TestSigner("stranger"))
    note = ApprovalNote(decision_id=record.decision_id, record_key=RECORD, record_digest=sha256_of(rewritten))
    world.s3.put_object(Bucket=EVIDENCE, Key=RECORD, Body=rewritten)
    world.s3.put_object(Bucket=EVIDENCE, Key=NOTE, Body=note.to_json())

    with pytest.raises(SignatureError, match="loan-approval/1/run1"):
        world.check(arn)
    with pytest.raises(SignatureError, match="loan-approval/1/run1"):
        world.update(arn, report)
    assert world.status(arn) == PENDING
