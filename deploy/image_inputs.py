"""What goes into an image: one list of files, which is both the build context and what the tag is computed from."""

import hashlib
import io
import re
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.paths import ROOT

REPOSITORY = "modelgate/approval"  # what the images are called in the engine that builds them
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
        return tag_of(self.files, self.base_identity, self.user)

    @property
    def reference(self) -> str:
        """What the image is called in the engine that builds it."""
        return f"{REPOSITORY}:{self.tag}"

    @property
    def dockerfile(self) -> str:
        """Where the Dockerfile is, for a person."""
        return "images/approval/Dockerfile"

    @property
    def arguments(self) -> dict[str, str]:
        """The Dockerfile's build arguments."""
        return {"BASE_IMAGE": self.base, "USER": self.user, "INPUTS": self.tag}

    def context(self, wheels: Path) -> io.BytesIO:
        """
        Return the build context as a tar archive: the files, and the wheels beside them.

        Wheels are not part of the tag: the requirements name each by its hash, and pip refuses any other.
        """
        return packed(self.files, wheels)


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedInputs:
    """What goes into an approval image with custom checks: that of the *approval* image, and *files* on top of it."""

    approval: Inputs
    files: Mapping[str, bytes]

    @property
    def tag(self) -> str:
        """As of the approval image: made of the bytes of everything that goes in."""
        return tag_of(self.files, self.approval.tag)

    @property
    def reference(self) -> str:
        """What the image is called in the engine that builds it."""
        return f"{REPOSITORY}:{self.tag}"

    @property
    def dockerfile(self) -> str:
        """Where the Dockerfile is, for a person."""
        return "images/derived/Dockerfile"

    @property
    def arguments(self) -> dict[str, str]:
        """The Dockerfile's build arguments."""
        return {"APPROVAL_IMAGE": self.approval.reference, "INPUTS": self.tag}

    def context(self) -> io.BytesIO:
        """Return the build context as a tar archive."""
        return packed(self.files)


AnyInputs = Inputs | DerivedInputs


def with_checks(what: Inputs, checks: Mapping[str, bytes]) -> AnyInputs:
    """*what*, or the image derived from it where there are files of custom *checks* to put on top."""
    if not checks:
        return what
    files = {f"site/{path}": data for path, data in checks.items()}
    return DerivedInputs(
        approval=what, files={**files, "Dockerfile": (ROOT / "images/derived/Dockerfile").read_bytes()}
    )


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


def tag_of(files: Mapping[str, bytes], *identity: str) -> str:
    """A name made of the bytes of *files* and of *identity*, such that others never share it."""
    digest = hashlib.sha256(repr(identity).encode())
    for path in sorted(files):
        digest.update(repr((path, hashlib.sha256(files[path]).hexdigest())).encode())
    return f"inputs-{digest.hexdigest()[:40]}"


def packed(files: Mapping[str, bytes], wheels: Path | None = None) -> io.BytesIO:
    """A build context as a tar archive: *files*, and the content of the folder *wheels* in one of that name."""
    beside = {} if wheels is None else {f"wheels/{wheel.name}": wheel.read_bytes() for wheel in wheels.glob("*.whl")}
    archived = io.BytesIO()
    with tarfile.open(fileobj=archived, mode="w") as archive:
        for path, data in sorted({**files, **beside}.items()):
            _add(archive, path, data)
    archived.seek(0)
    return archived


def _add(archive: tarfile.TarFile, path: str, data: bytes) -> None:
    entry = tarfile.TarInfo(path)  # time 0, root, the same mode everywhere: the layer does not change with the checkout
    entry.size = len(data)
    entry.mode = 0o644
    archive.addfile(entry, io.BytesIO(data))
