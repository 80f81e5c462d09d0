"""What a decision leaves in the evidence store, in this order: documents, bundle note, signed record, approval note."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from modelgate.aws.clients import Clients
from modelgate.aws.evidence import write_once
from modelgate.aws.objects import Bucket
from modelgate.aws.registry import describe_package
from modelgate.aws.signing import KmsSigner
from modelgate.contracts.check_report import CheckReport
from modelgate.contracts.layout import approved_key, bundle_key, conflict_key, decision_key, pinned_copy_key
from modelgate.contracts.package import PENDING, ModelPackage
from modelgate.contracts.results import Judgement
from modelgate.contracts.strict import canonical
from modelgate.contracts.subject import Subject
from modelgate.errors import BindingError, InfrastructureError, PinError, SignatureError
from modelgate.evidence.envelope import Sealed, open_envelope, seal, verify_signature
from modelgate.evidence.notes import ApprovalNote, BundleNote
from modelgate.evidence.record import CONFLICT_SCHEMA, EvidenceRecord, Outcome, decision_id, outcome_of
from modelgate.evidence.registry_text import describe
from modelgate.steps.arguments import Arguments
from modelgate.steps.pinned import Pinned

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of the update step."""

    arguments: Arguments
    clients: Clients
    pinned: Pinned
    now: Clock

    @property
    def key(self) -> str:
        """Where the record of this run lives in the evidence store."""
        return decision_key(self.arguments.package.group, self.arguments.package.version, self.arguments.execution.id)

    @property
    def evidence(self) -> Bucket:
        """The evidence store."""
        return self.pinned.evidence(self.clients.s3)

    @property
    def evidence_uri(self) -> str:
        """The address of that record."""
        return self.evidence.uri(self.key)

    def keep(self, key: str, body: bytes) -> bytes:
        """Write to the evidence store once; return what is there."""
        return write_once(self.evidence, key, body)

    def look(self) -> ModelPackage | None:
        """The registry's word of now."""
        return describe_package(self.clients.sagemaker, self.arguments.package)


def keep_documents(run: Run) -> None:
    """The pinned documents stay readable as long as the decisions made under them.

    Raises:
        InfrastructureError: something else lies under their digests, or S3 did not answer.
    """
    documents = {
        run.arguments.gate_digest: run.pinned.gate_bytes,
        run.pinned.policy_digest: run.pinned.bundle_bytes,
        run.arguments.signing_keys_digest: run.pinned.signing_keys_bytes,
    }
    if run.arguments.evaluations_digest is not None and run.pinned.evaluations_bytes is not None:
        documents[run.arguments.evaluations_digest] = run.pinned.evaluations_bytes
    for digest, body in documents.items():
        if run.keep(pinned_copy_key(digest), body) != body:
            raise InfrastructureError(f"the evidence store holds something else under {digest}; find out who wrote it")


def note_bundle(run: Run, subject: Subject) -> None:
    """Note that this bundle has judged the group, unless a newer one had.

    Raises:
        BindingError: another bundle of that version has judged it.
    """
    version, group = run.pinned.bundle.version, run.arguments.package.group
    if subject.newest_bundle is not None and version < subject.newest_bundle:
        return
    note = BundleNote(version=version, digest=run.pinned.policy_digest)
    kept = BundleNote.from_json(run.keep(bundle_key(group, version), note.to_json()))
    if kept != note:
        raise BindingError(
            f"the policy bundle {note.digest} calls itself version {version}, but that version of {group} is "
            f"{kept.digest}; publish it as a new version"
        )


def write_record(run: Run, report: CheckReport, subject: Subject, judgement: Judgement, status: str) -> Sealed:
    """Sign and write the record, or read the one that an earlier attempt of this execution wrote.

    *status* is the registry's word. It makes no conflict for a shadow group, whose status is not the gate's to write.

    Raises:
        BindingError: there is a record of another decision.
        SignatureError: there is one that no trusted key has signed.
        PinError: what the active key signs is not verified by its pinned public half; nothing was written.
    """
    outcome = outcome_of(judgement, subject.group)
    free = status == PENDING or outcome is Outcome.SHADOW
    record = EvidenceRecord(
        decision_id=decision_id(run.arguments.package, run.arguments.execution),
        outcome=outcome if free else Outcome.CONFLICT,
        registry_status=status,
        description=describe(judgement, subject, run.evidence_uri),
        report=report,
        decided_at=run.now().isoformat(),
    )
    # No two signatures of one record are the same, so the envelope that was written first stays.
    sealed = open_envelope(run.keep(run.key, _signed(run, record)))
    verify_signature(sealed, run.pinned.verifier)
    kept = sealed.record
    # Only the outcome may differ, because of what the registry said then, and the time.
    if kept != replace(record, outcome=kept.outcome, registry_status=kept.registry_status, decided_at=kept.decided_at):
        raise BindingError(f"{run.evidence_uri} holds another decision than this run's; find out who wrote it")
    if kept.outcome not in (outcome, Outcome.CONFLICT) or (outcome, kept.outcome) == (Outcome.SHADOW, Outcome.CONFLICT):
        raise BindingError(f"{run.evidence_uri} says {kept.outcome} where its own checks say {judgement.verdict}")
    return sealed


def _signed(run: Run, record: EvidenceRecord) -> bytes:
    envelope = seal(record, KmsSigner(run.clients.kms, run.pinned.signing_keys))
    try:
        verify_signature(open_envelope(envelope), run.pinned.verifier)
    except SignatureError as error:
        raise PinError(
            f"KMS signs with another key than the pinned public half of {run.pinned.signing_keys.active}; nothing was "
            "written. Find out who changed the key, and apply the governance root again"
        ) from error
    return envelope


def note_approval(run: Run, recorded: Sealed) -> None:
    """Note that an approval took effect: later versions of the group are compared with it.

    Raises:
        BindingError: there is a note of another record.
    """
    if recorded.record.outcome is not Outcome.APPROVED:
        return
    package = run.arguments.package
    key = approved_key(package.group, package.version, run.arguments.execution.id)
    note = ApprovalNote(
        decision_id=recorded.record.decision_id, record_key=run.key, record_digest=recorded.digest
    ).to_json()
    if run.keep(key, note) != note:
        raise BindingError(f"{run.evidence.uri(key)} notes another approval than this run's; find out who wrote it")


def note_conflict(run: Run, record: EvidenceRecord, found: ModelPackage) -> None:
    """A record written before the status changed stays as it is; what happened is noted beside it."""
    if record.outcome is not Outcome.CONFLICT:
        package = run.arguments.package
        key = conflict_key(package.group, package.version, run.arguments.execution.id)
        note = {"schema": CONFLICT_SCHEMA, "decision_id": record.decision_id, "registry_status": found.approval_status}
        run.keep(key, canonical(note))
