"""Works whose copying is measured: any folder of texts, named by their digests."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from modelgate.contracts.digests import sha256_of
from modelgate.errors import ContentError


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One text; *source* (``book``, ``code``) is what numbers are broken down by, *digest* that of its bytes."""

    name: str
    source: str
    digest: str
    text: str


def read_works(folder: Path, *, pattern: str, source: str) -> Iterator[Work]:
    """Read every file below *folder* that *pattern* (``*.txt``) matches, by name in order, one at a time.

    Raises:
        ContentError: no file matches, or one is not UTF-8.
    """
    paths = sorted(path for path in folder.rglob(pattern) if path.is_file())
    if not paths:
        raise ContentError(f"no work matches {pattern!r} in {folder}; give the folder that holds the works")
    for path in paths:
        data = path.read_bytes()
        name = path.relative_to(folder).as_posix()
        yield Work(name=name, source=source, digest=sha256_of(data), text=_decoded(name, data))


class WorksByDigest:
    """The texts below a folder by the digest of their bytes, for prompts whose references may not be stored.

    Only a few texts are in memory at a time.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._paths = {sha256_of(path.read_bytes()): path for path in sorted(folder.rglob("*")) if path.is_file()}

    def text(self, digest: str) -> str:
        """The text whose bytes have *digest*.

        Raises:
            ContentError: the folder does not hold it, or it changed since it was listed.
        """
        path = self._paths.get(digest)
        if path is None:
            raise ContentError(f"no work in {self._folder} has the digest {digest[:80]!a}; give the folder asked about")
        return _text(path, digest)


@lru_cache(maxsize=8)
def _text(path: Path, digest: str) -> str:
    data = path.read_bytes()
    if sha256_of(data) != digest:
        raise ContentError(f"{path} changed while it was read")
    return _decoded(path.name, data)


def _decoded(name: str, data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise ContentError(f"the work {name!a} is not UTF-8 at byte {error.start}") from error
