"""One decision with everything it rests on in one file, a tar archive that needs no access to be verified.

    record.json            the signed record
    decisions/<hex>.json   records of the approved versions it was compared with
    documents/<hex>.json   gate document, policy bundle, signing keys, evaluations
    models/<hex>           model files, where they were asked for
    reports/<hex>.json     every report by the version that was judged
    reviews/<hex>.json     what people said
    manifest.json          size and digest of each, and what it is

``<hex>`` is the SHA-256 of the content. Nothing is compressed and every header is the same for the same content, so
that one decision gives one archive, byte for byte, and no archive is larger inside than outside.
"""

import tarfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from modelgate.contracts.digests import same_digest
from modelgate.contracts.strict import canonical, encode
from modelgate.errors import ContentError
from modelgate.evidence.content import read_content
from modelgate.evidence.envelope import MAX_ENVELOPE_BYTES, Sealed
from modelgate.evidence.exhibits import Exhibit, ExhibitKind, Exhibits, exhibits_of
from modelgate.evidence.record import EvidenceRecord

SCHEMA = "modelgate/export/v1"
RECORD, MANIFEST = "record.json", "manifest.json"
BLOCK = 512  # POSIX pax specification, ustar interchange format
MAX_MANIFEST_BYTES = 2_000_000

_FOLDERS = {
    ExhibitKind.DOCUMENT: ("documents", ".json"),
    ExhibitKind.REPORT: ("reports", ".json"),
    ExhibitKind.MODEL: ("models", ""),
    ExhibitKind.DECISION: ("decisions", ".json"),
    ExhibitKind.REVIEW: ("reviews", ".json"),
}
_MAX_USTAR = 8**11  # bytes; a larger file has its size in GNU's form, which every tar reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of an archive."""

    name: str
    size: int
    digest: str


def name_of(exhibit: Exhibit) -> str:
    """Where *exhibit* lies in an archive: by its content, so that one file under several names is there once."""
    folder, ending = _FOLDERS[exhibit.kind]
    return f"{folder}/{exhibit.digest.removeprefix('sha256:')}{ending}"


def manifest_of(record: EvidenceRecord, entries: Sequence[Entry]) -> bytes:
    """The manifest of an archive of *record* that holds *entries*."""
    what: dict[str, list[str]] = {}
    for exhibit in exhibits_of(record):
        what.setdefault(name_of(exhibit), []).append(f"{exhibit.kind} {exhibit.name} at {exhibit.place}")
    files = [{**encode(one), "what": what.get(one.name, ["the signed record"])} for one in entries]
    about = {"decision_id": record.decision_id, "package_arn": record.subject.package_arn}
    return canonical({"schema": SCHEMA, **about, "files": files})


def write_archive(
    file: BinaryIO,
    envelope: bytes,
    sealed: Sealed,
    exhibits: Exhibits,
    *,
    with_models: bool,
    seen: Callable[[int], None] = lambda _: None,
) -> tuple[Entry, ...]:
    """Write the archive of the decision in *envelope* (opened: *sealed*); return what it holds, the manifest apart.

    Raises:
        ContentError: an object is gone, or is not the one that the record names; *file* is then not whole.
        InfrastructureError: a service did not answer.
    """
    entries = [_write(file, RECORD, len(envelope), sealed.digest, iter((envelope,)), seen)]
    wanted = {
        name_of(one): one for one in exhibits_of(sealed.record) if with_models or one.kind is not ExhibitKind.MODEL
    }
    for name, exhibit in sorted(wanted.items()):
        size, chunks = _sized(exhibit, exhibits)
        entries.append(_write(file, name, size, exhibit.digest, chunks, seen))
    manifest = manifest_of(sealed.record, entries)
    file.write(header_of(MANIFEST, len(manifest)) + manifest + _padding(len(manifest)) + bytes(2 * BLOCK))
    return tuple(entries)


def header_of(name: str, size: int) -> bytes:
    """The one header that a file of that name and size has here.

    Raises:
        ValueError: tar has no room for the name.
    """
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o444, 0
    return info.tobuf(tarfile.USTAR_FORMAT if size < _MAX_USTAR else tarfile.GNU_FORMAT, "ascii", "strict")


def _write(
    file: BinaryIO, name: str, size: int, digest: str, chunks: Iterable[bytes], seen: Callable[[int], None]
) -> Entry:
    try:
        file.write(header_of(name, size))
    except ValueError as error:
        raise ContentError(f"the record names {name} with {size} bytes, which no file has") from error
    content = read_content(_copied(chunks, file), most=0, seen=seen)
    if content.size != size or not same_digest(content.digest, digest):
        raise ContentError(
            f"{name} has {content.digest} ({content.size} bytes), the record names {digest} ({size} bytes); "
            "modelgate verify says what was altered"
        )
    file.write(_padding(size))
    return Entry(name=name, size=size, digest=digest)


def _copied(chunks: Iterable[bytes], file: BinaryIO) -> Iterator[bytes]:
    for chunk in chunks:
        file.write(chunk)
        yield chunk


def _sized(exhibit: Exhibit, exhibits: Exhibits) -> tuple[int, Iterable[bytes]]:
    """The content, and its size before it is read: what no record knows the size of is small."""
    chunks = exhibits.chunks(exhibit)
    if chunks is None:
        raise ContentError(f"{exhibit.kind} {exhibit.name} at {exhibit.place} is gone; modelgate verify says what else")
    if exhibit.size is not None:
        return exhibit.size, chunks
    content = read_content(chunks, most=MAX_ENVELOPE_BYTES, seen=lambda _: None)
    if content.data is None:
        raise ContentError(f"{exhibit.place} has {content.size} bytes, at most {MAX_ENVELOPE_BYTES} are read")
    return content.size, (content.data,)


def _padding(size: int) -> bytes:
    return bytes(-size % BLOCK)
