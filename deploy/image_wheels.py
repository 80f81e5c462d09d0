"""The wheels that the image installs, downloaded once for the base image's Python and kept in the cache."""

import hashlib
import sys
import tempfile
from pathlib import Path

from deploy.cache import cache_folder
from deploy.lock_file import for_python
from deploy.progress import Progress

# Both bases have a newer C library; pip takes a platform to the letter.
PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux2014_x86_64")


class WheelError(Exception):
    """The wheels cannot be downloaded; the message carries pip's last words."""


def wheelhouse(requirements: bytes, *, python: str, progress: Progress) -> Path:
    """
    Return a folder with one wheel for each requirement, for CPython *python* (``3.13``) on 64-bit Linux.

    Raises:
        WheelError: a wheel is missing, or its hash is not the pinned one.
    """
    key = hashlib.sha256(requirements).hexdigest()[:16]
    folder = cache_folder() / "wheels" / f"{key}-{python}"
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="download-") as work:
        listed = Path(work) / "requirements.txt"
        listed.write_text(for_python(requirements.decode("ascii"), python))
        wheels = Path(work) / "wheels"
        # Wheels belong to the base's Python, not to the one that runs this.
        command = [sys.executable, "-m", "pip", "download", "--require-hashes", "--only-binary=:all:", "--no-deps"]
        command += ["--implementation=cp", f"--python-version={python}", *(f"--platform={one}" for one in PLATFORMS)]
        command += ["--disable-pip-version-check", f"--dest={wheels}", f"--requirement={listed}"]
        progress.run("pip download", command, failure=WheelError)
        try:
            wheels.rename(folder)
        except OSError:
            if not folder.exists():  # else somebody was faster, with the same wheels
                raise
    return folder
