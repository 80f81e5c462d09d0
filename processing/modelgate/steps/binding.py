"""Is this check report about this run, this package, this policy, and evidence that is still the same?"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from modelgate.aws.store import describe_copy, read_copy
from modelgate.contracts.check_report import Binding
from modelgate.contracts.digests import same_digest, sha256_of
from modelgate.contracts.package import ModelPackage, NamedArtifact
from modelgate.contracts.results import Judgement
from modelgate.contracts.subject import Artifact, ArtifactState, Subject
from modelgate.contracts.uris import S3Uri
from modelgate.decide import judge
from modelgate.errors import BindingError, ContentError
from modelgate.evidence.registry_text import team_metadata
from modelgate.reports.strict_json import MAX_BYTES
from modelgate.reports.together import foreign
from modelgate.steps.extra_reports import is_extra, read_extra_version
from modelgate.steps.pinned import Pinned

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


def verify_binding(found: Binding, expected: Binding) -> None:
    """Compare field by field.

    Raises:
        BindingError: the report belongs to something else; the message names the field.
    """
    for field in Binding.__dataclass_fields__:
        _same(field, getattr(found, field), getattr(expected, field))


def verify_subject(subject: Subject, package: ModelPackage, extra: Sequence[NamedArtifact], pinned: Pinned) -> None:
    """Compare what was judged with the registry's word of now, the gate document and the *extra* reports of this run.

    Raises:
        BindingError: the package was changed or replaced since the check, or the report was never about it.
    """
    _same("package_arn", subject.package_arn, str(package.arn))
    _same("creation_time", subject.creation_time, package.creation_time)
    _same("package_status", subject.package_status, package.package_status)
    _same("containers", subject.containers, package.containers)
    _same("registration", subject.registration, package.registration)
    _same("group", subject.group, pinned.group)
    _same("metadata", subject.metadata, team_metadata(package.metadata))
    named = tuple((a.name, a.uri, a.digest) for a in (*package.artifacts, *extra))
    _same("artifacts", tuple((a.name, a.uri, a.content_digest) for a in subject.artifacts), named)
    for artifact in subject.artifacts:
        _verify_address(artifact, pinned)
    read = {a.name for a in subject.artifacts if a.state is ArtifactState.PINNED and a.is_report}
    if strangers := {fact.artifact for fact in subject.facts} - read:
        raise BindingError(f"the check report holds facts of {min(strangers)!a}, which is no report that was read")
    if own := [fact.metric for fact in subject.facts if foreign(fact, pinned.group)]:
        raise BindingError(f"the check report takes {min(own)[:200]!a} from the team, which the gate measures")


def verify_judgement(subject: Subject, judgement: Judgement, pinned: Pinned) -> None:
    """Judge again: the results are those of the pinned policy, all of them, and the verdict follows from them.

    Raises:
        BindingError: they are not.
    """
    _same("judgement", judgement, judge(subject, pinned.bundle))


def verify_evidence(s3: "S3Client", subject: Subject, pinned: Pinned) -> None:
    """Read every pinned version again: reports by their bytes, model files by the copier's record.

    Raises:
        BindingError: a version is gone or has other bytes than those that were judged.
    """
    for artifact in subject.artifacts:
        if artifact.state is ArtifactState.PINNED:
            _verify_version(s3, artifact, pinned)


def _verify_address(artifact: Artifact, pinned: Pinned) -> None:
    _same(f"stored_uri of {artifact.name}", artifact.stored_uri, _stored(artifact, pinned))
    pins = (artifact.stored_uri, artifact.version_id, artifact.digest, artifact.size, artifact.arrived_at)
    if artifact.state is ArtifactState.PINNED and None in pins:
        raise BindingError(f"the check report calls {artifact.name} pinned but lacks its version, digest, size or time")
    if artifact.content_digest and artifact.digest and not same_digest(artifact.content_digest, artifact.digest):
        raise BindingError(f"{artifact.name} was registered as {artifact.content_digest}, judged was {artifact.digest}")


def _stored(artifact: Artifact, pinned: Pinned) -> str | None:
    if is_extra(artifact.name):
        return artifact.uri  # its own place, which this run's arguments name
    try:
        return str(pinned.gate.stored(pinned.group.account, S3Uri.parse(artifact.uri)))
    except ContentError:
        return None


def _verify_version(s3: "S3Client", artifact: Artifact, pinned: Pinned) -> None:
    place = f"{artifact.name} at {artifact.stored_uri} version {artifact.version_id}"
    if is_extra(artifact.name):
        found = read_extra_version(pinned.artifacts(s3), artifact.uri, artifact.version_id or "")
        digest, size, arrived_at = sha256_of(found.data), len(found.data), found.written_at
    else:
        owner = pinned.gate.governance_account
        copy = describe_copy(s3, S3Uri.parse(artifact.stored_uri), artifact.version_id or "", owner=owner)
        if copy is None:
            raise BindingError(f"{place} is gone; the evidence of a decision must stay")
        digest, size, arrived_at = copy.digest, copy.size, copy.arrived_at
        if artifact.is_report:
            digest = sha256_of(read_copy(s3, copy, max_bytes=MAX_BYTES, owner=owner))
    if not same_digest(digest, artifact.digest or "") or size != artifact.size:
        raise BindingError(f"{place} is now {digest} ({size} bytes), judged was {artifact.digest}")
    if arrived_at != artifact.arrived_at:
        raise BindingError(f"{place} arrived at {arrived_at}, judged was {artifact.arrived_at}")


def _same(field: str, found: object, expected: object) -> None:
    if found != expected:
        shown = f"{str(found)[:200]!a}, expected {str(expected)[:200]!a}"
        raise BindingError(f"the check report does not belong to this run: {field} is {shown}; run the pipeline again")
