"""What goes into the image: one list of files, which is both the build context and what the tag is computed from."""

import hashlib
import io
import re
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.paths import ROOT

_DEFAULT_BASE = re.compile(r"^ARG BASE_IMAGE=(\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The files of the build context, by their path in it, and the values of the build arguments."""

    files: Mapping[str, bytes]
    base: str
    base_identity: str
    user: str

    @property
    def tag(self) -> str:
        """A name made of the inputs' bytes: the same inputs need no second push, and others never share it."""
        digest = hashlib.sha256(repr((self.base_identity, self.user)).encode())
        for path in sorted(self.files):
            digest.update(repr((path, hashlib.sha256(self.files[path]).hexdigest())).encode())
        return f"inputs-{digest.hexdigest()[:40]}"

    @property
    def arguments(self) -> dict[str, str]:
        """The Dockerfile's build arguments."""
        return {"BASE_IMAGE": self.base, "USER": self.user, "INPUTS": self.tag}

    def context(self, wheels: Path) -> io.BytesIO:
        """
        Return the build context as a tar archive: the files, and the wheels beside them.

        Wheels are not part of the tag: the requirements name each by its hash, and pip refuses any other.
        """
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for path, data in sorted(self.files.items()):
                _add(archive, path, data)
            for wheel in sorted(wheels.glob("*.whl")):
                _add(archive, f"wheels/{wheel.name}", wheel.read_bytes())
        packed.seek(0)
        return packed


def default_base() -> str:
    """The public base image that the Dockerfile pins."""
    found = _DEFAULT_BASE.search(_dockerfile().decode())
    if found is None:
        raise ValueError(
            "images/approval/Dockerfile names no default BASE_IMAGE; give its ARG a value pinned by digest"
        )
    return found.group(1)


def inputs(*, base: str, base_identity: str, user: str) -> Inputs:
    """Read the inputs of the approval image from the working tree."""
    files = {"Dockerfile": _dockerfile(), "requirements.txt": (ROOT / "requirements/image.txt").read_bytes()}
    files |= dict(_code(ROOT / "processing/modelgate"))
    return Inputs(files=files, base=base, base_identity=base_identity, user=user)


def _dockerfile() -> bytes:
    return (ROOT / "images/approval/Dockerfile").read_bytes()


def _code(package: Path) -> Iterator[tuple[str, bytes]]:
    for path in package.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(package.parent).as_posix(), path.read_bytes()


def _add(archive: tarfile.TarFile, path: str, data: bytes) -> None:
    entry = tarfile.TarInfo(path)  # time 0, root, the same mode everywhere: the layer does not change with the checkout
    entry.size = len(data)
    entry.mode = 0o644
    archive.addfile(entry, io.BytesIO(data))
