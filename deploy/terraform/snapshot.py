"""
One run's own copy of what Terraform reads: code, values and builds.

A plan, its apply and the second plan are minutes apart. Whoever edits a module or rebuilds a zip in between must not
make the apply end in "inconsistent final plan", nor the second plan in changes that no account made.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from deploy.paths import ROOT

_KEPT = 5  # more than ever run side by side in one folder


def take(folder: Path, sources: Iterable[Path]) -> Path:
    """
    Copy *sources* (files, and folders with all that is tracked in them) into *folder*, laid out as in the repository.

    The copy is named after its content, so that the same content is copied once. Returns the copy's folder.
    """
    content = {path.relative_to(ROOT): path.read_bytes() for source in sources for path in _files(source)}
    taken = folder / _digest(content)
    if taken.is_dir():
        taken.touch()
        return taken
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=folder))
    for path, data in content.items():
        (unfinished / path).parent.mkdir(parents=True, exist_ok=True)
        (unfinished / path).write_bytes(data)
    try:
        unfinished.rename(taken)
    except OSError:  # another run has just taken the same
        shutil.rmtree(unfinished)
    _forget_old(folder)
    return taken


def _files(source: Path) -> Iterable[Path]:
    if source.is_file():
        return [source]
    return sorted(path for path in source.rglob("*") if path.is_file() and ".terraform" not in path.parts)


def _digest(content: dict[Path, bytes]) -> str:
    digest = hashlib.sha256()
    for path, data in sorted(content.items()):
        digest.update(f"{path.as_posix()} {len(data)}\n".encode() + data)
    return digest.hexdigest()[:16]


def _forget_old(folder: Path) -> None:
    newest_first = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in newest_first[_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
