"""The evidence of a package on disk, as the gate would gather it from the artifact store once it is uploaded."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from modelgate.cli.package.folder import GENERATIVE_FILE, PackageFolder, digest_of
from modelgate.contracts.digests import is_digest, same_digest
from modelgate.contracts.facts import Fact
from modelgate.contracts.gate import Gate, Group
from modelgate.contracts.layout import GENERATIVE
from modelgate.contracts.package import ModelPackage, NamedArtifact
from modelgate.contracts.subject import Artifact, ArtifactState, Subject
from modelgate.contracts.uris import S3Uri
from modelgate.errors import ContentError
from modelgate.evidence.registry_text import team_metadata
from modelgate.reports.kinds import EXTRA
from modelgate.reports.read import read_report
from modelgate.reports.strict_json import MAX_BYTES
from modelgate.reports.together import facts_together


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One artifact and what it says."""

    artifact: Artifact
    facts: tuple[Fact, ...] = ()


def subject_of(
    folder: PackageFolder, package: ModelPackage, group: Group, *, gate: Gate | None, now: datetime
) -> Subject:
    """The package as it would be judged if everything in *folder* had been uploaded and copied just now.

    With a *gate*, addresses outside the team's bucket are refused as the step refuses them.
    """
    found = [_find(folder, named, group, gate, now) for named in package.artifacts]
    if (evaluated := folder.folder / GENERATIVE_FILE).is_file():
        group = group if group.evaluation else replace(group, evaluation="(on this machine)")
        named = NamedArtifact(name=f"{EXTRA}.{GENERATIVE}", uri=str(evaluated), digest=None)
        found.append(_read(named, evaluated, now))
    return Subject(
        package_arn=str(package.arn),
        creation_time=package.creation_time,
        registration=package.registration,
        package_status=package.package_status,
        group=group,
        containers=package.containers,
        artifacts=tuple(one.artifact for one in found),
        facts=facts_together(((one.artifact, one.facts) for one in found), group),
        as_of=now.isoformat(),
        metadata=team_metadata(package.metadata),
    )


def _find(folder: PackageFolder, named: NamedArtifact, group: Group, gate: Gate | None, now: datetime) -> Found:
    try:
        uri = S3Uri.parse(named.uri)
        if gate is not None:
            gate.stored(group.account, uri)
    except ContentError as error:
        return Found(artifact=_artifact(named, None, ArtifactState.REFUSED, problem=str(error)))
    if named.digest is not None and not is_digest(named.digest):
        wrong = f"its ContentDigest is {named.digest!a}; register it with sha256: and 64 hexadecimal digits"
        return Found(artifact=_artifact(named, None, ArtifactState.REFUSED, problem=wrong))
    path = folder.find(uri)
    if named.name.startswith("Model."):
        # Not asked for: model files are large, stay elsewhere in many builds, and are never opened by the gate.
        return Found(artifact=_artifact(named, path, ArtifactState.PINNED, now=now))
    if path is None:
        problem = f"{folder.folder} has no {uri.key.rpartition('/')[2]}"
        return Found(artifact=_artifact(named, None, ArtifactState.NOT_ARRIVED, problem=problem))
    return _read(named, path, now)


def _read(named: NamedArtifact, path: Path, now: datetime) -> Found:
    artifact = _artifact(named, path, ArtifactState.PINNED, now=now)
    if named.digest is not None and not same_digest(named.digest, artifact.digest or ""):
        problem = f"{path} has {artifact.digest}"
        return Found(artifact=_artifact(named, path, ArtifactState.NOT_ARRIVED, problem=problem))
    try:
        return Found(artifact=artifact, facts=read_report(named.name, read_file(path)))
    except ContentError as error:
        return Found(artifact=_artifact(named, path, ArtifactState.REFUSED, problem=str(error), now=now))


def read_file(path: Path) -> bytes:
    """The bytes of a report, and no more of a larger file than shows that it is too large."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _artifact(
    named: NamedArtifact,
    path: Path | None,
    state: ArtifactState,
    *,
    problem: str | None = None,
    now: datetime | None = None,
) -> Artifact:
    digest = None if path is None else digest_of(path)
    return Artifact(
        name=named.name,
        uri=named.uri,
        content_digest=named.digest,
        stored_uri=None if path is None else str(path),
        version_id=None,
        digest=digest,
        size=None if path is None else path.stat().st_size,
        arrived_at=None if now is None else now.isoformat(),
        state=state,
        problem=problem,
    )
