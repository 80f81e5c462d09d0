"""What proves an approval, as the evidence store has it: decisions, break-glass records, the note of the adoption."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from modelgate.aws.decisions import ListedDecision, list_decisions
from modelgate.aws.objects import Bucket
from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.layout import adoption_key, break_glass_prefix, conflict_key
from modelgate.contracts.package import APPROVED, PENDING, REJECTED, ModelPackage
from modelgate.contracts.strict_json import Limits, read_object
from modelgate.errors import ContentError, InfrastructureError
from modelgate.evidence.adoption import MAX_ADOPTION_BYTES, Adoption
from modelgate.evidence.break_glass import MAX_BREAK_GLASS_BYTES, BreakGlass
from modelgate.evidence.envelope import MAX_ENVELOPE_BYTES, Verifier
from modelgate.evidence.proof import FoundBreakGlass, Proof, RecordFault, SignedRecord, examine_record, proof_of
from modelgate.evidence.record import Outcome

_STATUS = {Outcome.APPROVED: APPROVED, Outcome.REJECTED: REJECTED}
_MAX_NOTE_BYTES = 10_000
_NOTE = Limits(size=_MAX_NOTE_BYTES, depth=2, values=20)
MAX_RECORDS = 1000  # of one package version; more than are ever written


def find_proof(evidence: Bucket, package: ModelPackage, verifier: Verifier) -> Proof:
    """What proves that *package* may be Approved; everything said of it is read.

    Raises:
        ContentError: the note of the group's adoption cannot be read.
        InfrastructureError: a service did not answer, or there is more to read than is ever written.
    """
    records = read_signed_records(evidence, package.arn, verifier)
    adoption = read_adoption(evidence, package.arn.group)
    return proof_of(package, records, adoption, read_break_glass(evidence, package.arn))


def read_signed_records(
    evidence: Bucket, package: ModelPackageArn, verifier: Verifier
) -> tuple[SignedRecord | RecordFault, ...]:
    """Every record of a decision on *package*, newest first, and what lies there and is none.

    Raises:
        InfrastructureError: a service did not answer, or there are too many.
    """
    listed = list_decisions(evidence, group=package.group, version=package.version)
    _refuse_too_many(len(listed), package, "decisions")
    return tuple(map(partial(_overruled, evidence), listed, (_record(evidence, one, verifier) for one in listed)))


def read_break_glass(evidence: Bucket, package: ModelPackageArn) -> tuple[FoundBreakGlass | RecordFault, ...]:
    """Every break-glass record on *package*, in the order of keys, and what lies there and is none.

    Raises:
        InfrastructureError: S3 did not answer, or there are too many.
    """
    return tuple(_break_glass(evidence, package))


def read_adoption(evidence: Bucket, group: str) -> Adoption | None:
    """The note of what *group* had approved before; None before its first audit.

    Raises:
        ContentError: it is not a note that this code reads, or of another group.
        InfrastructureError: S3 did not answer.
    """
    stored = evidence.read(adoption_key(group), max_bytes=MAX_ADOPTION_BYTES)
    if stored is None:
        return None
    adoption = Adoption.from_json(stored.data)
    if adoption.group != group:
        raise ContentError(f"{evidence.uri(stored.key)} is about group {adoption.group[:100]!a}; find out who wrote it")
    return adoption


def _overruled(
    evidence: Bucket, listed: ListedDecision, found: SignedRecord | RecordFault
) -> SignedRecord | RecordFault:
    """Read the note of a conflict, if there is one: it names the status that was found in the place of the record's."""
    if not listed.met_another or isinstance(found, RecordFault):
        return found
    key = conflict_key(listed.group, listed.version, listed.execution_id)
    try:
        stored = evidence.read(key, max_bytes=_MAX_NOTE_BYTES)
        status = None if stored is None else read_object(stored.data, _NOTE).get("registry_status")
    except ContentError:
        status = None  # a note that cannot be read says at least that there was a conflict
    return replace(found, overruled=status != _STATUS.get(found.record.outcome, PENDING))


def _record(evidence: Bucket, listed: ListedDecision, verifier: Verifier) -> SignedRecord | RecordFault:
    key, written_at = listed.key, listed.written_at
    try:
        stored = evidence.read(key, max_bytes=MAX_ENVELOPE_BYTES)
    except ContentError as error:
        return RecordFault(key=key, written_at=written_at, sentence=str(error))
    if stored is None:
        return RecordFault(key=key, written_at=written_at, sentence=f"{evidence.uri(key)} is gone; decisions must stay")
    return examine_record(stored.data, verifier, key=key, written_at=stored.written_at)


def _break_glass(evidence: Bucket, package: ModelPackageArn) -> Iterator[FoundBreakGlass | RecordFault]:
    for number, listed in enumerate(evidence.list(break_glass_prefix(package.group, package.version))):
        _refuse_too_many(number, package, "break-glass records")
        try:
            stored = evidence.read(listed.key, max_bytes=MAX_BREAK_GLASS_BYTES)
            if stored is None:
                raise ContentError("it is gone; records must stay")
            note = BreakGlass.from_json(stored.data)
            if note.package_arn != str(package):
                raise ContentError(f"it speaks of {note.package_arn}; find out who put it there")
        except ContentError as error:
            yield RecordFault(
                key=listed.key, written_at=listed.written_at, sentence=f"{evidence.uri(listed.key)}: {error}"
            )
        else:
            yield FoundBreakGlass(key=listed.key, written_at=stored.written_at, note=note)


def _refuse_too_many(number: int, package: ModelPackageArn, what: str) -> None:
    if number > MAX_RECORDS:
        raise InfrastructureError(f"{package} has more than {MAX_RECORDS} {what}; find out who writes them")
