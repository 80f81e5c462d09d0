"""Setting back an approval that nothing proves, where the gate document asks for it; it is then judged as any other."""

import hashlib

from modelgate.aws.proofs import find_proof, read_adoption
from modelgate.aws.status import StatusWrite, write_status
from modelgate.contracts.gate import Mode
from modelgate.contracts.layout import revert_key
from modelgate.contracts.package import APPROVED, PENDING, ModelPackage
from modelgate.errors import InfrastructureError
from modelgate.evidence.notes import RevertNote
from modelgate.evidence.proof import Proof, ProofKind
from modelgate.evidence.registry_text import META_EVIDENCE, META_VERDICT, describe_revert
from modelgate.steps.decision import Run

_REVERTED = "reverted"
_MAX_REASONS, _MAX_REASON = 5, 500  # a note is short; that many characters each


def set_back(run: Run) -> str | None:
    """Set the package of *run* back to pending if it is Approved without proof; return what was done, or None.

    What a decision, a break-glass or the list of legacy packages approved stays, and so does everything of a group in
    shadow mode, whose packages people decide, and of one whose legacy packages no audit has listed yet.

    Raises:
        ContentError: the list of legacy packages cannot be read.
        InfrastructureError: a service failed, or the write does not show; the step may be run again.
    """
    if not run.pinned.gate.revert_unproved or run.pinned.group.mode is Mode.SHADOW:
        return None
    package = run.look()
    if package is None or package.approval_status != APPROVED:
        return None
    if read_adoption(run.evidence, package.arn.group) is None:
        return f"{package.arn} was not set back: the audit has not listed yet what its group had approved before"
    proof = find_proof(run.evidence, package, run.pinned.verifier)
    return _revert(run, package, proof) if proof.kind is ProofKind.NONE else None


def _revert(run: Run, package: ModelPackage, proof: Proof) -> str:
    """Note it, then write. A crash in between is repeated: the note that was written first stays."""
    key = revert_key(package.arn.group, package.arn.version, run.arguments.execution.id)
    run.keep(key, _note(run, package, proof).to_json())
    uri = run.evidence.uri(key)
    # The registry has no "only if": looked at again, so that nothing of this very moment is undone.
    now = run.look()
    if now is None or now.approval_status != APPROVED:
        return f"{package.arn} was not set back: it is {'gone' if now is None else now.approval_status}"
    proof = find_proof(run.evidence, now, run.pinned.verifier)
    if proof.kind is not ProofKind.NONE:
        return f"{package.arn} was not set back: {proof.reasons[0]}"
    words = {META_VERDICT: _REVERTED, META_EVIDENCE: uri}
    description = describe_revert(proof.reasons, uri)
    write = StatusWrite(
        arn=package.arn,
        approval_status=PENDING,
        description=description,
        metadata=words,
        stale=tuple(name for name in words if name in now.metadata),
        token=hashlib.sha256(f"revert {run.arguments.execution}".encode()).hexdigest()[:36],
    )
    write_status(run.clients.sagemaker, write)
    after = run.look()
    if after is not None and after.approval_status == APPROVED:
        raise InfrastructureError(f"{package.arn} is still {APPROVED} after it was set back; compare with {uri}")
    return description


def _note(run: Run, package: ModelPackage, proof: Proof) -> RevertNote:
    return RevertNote(
        package_arn=str(package.arn),
        registration=package.registration,
        execution_arn=str(run.arguments.execution),
        flaw=str(proof.flaw),
        reasons=tuple(reason[:_MAX_REASON] for reason in proof.reasons[:_MAX_REASONS]),
        reverted_at=run.now().isoformat(),
    )
