"""What proves that a package may be Approved: the last word on it, of those whose words count.

The registry's status is a claim. Its proof is a signed record of a decision, the record of a break-glass, or the list
of what had been approved before the gate watched the group. The last word counts: a package that was approved, judged
again and rejected is not approved by its first record.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from modelgate.contracts.arns import ExecutionArn, ModelPackageArn
from modelgate.contracts.layout import decision_key
from modelgate.contracts.package import APPROVED, ModelPackage
from modelgate.errors import ContentError
from modelgate.evidence.adoption import Adoption
from modelgate.evidence.break_glass import BreakGlass
from modelgate.evidence.envelope import Sealed, Verifier, open_envelope, verify_signature
from modelgate.evidence.record import OUTCOMES, EvidenceRecord, Outcome, decision_id

# Somebody else had decided, or decides; such a record leaves the status to them.
_SAYS_NOTHING = (Outcome.CONFLICT, Outcome.SHADOW)


class ProofKind(StrEnum):
    """What an approval rests on."""

    DECIDED = "decided"
    BREAK_GLASS = "break_glass"
    LEGACY = "legacy"
    NONE = "none"


class Flaw(StrEnum):
    """Why there is no proof.

    *no_record*: nothing was ever said. *not_valid*: the last record cannot be read, or no trusted key signed it.
    *changed*: the package was edited or replaced since. *not_approved*: the last word is another than Approved.
    """

    NO_RECORD = "no_record"
    NOT_VALID = "not_valid"
    CHANGED = "changed"
    NOT_APPROVED = "not_approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRecord:
    """A record that a trusted key (*keyid*) signed, read at its own key; *written_at* is the store's time.

    *overruled*: somebody had set another status when it was to be written, so it never took effect.
    """

    key: str
    written_at: str
    keyid: str
    sealed: Sealed
    overruled: bool = False

    @property
    def record(self) -> EvidenceRecord:
        """What was decided."""
        return self.sealed.record


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundBreakGlass:
    """A break-glass record as it was read; *written_at* is the store's time."""

    key: str
    written_at: str
    note: BreakGlass


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFault:
    """An object where a record should be that is none; *sentence* says why."""

    key: str
    written_at: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was found. *reasons* are sentences, at least one; *flaw* is None unless there is no proof.

    *record* or *break_glass* is the last word on the package, also where it proves nothing.
    """

    kind: ProofKind
    reasons: tuple[str, ...]
    flaw: Flaw | None = None
    record: SignedRecord | None = None
    break_glass: FoundBreakGlass | None = None


Word = SignedRecord | FoundBreakGlass | RecordFault


def examine_record(data: bytes, verifier: Verifier, *, key: str, written_at: str) -> SignedRecord | RecordFault:
    """Read the bytes found at *key* (``decisions/<group>/<version>/<execution>.json``) as a signed record.

    Raises:
        InfrastructureError: whether its signature is valid could not be found out.
    """
    try:
        sealed = open_envelope(data)
        keyid = verify_signature(sealed, verifier)
        refuse_contradiction(sealed.record, key)
    except ContentError as error:
        return RecordFault(key=key, written_at=written_at, sentence=f"{key}: {error}")
    return SignedRecord(key=key, written_at=written_at, keyid=keyid, sealed=sealed)


def refuse_contradiction(record: EvidenceRecord, key: str | None = None) -> None:
    """Refuse a record that contradicts itself, or the *key* it was found at.

    Raises:
        ContentError: it is about two things, belongs at another key, or says what its own checks do not.
    """
    binding, about = record.report.binding, record.subject.package_arn
    package, execution = ModelPackageArn.parse(about), ExecutionArn.parse(binding.execution_arn)
    place = decision_key(package.group, package.version, execution.id)
    expected = (place if key is None else key, record.decision_id, binding.package_arn)
    if (place, decision_id(package, execution), about) != expected:
        raise ContentError(
            f"it is decision {record.decision_id[:200]!a} on {about[:200]!a}, which belongs elsewhere; find out who "
            "put it there"
        )
    if record.outcome not in (OUTCOMES[record.judgement.verdict], *_SAYS_NOTHING):
        raise ContentError(f"it says {record.outcome} where its own checks say {record.judgement.verdict}")


def proof_of(
    package: ModelPackage,
    records: Sequence[SignedRecord | RecordFault],
    adoption: Adoption | None,
    break_glass: Sequence[FoundBreakGlass | RecordFault],
) -> Proof:
    """What proves that *package* may be Approved, whatever its status is now.

    *records* and *break_glass* are all that lie in the evidence store for its ARN; *adoption* is the note of its group.
    """
    words = [word for word in (*records, *break_glass) if _says_something(word)]
    last = max(words, key=_order, default=None)
    if last is None or (isinstance(last, RecordFault) and _adopted_after(last, adoption)):
        return _legacy(package, adoption, words)
    if isinstance(last, RecordFault):
        return Proof(kind=ProofKind.NONE, flaw=Flaw.NOT_VALID, reasons=(last.sentence,))
    if isinstance(last, FoundBreakGlass):
        return _by_break_glass(package, last)
    return _by_record(package, last)


def _says_something(word: Word) -> bool:
    return not isinstance(word, SignedRecord) or not (word.overruled or word.record.outcome in _SAYS_NOTHING)


def _order(word: Word) -> tuple[str, str, bool]:
    """By the store's clock; within one of its seconds by what they say themselves, and what approves first."""
    if isinstance(word, SignedRecord):
        return word.written_at, word.record.decided_at, word.record.outcome is not Outcome.APPROVED
    if isinstance(word, FoundBreakGlass):
        return word.written_at, word.note.at, word.note.status != APPROVED
    return word.written_at, "~", True  # it cannot say: sorts after every time


def _by_record(package: ModelPackage, last: SignedRecord) -> Proof:
    record = last.record
    named = f"decision {record.decision_id}"
    if record.outcome is not Outcome.APPROVED:
        reason = f"the last word on the package is {named}, which says {record.outcome}"
        return Proof(kind=ProofKind.NONE, flaw=Flaw.NOT_APPROVED, reasons=(reason,), record=last)
    if changes := tuple(_changes(package, record)):
        return Proof(kind=ProofKind.NONE, flaw=Flaw.CHANGED, reasons=changes, record=last)
    return Proof(kind=ProofKind.DECIDED, reasons=(f"{named} approved it, signed by {last.keyid[:12]}",), record=last)


def _changes(package: ModelPackage, record: EvidenceRecord) -> Iterator[str]:
    subject, decided = record.subject, f"decision {record.decision_id}"
    if subject.package_arn != str(package.arn):
        yield f"{decided} is about {subject.package_arn[:300]!a}"
    if subject.creation_time != package.creation_time:
        yield f"{decided} is about a package created at {subject.creation_time}, this one at {package.creation_time}"
    if subject.registration != package.registration:
        yield f"the registration was changed since {decided}: {subject.registration} then, {package.registration} now"


def _by_break_glass(package: ModelPackage, last: FoundBreakGlass) -> Proof:
    note = last.note
    said = f"{note.opened_by} and {note.second_person} broke the glass at {note.at}: {note.reason}"
    if note.status != APPROVED:
        reason = f"the last word on the package is {note.status}: {said}"
        return Proof(kind=ProofKind.NONE, flaw=Flaw.NOT_APPROVED, reasons=(reason,), break_glass=last)
    if (note.package_arn, note.registration) != (str(package.arn), package.registration):
        reason = f"the package is not as it was then ({note.registration}, now {package.registration}): {said}"
        return Proof(kind=ProofKind.NONE, flaw=Flaw.CHANGED, reasons=(reason,), break_glass=last)
    return Proof(kind=ProofKind.BREAK_GLASS, reasons=(said,), break_glass=last)


def _adopted_after(fault: RecordFault, adoption: Adoption | None) -> bool:
    """Whether it was there before the gate watched the group: a record of a form that is not read any more."""
    return adoption is not None and fault.written_at < adoption.adopted_at


def _legacy(package: ModelPackage, adoption: Adoption | None, words: Sequence[Word]) -> Proof:
    faults = tuple(word.sentence for word in words if isinstance(word, RecordFault))
    if adoption is None or len(faults) < len(words) or not adoption.covers(package):
        listed = adoption is not None and str(package.arn.version) in adoption.packages
        if listed:
            reason = f"{package.arn} was approved before the gate watched {package.arn.group}, and was changed since"
            return Proof(kind=ProofKind.NONE, flaw=Flaw.CHANGED, reasons=(reason, *faults))
        flaw = Flaw.NOT_VALID if faults else Flaw.NO_RECORD
        return Proof(kind=ProofKind.NONE, flaw=flaw, reasons=faults or (f"nothing was ever decided on {package.arn}",))
    reason = f"{package.arn} was approved before the gate watched {package.arn.group}, since {adoption.adopted_at}"
    return Proof(kind=ProofKind.LEGACY, reasons=(reason, *faults))
