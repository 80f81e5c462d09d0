"""A Python base image without an image registry: Debian by debootstrap, imported into the engine.

The tree is built once and kept as one tar archive in the cache, so that later runs only import it.
"""

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import docker
from docker.errors import ImageNotFound

from deploy.cache import cache_folder
from deploy.progress import Progress

SUITE = "bookworm"
# python3-venv brings pip's wheel for the build stage; pip itself is not wanted in the base.
PACKAGES = ("ca-certificates", "python3", "python3-venv")
# resolv.conf is the building machine's: Docker supplies its own. The rest is weight that no step reads.
EXCLUDED = (
    "./etc/resolv.conf",
    "./var/cache/apt/*",
    "./var/lib/apt/lists/*",
    "./var/log/*",
    "./usr/share/doc/*",
    "./usr/share/man/*",
    "./usr/share/locale/*",
)
REPOSITORY = "modelgate/python-base"
_DEBIAN_SUITES = {"bookworm", "trixie", "forky", "sid", "stable", "testing", "unstable"}


class BaseImageError(Exception):
    """The base image cannot be built; the message says why and what to do."""


def why_no_base_image() -> str | None:
    """What this machine lacks for debootstrap; None when the base can be had."""
    if _archive().exists():
        return None
    if _debootstrap() is None:
        return "debootstrap is not installed; install it, or name a base image that can be pulled"
    if os.geteuid() != 0:
        return "only root may run debootstrap; run as root, or name a base image that can be pulled"
    return None


def base_image(client: docker.DockerClient, progress: Progress) -> str:
    """
    Return the reference of the base image in this engine; build and import it when it is missing.

    Raises:
        BaseImageError: debootstrap is missing or failed.
    """
    reference = f"{REPOSITORY}:{_recipe()}"
    with contextlib.suppress(ImageNotFound):
        client.images.get(reference)
        return reference
    archive = _archive()
    if not archive.exists():
        _build(archive, progress)
    progress.say(f"importing {archive.name} ({archive.stat().st_size >> 20} MiB)")
    client.api.import_image_from_file(
        str(archive), repository=REPOSITORY, tag=_recipe(), changes=['CMD ["python3"]', "ENV PYTHONUNBUFFERED=1"]
    )
    return reference


def mirror(sources: str) -> str | None:
    """The Debian mirror that *sources* (apt's lists, either format) name; None leaves debootstrap its own default."""
    for suite, uri in [*_stanzas(sources), *_lines(sources)]:
        if suite in _DEBIAN_SUITES and uri.startswith(("http://", "https://", "file:/")):
            return uri.rstrip("/")
    return None


def _stanzas(sources: str) -> Iterable[tuple[str, str]]:
    """(suite, URI) of each deb822 stanza."""
    for stanza in re.split(r"\n\s*\n", sources):
        fields = dict(re.findall(r"^([A-Za-z-]+):[ \t]*(.+)$", stanza, re.MULTILINE))
        if "deb" in fields.get("Types", "").split():
            for uri in fields.get("URIs", "").split():
                yield from ((suite, uri) for suite in fields.get("Suites", "").split())


def _lines(sources: str) -> Iterable[tuple[str, str]]:
    """(suite, URI) of each one-line entry."""
    found = re.findall(r"^deb[ \t]+(?:\[[^]]*\][ \t]+)?(\S+)[ \t]+(\S+)", sources, re.MULTILINE)
    return ((suite, uri) for uri, suite in found)


def _build(archive: Path, progress: Progress) -> None:
    if reason := why_no_base_image():
        raise BaseImageError(f"cannot build the base image: {reason}")
    archive.parent.mkdir(parents=True, exist_ok=True)
    packages = archive.parent / "debian-packages"
    packages.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=archive.parent, prefix="rootfs-") as work:
        root = Path(work) / "root"
        command = [_debootstrap() or "debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}"]
        command += [f"--cache-dir={packages}", SUITE, str(root)]
        if named := mirror(_apt_sources()):
            command.append(named)
        progress.run("debootstrap", command, failure=BaseImageError)
        # Written aside and renamed: an interrupted run never leaves half an archive.
        part = Path(work) / "part.tar"
        pack = ["tar", "--sort=name", "--mtime=@0", "--numeric-owner", *(f"--exclude={name}" for name in EXCLUDED)]
        progress.run("packing", [*pack, "-C", str(root), "-cf", str(part), "."], failure=BaseImageError)
        part.rename(archive)


def _archive() -> Path:
    return cache_folder() / f"python-base-{_recipe()}.tar"


def _recipe() -> str:
    """A short name that changes with what goes into the base."""
    return SUITE + "-" + hashlib.sha256(repr((SUITE, PACKAGES, EXCLUDED)).encode()).hexdigest()[:12]


def _apt_sources() -> str:
    folder = Path("/etc/apt")
    files = [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))]
    return "\n\n".join(file.read_text(errors="replace") for file in files if file.is_file())


def _debootstrap() -> str | None:
    return shutil.which("debootstrap", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
