"""Where a decision comes from: a record on disk, an address in the evidence store, or the newest of a package."""

from dataclasses import replace
from pathlib import Path

from modelgate.aws.decisions import existing_decision, list_decisions, read_pinned_copy
from modelgate.aws.objects import Bucket
from modelgate.cli.decision.told import Told
from modelgate.contracts.arns import ExecutionArn, ModelPackageArn
from modelgate.contracts.layout import conflict_key
from modelgate.errors import ContentError, ModelgateError
from modelgate.evidence.envelope import MAX_ENVELOPE_BYTES, open_envelope
from modelgate.evidence.record import CONFLICT_SCHEMA, EvidenceRecord
from modelgate.policy.model import Bundle, Policy
from modelgate.reports.strict_json import loads

_MAX_NOTE = 10_000


def read_record(path: Path) -> Told:
    """The record in the file *path*.

    Raises:
        ContentError: it is not the record of a judgement.
    """
    with path.open("rb") as file:
        data = file.read(MAX_ENVELOPE_BYTES + 1)
    try:
        sealed = open_envelope(data)
        told = Told(record=sealed.record, place=str(path), digest=sealed.digest)
        ModelPackageArn.parse(sealed.record.subject.package_arn)
    except (ContentError, ValueError) as error:  # a bound that is none is a ValueError
        raise ContentError(f"{path}: {error}; name a file of decisions/… in the evidence store") from error
    return told


def newest_decision(evidence: Bucket, arn: ModelPackageArn) -> Told:
    """The newest decision on the package *arn*.

    Raises:
        ContentError: there is none, or it cannot be read.
        InfrastructureError: S3 did not answer.
    """
    listed = list_decisions(evidence, group=arn.group, version=arn.version)
    if not listed:
        raise ContentError(
            f"there is no decision on {arn} in {evidence.uri('decisions/')}; it was not judged yet, or lies elsewhere"
        )
    others = tuple(f"{one.group}/{one.version}/{one.execution_id}" for one in listed[1:])
    return replace(decision_at(evidence, listed[0].key), others=others)


def decision_at(evidence: Bucket, key: str) -> Told:
    """The decision at *key*, with the policy that judged and what the registry made of it.

    Raises:
        ContentError: it cannot be read.
        InfrastructureError: S3 did not answer, or there is none.
    """
    try:
        stored = existing_decision(evidence, key)
    except ValueError as error:  # a bound that is none
        raise ContentError(f"{evidence.uri(key)} is no record: {error}; find out who wrote it") from error
    told = Told(record=stored.record, place=evidence.uri(key), digest=stored.digest)
    return replace(told, policy=_policy(evidence, stored.record), conflict=_conflict(evidence, stored.record))


def policy_of(record: EvidenceRecord, bundle: Bundle) -> Policy | None:
    """The policy of *bundle* that judged *record*."""
    judged_by = (record.judgement.policy, record.judgement.policy_version)
    return next((policy for policy in bundle.policies if (policy.name, policy.version) == judged_by), None)


def _policy(evidence: Bucket, record: EvidenceRecord) -> Policy | None:
    """Only advice needs it, so a bundle that is not to be had takes nothing else away."""
    try:
        return policy_of(record, Bundle.from_json(read_pinned_copy(evidence, record.report.binding.policy_digest)))
    except ModelgateError:
        return None


def _conflict(evidence: Bucket, record: EvidenceRecord) -> str | None:
    binding = record.report.binding
    package, execution = ModelPackageArn.parse(binding.package_arn), ExecutionArn.parse(binding.execution_arn)
    key = conflict_key(package.group, package.version, execution.id)
    stored = evidence.read(key, max_bytes=_MAX_NOTE)
    if stored is None:
        return None
    note = loads(stored.data)
    if note.get("schema") != CONFLICT_SCHEMA or not isinstance(note.get("registry_status"), str):
        raise ContentError(f"{evidence.uri(key)} is not the note of a conflict; find out who wrote it")
    return str(note["registry_status"])
