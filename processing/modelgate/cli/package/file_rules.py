"""What the gate asks of the files that a request names: address, digest, and that it can read what it reads."""

from collections.abc import Iterator

from modelgate.cli.package.evidence import read_file
from modelgate.cli.package.faults import Fault
from modelgate.cli.package.folder import PackageFolder, digest_of
from modelgate.cli.package.named_files import NamedFile
from modelgate.contracts.digests import is_digest, same_digest
from modelgate.contracts.uris import S3Uri
from modelgate.errors import InvalidUriError, UnreadableReportError
from modelgate.reports.read import read_report


def address_of(file: NamedFile) -> S3Uri | Fault:
    """The address of *file*, or why it is none."""
    where = f"{file.where}.S3Uri" if file.is_report else file.where
    if file.uri is None:
        return Fault(where=where, sentence="it is missing; give the address that the file is uploaded to")
    try:
        return S3Uri.parse(file.uri)
    except InvalidUriError as error:
        return Fault(where=where, sentence=str(error))


def bucket_fault(file: NamedFile, uri: S3Uri, bucket: str | None) -> Iterator[Fault]:
    """Addresses outside the team's *bucket* are never followed."""
    if bucket is not None and uri.bucket != bucket:
        where = f"{file.where}.S3Uri" if file.is_report else file.where
        problem = f"{uri} lies outside the team's bucket {bucket!r}"
        yield Fault(where=where, sentence=f"{problem}; upload the file there and register that address")


def source_faults(file: NamedFile, folder: PackageFolder, uri: S3Uri, *, digest_needed: bool) -> Iterator[Fault]:
    """Faults of a report's MetricsSource and of the file that stands for it."""
    source = file.source or {}
    content_type = source.get("ContentType")
    if not isinstance(content_type, str) or not 0 < len(content_type) <= 256:
        yield Fault(where=f"{file.where}.ContentType", sentence="it is missing; say application/json")
    path = folder.find(uri)
    yield from _digest_faults(file, None if path is None else digest_of(path), str(path), digest_needed=digest_needed)
    if path is not None:
        try:
            read_report(file.artifact, read_file(path))
        except UnreadableReportError as error:
            problem = f"{path} is no report that the gate reads as {file.artifact}: {error}"
            yield Fault(where=file.where, sentence=f"{problem}; mend the file, or register it under another member")


def _digest_faults(file: NamedFile, found: str | None, path: str, *, digest_needed: bool) -> Iterator[Fault]:
    where, said = f"{file.where}.ContentDigest", (file.source or {}).get("ContentDigest")
    if said is None:
        if digest_needed:
            fix = "give sha256: and 64 hex digits" if found is None else f"{path} has {found}"
            yield Fault(where=where, sentence=f"it is missing, and without it a later upload would count; {fix}")
    elif not isinstance(said, str) or not is_digest(said):
        yield Fault(where=where, sentence=f"it is {str(said)[:100]!a}; write it as sha256: and 64 hex digits")
    elif found is not None and not same_digest(said, found):
        problem = f"it is {said.lower()}, but {path} has {found}"
        yield Fault(where=where, sentence=f"{problem}; register the digest of the file that you upload")
