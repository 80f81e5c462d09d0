"""The question before a deployment, answered from the record and not from the flag.

from modelgate.aws.deployable import may_deploy

answer = may_deploy(arn, sagemaker=…, evidence=…, artifacts=…, verifier=…)
if not answer.allowed:
    raise SystemExit("; ".join(answer.reasons))
for copy in answer.copies: ...  # deploy copy.uri, exactly copy.version_id
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from modelgate.aws.objects import Bucket
from modelgate.aws.proofs import read_adoption, read_break_glass, read_signed_records
from modelgate.aws.registry import describe_package
from modelgate.aws.store import describe_copy
from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.digests import same_digest
from modelgate.contracts.package import APPROVED, ModelPackage
from modelgate.contracts.uris import S3Uri
from modelgate.errors import ContentError
from modelgate.evidence.deployment import Answer, ModelCopy, copies_of, images_of
from modelgate.evidence.envelope import Verifier
from modelgate.evidence.proof import ProofKind, RecordFault, SignedRecord, proof_of

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.client import SageMakerClient

ACCEPTABLE = frozenset({ProofKind.LEGACY, ProofKind.BREAK_GLASS})


def may_deploy(
    arn: ModelPackageArn,
    *,
    sagemaker: "SageMakerClient",
    evidence: Bucket,
    artifacts: Bucket,
    verifier: Verifier,
    accept: Collection[ProofKind] = (),
) -> Answer:
    """Whether the package *arn* may be deployed, and which versions of its files.

    It may when the registry says Approved *and* the last word on it is a signed approval of the package as it is
    registered, and the versions that were judged are still there with the digests of the record. *accept* lets in what
    legacy or break-glass approved; such packages may have no known copy.

    Raises:
        ContentError: the note of what was approved before cannot be read.
        InfrastructureError: a service did not answer: nobody knows, so nothing is deployed.
    """
    package = describe_package(sagemaker, arn)
    if package is None:
        return _no(arn, ProofKind.NONE, f"{arn} does not exist")
    records = read_signed_records(evidence, arn, verifier)
    proof = proof_of(package, records, read_adoption(evidence, arn.group), read_break_glass(evidence, arn))
    if package.approval_status != APPROVED:
        return _no(arn, proof.kind, f"the registry says {package.approval_status}; only what is Approved is deployed")
    if proof.kind is ProofKind.NONE:
        return _no(arn, proof.kind, *proof.reasons)
    if proof.kind is not ProofKind.DECIDED and proof.kind not in ACCEPTABLE.intersection(accept):
        return _no(arn, proof.kind, f"it was approved by {proof.kind}, which is not accepted here", *proof.reasons)
    answer = Answer(
        package_arn=str(arn),
        allowed=True,
        proof=proof.kind,
        reasons=proof.reasons,
        images=images_of(package.containers),
    )
    judged = proof.record if proof.kind is ProofKind.DECIDED else _as_registered(package, records)
    return answer if judged is None else _from_record(answer, judged, artifacts)


def _from_record(answer: Answer, judged: SignedRecord, artifacts: Bucket) -> Answer:
    try:
        copies = copies_of(judged.record)
    except ContentError as error:
        return replace(answer, allowed=False, reasons=(str(error),), images=())
    if problems := tuple(problem for copy in copies for problem in _problems(copy, artifacts)):
        return replace(answer, allowed=False, reasons=problems, images=())
    return replace(answer, decision_id=judged.record.decision_id, copies=copies)


def _as_registered(package: ModelPackage, records: Sequence[SignedRecord | RecordFault]) -> SignedRecord | None:
    """The newest record about the package as it is registered, whatever it decided: it pinned the copies.

    None where it cannot have pinned all of them: a part of a model is no copy of it.
    """
    if any(container.unpinned for container in package.containers):
        return None
    of_it = (one for one in records if isinstance(one, SignedRecord))
    about = (str(package.arn), package.registration)
    return next(
        (one for one in of_it if (one.record.subject.package_arn, one.record.subject.registration) == about), None
    )


def _problems(copy: ModelCopy, artifacts: Bucket) -> Iterator[str]:
    uri = S3Uri.parse(copy.uri)
    place = f"{copy.name} at {copy.uri} version {copy.version_id}"
    if uri.bucket != artifacts.name:
        yield f"{place} is not in the artifact store {artifacts.name}"
        return
    found = describe_copy(artifacts.s3, uri, copy.version_id, owner=artifacts.owner)
    if found is None:
        yield f"{place} is gone, so what was approved cannot be deployed any more"
    elif not same_digest(found.digest, copy.digest) or found.size != copy.size:
        yield f"{place} is {found.digest} ({found.size} bytes), approved was {copy.digest} ({copy.size} bytes)"


def _no(arn: ModelPackageArn, kind: ProofKind, *reasons: str) -> Answer:
    return Answer(package_arn=str(arn), allowed=False, proof=kind, reasons=reasons)
