"""Where a decision to be proved comes from: the stores, an exported archive, or a record on disk."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import typer

from modelgate.aws.decisions import list_decisions
from modelgate.aws.exhibits import StoredExhibits
from modelgate.aws.objects import Bucket
from modelgate.aws.registry import describe_package
from modelgate.cli.bundles import read_bundle
from modelgate.cli.platform import Platform
from modelgate.cli.proving.keys import MAX_KEYS_BYTES, keys_from, trusted_keys
from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.layout import pinned_copy_key
from modelgate.contracts.package import ModelPackage
from modelgate.errors import ContentError, PinError
from modelgate.evidence.checked import Checked, Verification, differs, proved
from modelgate.evidence.content import read_content
from modelgate.evidence.envelope import MAX_ENVELOPE_BYTES, Sealed, Verifier, open_envelope
from modelgate.evidence.exhibits import Exhibit, Exhibits, NoExhibits, exhibits_of
from modelgate.evidence.export import BLOCK
from modelgate.evidence.exported import Archive, is_archive, open_archive
from modelgate.evidence.public_keys import PublicKeys
from modelgate.evidence.signing_keys import SigningKeys


class KeysFrom(StrEnum):
    """Who says which keys are trusted. All but *given* have to be compared with what was published."""

    GIVEN = "given"
    STORED = "stored"
    ARCHIVE = "archive"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A decision and what it rests on. *key* is where it lay in the evidence store; None where only it says so.

    *package* is the registry's word of now, where there is one.
    """

    place: str
    key: str | None
    envelope: bytes
    sealed: Sealed
    exhibits: Exhibits
    verifier: Verifier | None
    keys_from: KeysFrom
    package: ModelPackage | None = None

    def compared_with_registry(self, found: Verification) -> Verification:
        """*found*, and whether the package is still the one that was decided on, where the registry was asked."""
        if self.package is None:
            return found
        return replace(found, checked=(*found.checked, _package(found, self.package)))


@dataclass(frozen=True, slots=True)
class _Given:
    """A record alone, beside documents that somebody gave, by digest."""

    documents: Mapping[str, bytes]
    complete: bool = False

    def chunks(self, exhibit: Exhibit) -> Iterator[bytes] | None:
        """The document of that digest, or None."""
        found = self.documents.get(exhibit.digest)
        return None if found is None else iter((found,))


def from_stores(platform: Platform, arn: ModelPackageArn | None, key: str | None, keys: Path | None) -> Source:
    """The decision at *key*, or the newest on the package *arn*.

    Raises:
        ContentError: there is none, or it cannot be read.
        PinError: the keys cannot be read.
        InfrastructureError: a service did not answer.
    """
    evidence, artifacts = platform.evidence(), platform.artifacts()
    key = key or _newest(platform, arn)
    envelope = _stored(evidence, key)
    sealed = open_envelope(envelope)
    package = ModelPackageArn.parse(sealed.record.subject.package_arn)
    if arn is not None and package != arn:
        raise ContentError(f"{evidence.uri(key)} is a decision on {package}, not on {arn}; find out who put it there")
    return Source(
        place=evidence.uri(key),
        key=key,
        envelope=envelope,
        sealed=sealed,
        exhibits=StoredExhibits(evidence=evidence, artifacts=artifacts),
        verifier=trusted_keys(keys, artifacts),
        keys_from=KeysFrom.GIVEN if keys else KeysFrom.STORED,
        package=describe_package(platform.session.sagemaker(), arn) if arn is not None else None,
    )


def from_file(path: Path, keys: Path | None, policies: Path | None) -> Source:
    """The decision in the file *path*: an exported archive, or a record alone.

    Raises:
        ContentError: it is neither, or not a whole one.
        PinError: the keys cannot be read.
    """
    if not path.is_file():
        raise typer.BadParameter(f"{path} is neither a file nor an ARN", param_hint="ARN|S3|FILE")
    with path.open("rb") as file:
        start = file.read(BLOCK)
    try:
        return _archive(path, keys) if is_archive(start) else _record(path, keys, policies)
    except ContentError as error:
        raise ContentError(f"{path}: {error}") from error


def _archive(path: Path, keys: Path | None) -> Source:
    archive = open_archive(path)
    verifier = keys_from(keys) if keys else _own_keys(archive)
    return Source(
        place=str(path),
        key=None,
        envelope=b"",
        sealed=archive.sealed,
        exhibits=archive,
        verifier=verifier,
        keys_from=KeysFrom.GIVEN if keys else KeysFrom.ARCHIVE,
    )


def _own_keys(archive: Archive) -> PublicKeys:
    """The keys that came with the archive: a broken document there is the archive's fault, whoever made it."""
    try:
        return PublicKeys(SigningKeys.from_json(_keys_within(archive)))
    except PinError as error:
        cause = error.__cause__ or error
        raise ContentError(
            f"the signing keys within cannot be read ({cause}): nothing says who made this archive, do not rely on it;"
            f" ask for another one, or give your own copy of the keys with --keys"
        ) from error


def _keys_within(archive: Archive) -> bytes:
    """The signing keys that the run pinned, which every archive has."""
    digest = archive.sealed.record.report.binding.signing_keys_digest
    document = next(one for one in exhibits_of(archive.sealed.record) if one.key == pinned_copy_key(digest))
    content = read_content(archive.chunks(document) or (), most=MAX_KEYS_BYTES, seen=lambda _: None)
    if content.data is None:
        raise ContentError(f"its signing keys have {content.size} bytes, at most {MAX_KEYS_BYTES} are read")
    return content.data


def _record(path: Path, keys: Path | None, policies: Path | None) -> Source:
    with path.open("rb") as file:
        envelope = file.read(MAX_ENVELOPE_BYTES + 1)
    try:
        sealed = open_envelope(envelope)
    except ContentError as error:
        raise ContentError(f"{error}; name an exported archive, or a file of decisions/…") from error
    return Source(
        place=str(path),
        key=None,
        envelope=envelope,
        sealed=sealed,
        exhibits=NoExhibits() if policies is None else _Given(_documents(sealed, policies)),
        verifier=keys_from(keys) if keys else None,
        keys_from=KeysFrom.GIVEN if keys else KeysFrom.NOBODY,
    )


def _stored(evidence: Bucket, key: str) -> bytes:
    stored = evidence.read(key, max_bytes=MAX_ENVELOPE_BYTES)
    if stored is None:
        raise ContentError(f"there is no decision at {evidence.uri(key)}")
    return stored.data


def _newest(platform: Platform, arn: ModelPackageArn | None) -> str:
    evidence = platform.evidence()
    listed = list_decisions(evidence, group=arn.group, version=arn.version) if arn else ()
    if not listed:
        raise ContentError(f"there is no decision on {arn} in {evidence.uri('decisions/')}")
    return listed[0].key


def _documents(sealed: Sealed, policies: Path) -> Mapping[str, bytes]:
    bundle = read_bundle(policies).to_json()
    digest, judged_by = sha256_of(bundle), sealed.record.report.binding.policy_digest
    if digest != judged_by:
        raise ContentError(f"{policies} has the digest {digest}, but the decision was made under {judged_by}")
    return {digest: bundle}


def _package(found: Verification, package: ModelPackage) -> Checked:
    subject = found.record.subject
    if (subject.registration, subject.creation_time) != (package.registration, package.creation_time):
        said = f"its registration is {package.registration} now, decided on was {subject.registration}"
        return differs("package", f"{package.arn} was changed or replaced since: {said}")
    return proved("package", f"{package.arn} is registered as it was then, and is {package.approval_status}")
