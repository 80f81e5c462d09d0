"""Gathering evidence: each artifact of a package becomes a pinned version, and each report its facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelgate.aws.store import StoredCopy, find_copy, read_copy
from modelgate.contracts.digests import is_digest, same_digest, sha256_of
from modelgate.contracts.facts import Fact
from modelgate.contracts.package import ModelPackage, NamedArtifact
from modelgate.contracts.subject import Artifact, ArtifactState, Subject
from modelgate.contracts.uris import S3Uri
from modelgate.errors import ContentError, InfrastructureError
from modelgate.evidence.registry_text import team_metadata
from modelgate.reports.read import read_report
from modelgate.reports.strict_json import MAX_BYTES
from modelgate.reports.together import facts_together
from modelgate.steps.extra_reports import read_extra
from modelgate.steps.past import Past
from modelgate.steps.pinned import Pinned

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """One artifact and what it says."""

    artifact: Artifact
    facts: tuple[Fact, ...] = ()


def gather(
    s3: "S3Client", pinned: Pinned, package: ModelPackage, extra: Sequence[NamedArtifact], past: Past, as_of: str
) -> Subject:
    """Everything that is judged about *package*, read once and by version; *extra* are reports of the pipeline's own.

    Raises:
        InfrastructureError: S3 did not answer, a copy is not what the copier recorded, or an extra report is missing.
    """
    gathered = [_gather(s3, pinned, named) for named in package.artifacts]
    gathered += [_gather_extra(s3, pinned, named) for named in extra]
    return Subject(
        package_arn=str(package.arn),
        creation_time=package.creation_time,
        registration=package.registration,
        package_status=package.package_status,
        group=pinned.group,
        containers=package.containers,
        artifacts=tuple(g.artifact for g in gathered),
        facts=facts_together(((one.artifact, one.facts) for one in gathered), pinned.group),
        as_of=as_of,
        metadata=team_metadata(package.metadata),
        history=past.history,
        reviews=past.reviews,
        newest_bundle=past.newest_bundle,
    )


def _gather(s3: "S3Client", pinned: Pinned, named: NamedArtifact) -> Gathered:
    try:
        stored = pinned.gate.stored(pinned.group.account, S3Uri.parse(named.uri))
    except ContentError as error:
        return Gathered(artifact=_artifact(named, ArtifactState.REFUSED, problem=str(error)))
    if named.digest is not None and not is_digest(named.digest):
        wrong = f"its ContentDigest is {named.digest!a}; register it with sha256: and 64 hexadecimal digits"
        return Gathered(artifact=_artifact(named, ArtifactState.REFUSED, stored=stored, problem=wrong))
    owner = pinned.gate.governance_account
    copy = find_copy(s3, stored, named.digest, owner=owner)
    if copy is None:
        other = find_copy(s3, stored, None, owner=owner) if named.digest else None
        problem = f"the newest upload there is {other.digest}; upload the registered file" if other else None
        return Gathered(artifact=_artifact(named, ArtifactState.NOT_ARRIVED, stored=stored, problem=problem))
    found = _artifact(named, ArtifactState.PINNED, stored=stored, copy=copy)
    if not found.is_report:
        return Gathered(artifact=found)
    try:
        data = read_copy(s3, copy, max_bytes=MAX_BYTES, owner=owner)
        if not same_digest(sha256_of(data), copy.digest):
            raise InfrastructureError(f"{stored} version {copy.version_id} is not what the copier recorded; copy again")
        return Gathered(artifact=found, facts=read_report(named.name, data))
    except ContentError as error:
        refused = _artifact(named, ArtifactState.REFUSED, stored=stored, copy=copy, problem=str(error))
        return Gathered(artifact=refused)


def _gather_extra(s3: "S3Client", pinned: Pinned, named: NamedArtifact) -> Gathered:
    stored, copy = S3Uri.parse(named.uri), None
    try:
        found = read_extra(pinned.artifacts(s3), named)
        copy = StoredCopy(
            uri=stored,
            version_id=found.version_id,
            digest=sha256_of(found.data),
            size=len(found.data),
            sequencer="",
            arrived_at=found.written_at,
        )
        artifact = _artifact(named, ArtifactState.PINNED, stored=stored, copy=copy)
        return Gathered(artifact=artifact, facts=read_report(named.name, found.data))
    except ContentError as error:
        refused = _artifact(named, ArtifactState.REFUSED, stored=stored, copy=copy, problem=str(error))
        return Gathered(artifact=refused)


def _artifact(
    named: NamedArtifact,
    state: ArtifactState,
    *,
    stored: S3Uri | None = None,
    copy: StoredCopy | None = None,
    problem: str | None = None,
) -> Artifact:
    return Artifact(
        name=named.name,
        uri=named.uri,
        content_digest=named.digest,
        stored_uri=str(stored) if stored else None,
        version_id=copy.version_id if copy else None,
        digest=copy.digest if copy else None,
        size=copy.size if copy else None,
        arrived_at=copy.arrived_at if copy else None,
        state=state,
        problem=problem,
    )
