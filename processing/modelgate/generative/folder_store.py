"""A `store.Store` in a folder on disk."""

import os
import re
import tempfile
from pathlib import Path

from modelgate.errors import InfrastructureError

_PART = r"[A-Za-z0-9_][A-Za-z0-9._-]*"  # no part begins with a dot, so none is "..", nor a file being written
_KEY = re.compile(rf"{_PART}(/{_PART})*", re.ASCII)


class FolderStore:
    """Files below *root*, each written whole or not at all; the first of several writers wins.

    Raises:
        ValueError: of both methods, for a key that is not made of letters, digits and ``._-`` between slashes.
        InfrastructureError: of both, where the disk does not do its part.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def get(self, key: str) -> bytes | None:
        """What was written under *key*; None before."""
        path = self._path(key)
        try:
            return path.read_bytes() if path.exists() else None
        except OSError as error:
            raise InfrastructureError(f"{path} cannot be read ({error.strerror}); nothing was decided") from error

    def put_once(self, key: str, data: bytes) -> bytes:
        """Write *data* unless something is there already, and return what is there now."""
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return data if _first(path, data) else path.read_bytes()
        except OSError as error:
            raise InfrastructureError(
                f"{path} cannot be written ({error.strerror}); make room or choose another folder, then run again"
            ) from error

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key[:200]!a} is no key of a store: letters, digits and ._- between slashes")
        return self._root / key


def _first(path: Path, data: bytes) -> bool:
    """Write *data* to *path*, whole; False where something is there already."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(written)  # refused where the name exists, which a rename is not
    except FileExistsError:
        return False
    finally:
        written.unlink()
    return True
