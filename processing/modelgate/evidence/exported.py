"""An exported archive, read strictly: it may come from anybody.

Nothing is unpacked, nothing is compressed, and no name is followed: an archive is what `modelgate.evidence.export`
would have written for the record it holds, header for header, or it is refused.
"""

import hashlib
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from modelgate.errors import ContentError
from modelgate.evidence.envelope import MAX_ENVELOPE_BYTES, Sealed, open_envelope
from modelgate.evidence.exhibits import Exhibit, ExhibitKind, exhibits_of
from modelgate.evidence.export import (
    BLOCK,
    MANIFEST,
    MAX_MANIFEST_BYTES,
    RECORD,
    Entry,
    header_of,
    manifest_of,
    name_of,
)

MAX_ENTRIES = 2_000  # a record, twenty reports, two hundred approved versions, five hundred reviews
_CHUNK = 1024 * 1024
_MAX_ZEROS = 1_000_000  # bytes after the end; whoever copies an archive may fill up its last record


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A whole archive at *path*; *offsets* say where the content of each file begins."""

    path: Path
    sealed: Sealed
    offsets: Mapping[str, tuple[int, Entry]]
    complete: bool = False  # the models may have been left out; all else is there

    def chunks(self, exhibit: Exhibit) -> Iterator[bytes] | None:
        """The content of *exhibit*, or None where it was not included."""
        found = self.offsets.get(name_of(exhibit))
        return None if found is None else self._pieces(*found)

    def _pieces(self, offset: int, entry: Entry) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            file.seek(offset)
            yield from _content(file, entry.name, entry.size)


def is_archive(start: bytes) -> bool:
    """Whether a file that begins with *start* is a tar archive."""
    return start[257:262] == b"ustar"


def open_archive(path: Path) -> Archive:
    """Read the archive at *path* once, whole.

    Raises:
        ContentError: it is not exactly an exported archive: the message says what is in it that does not belong there,
            what is missing, or what has other bytes than its name says.
    """
    with path.open("rb") as file:
        found = _entries(file)
        *entries, manifest = [entry for _, entry in found]
        if manifest.name != MANIFEST:
            raise ContentError(f"the archive ends with {manifest.name!a} instead of its {MANIFEST}; have it made again")
        offsets = {entry.name: (offset, entry) for offset, entry in found}
        sealed = open_envelope(_read(file, offsets, RECORD, MAX_ENVELOPE_BYTES))
        _refuse_other_files(sealed, entries)
        if _read(file, offsets, MANIFEST, MAX_MANIFEST_BYTES) != manifest_of(sealed.record, entries):
            raise ContentError("the archive's manifest is not that of its files; have it made again")
    return Archive(path=path, sealed=sealed, offsets=offsets)


def _entries(file: BinaryIO) -> list[tuple[int, Entry]]:
    """Every file with the offset of its content, in the order of the archive; each was read and digested."""
    found: list[tuple[int, Entry]] = []
    names: set[str] = set()
    while header := _header(file):
        name, size = header
        if name in names:
            raise ContentError(f"the archive holds {name!a} twice; it is not one that modelgate export wrote")
        if len(found) == MAX_ENTRIES:
            raise ContentError(f"the archive holds more than {MAX_ENTRIES} files; no decision rests on as many")
        offset, digest = file.tell(), hashlib.sha256()
        for chunk in _content(file, name, size):
            digest.update(chunk)
        if file.read(-size % BLOCK).strip(b"\0"):
            raise ContentError(
                f"the archive hides something behind {name!a}; it is not one that modelgate export wrote"
            )
        names.add(name)
        found.append((offset, Entry(name=name, size=size, digest=f"sha256:{digest.hexdigest()}")))
    if not found:
        raise ContentError("the archive is empty")
    return found


def _header(file: BinaryIO) -> tuple[str, int] | None:
    """Name and size of the next file; None at the end of the archive."""
    block = file.read(BLOCK)
    if len(block) < BLOCK:
        raise ContentError("the archive ends in the middle; it was not copied whole")
    if not block.strip(b"\0"):
        _refuse_more(file)
        return None
    try:
        info = tarfile.TarInfo.frombuf(block, "ascii", "strict")
        usual = header_of(info.name, info.size)
    except (tarfile.HeaderError, ValueError, OverflowError) as error:
        raise ContentError(f"the archive holds what is no file: {error}; modelgate export did not write it") from error
    if block != usual:  # a link, a device, an owner, a size below zero, a name written in another way
        raise ContentError(f"the archive holds {info.name[:200]!a} as modelgate export does not write it")
    return info.name, info.size


def _refuse_more(file: BinaryIO) -> None:
    rest = file.read(_MAX_ZEROS + 1)
    if len(rest) < BLOCK or len(rest) > _MAX_ZEROS or rest.strip(b"\0"):
        raise ContentError("the archive does not end where its files do; it is cut, or hides something behind its end")


def _content(file: BinaryIO, name: str, size: int) -> Iterator[bytes]:
    while size:
        chunk = file.read(min(_CHUNK, size))
        if not chunk:
            raise ContentError(f"the archive ends in the middle of {name!a}; it was not copied whole")
        size -= len(chunk)
        yield chunk


def _read(file: BinaryIO, offsets: Mapping[str, tuple[int, Entry]], name: str, most: int) -> bytes:
    if name not in offsets:
        raise ContentError(f"the archive holds no {name}; it is not one that modelgate export wrote")
    offset, entry = offsets[name]
    if entry.size > most:
        raise ContentError(f"the archive's {name} has {entry.size} bytes, at most {most} are read")
    file.seek(offset)
    return b"".join(_content(file, name, entry.size))


def _refuse_other_files(sealed: Sealed, entries: Sequence[Entry]) -> None:
    """The files are the record and what it rests on, in the order of export; only models may be missing."""
    exhibits = {name_of(one): one for one in exhibits_of(sealed.record)}
    names = [entry.name for entry in entries]
    for entry in entries:
        if entry.name != RECORD and entry.name not in exhibits:
            raise ContentError(f"the archive holds {entry.name[:200]!a}, which its record does not rest on")
        if entry.name != RECORD and entry.digest != exhibits[entry.name].digest:
            raise ContentError(f"{entry.name} of the archive has other bytes than its name says: {entry.digest}")
    for name, exhibit in exhibits.items():
        if name not in names and exhibit.kind is not ExhibitKind.MODEL:
            raise ContentError(f"the archive lacks {exhibit.kind} {exhibit.name} ({name}); have it made again")
    if names != [RECORD, *sorted(names[1:])]:
        raise ContentError("the archive's files are in another order than modelgate export writes them")
