"""The files of a data set, copied and held against their digests before anybody reads them."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from modelgate.contracts.digests import is_digest
from modelgate.errors import ContentError
from modelgate.generative.datasets.catalogue import Dataset, DatasetFile
from modelgate.generative.datasets.imported import SourceFile

MOST_BYTES = 2**30  # of one file; the largest one of the catalogue has some ten megabytes

Fetch = Callable[[str], Iterator[bytes]]
"""The bytes at an https address, in pieces; ContentError or InfrastructureError where they cannot be had."""

_PIECE = 2**20


def chosen_files(dataset: Dataset, names: Iterable[str]) -> tuple[DatasetFile, ...]:
    """The files of *dataset* with these names; all where none is named.

    Raises:
        ContentError: it has no file of that name.
    """
    wanted = tuple(names)
    if unknown := sorted(set(wanted) - {file.name for file in dataset.files}):
        known = ", ".join(file.name for file in dataset.files) or "whatever the folder holds"
        raise ContentError(f"{dataset.id} has no file {unknown[0][:100]!a}; it has {known}")
    return tuple(file for file in dataset.files if not wanted or file.name in wanted)


def from_folder(
    dataset: Dataset, names: Iterable[str], folder: Path, copies: Path, digests: Mapping[str, str]
) -> tuple[SourceFile, ...]:
    """Copy the chosen files of *dataset* from *folder*, where they lie by name at any depth.

    *digests* say what a file has to be, before what the catalogue says. Of a set of the user's own every file is taken
    that its pattern matches.

    Raises:
        ContentError: a file is not there or is there twice, or is not what its digest says.
    """
    if not folder.is_dir():
        raise ContentError(f"{folder} is no folder; give the one that holds {dataset.id}")
    files = chosen_files(dataset, names)
    if dataset.files:
        return tuple(_copied(file, _read(_found(file.name, folder)), copies, digests) for file in files)
    own = [path for path in sorted(folder.rglob(dataset.pattern)) if path.is_file()]
    if not own:
        raise ContentError(f"no file of {folder} matches {dataset.pattern!r}; give the folder that holds them")
    return tuple(
        _copied(DatasetFile(name=path.relative_to(folder).as_posix()), _read(path), copies, digests, own=True)
        for path in own
    )


def from_official_place(
    dataset: Dataset, names: Iterable[str], fetch: Fetch, copies: Path, digests: Mapping[str, str]
) -> tuple[SourceFile, ...]:
    """Fetch the chosen files of *dataset* from where they are published.

    Raises:
        ContentError: it is published nowhere, or a file is not what its digest says.
        InfrastructureError: the place did not answer.
    """
    files = chosen_files(dataset, names)
    if not files or not all(file.address for file in files):
        raise ContentError(f"{dataset.id} is published at no address that is known; import it from a folder")
    return tuple(_copied(file, fetch(str(file.address)), copies, digests, address=file.address) for file in files)


def _found(name: str, folder: Path) -> Path:
    paths = [path for path in sorted(folder.rglob(Path(name).name)) if f"/{path.as_posix()}".endswith(f"/{name}")]
    if len(paths) != 1:
        what = "is not" if not paths else f"is {len(paths)} times"
        raise ContentError(
            f"{name} {what} in {folder}; give the folder that holds it once, or name the files to import"
        )
    return paths[0]


def _copied(
    file: DatasetFile,
    pieces: Iterator[bytes],
    copies: Path,
    digests: Mapping[str, str],
    *,
    address: str | None = None,
    own: bool = False,
) -> SourceFile:
    path = copies / file.name
    path.parent.mkdir(parents=True, exist_ok=True)
    hashed, size = hashlib.sha256(), 0
    with path.open("wb") as copy:
        for piece in pieces:
            size += len(piece)
            if size > MOST_BYTES:
                raise ContentError(f"{file.name} has more than {MOST_BYTES} bytes; that is no file of this set")
            hashed.update(piece)
            copy.write(piece)
    digest = f"sha256:{hashed.hexdigest()}"
    _require(file, digest, digests.get(file.name, file.digest), own=own)
    return SourceFile(name=file.name, digest=digest, size=size, address=address)


def _require(file: DatasetFile, digest: str, expected: str | None, *, own: bool) -> None:
    if expected is None:
        if not own:
            raise ContentError(
                f"{file.name} has the digest {digest}, and nobody has recorded which one is right; look at the file, "
                f"and give --digest {file.name}={digest} to import it"
            )
        return
    if not is_digest(expected):
        raise ContentError(f"the digest given for {file.name} is {expected[:100]!a}; write sha256: and 64 hex digits")
    if digest != expected.lower():
        raise ContentError(f"{file.name} has the digest {digest}, and {expected} is asked; it is another file")


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
