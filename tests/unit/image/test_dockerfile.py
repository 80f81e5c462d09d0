"""The Dockerfile, without building it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.image_inputs import default_base

DOCKERFILE = Path(__file__).resolve().parents[3] / "images/approval/Dockerfile"


def test_hadolint_finds_nothing() -> None:
    """The Dockerfile follows the linter's rules."""
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")
    if hadolint is None:
        pytest.skip("hadolint is not installed; `make install` brings it")
    done = subprocess.run([hadolint, DOCKERFILE], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


def test_the_default_base_is_pinned_by_digest() -> None:
    """Without a build argument the image is built on a public Python 3.13 that cannot change."""
    name, _, digest = default_base().partition("@")

    assert name.startswith("python:3.13-slim")
    assert len(digest) == len("sha256:") + 64


@pytest.mark.parametrize("feature", ["--mount", "# syntax"])
def test_the_classic_builder_can_read_it(feature: str) -> None:
    """Nothing in it asks for BuildKit, which an engine's own builder does not have."""
    lines = [line for line in DOCKERFILE.read_text().splitlines() if not line.startswith("# Neither")]

    assert not any(feature in line for line in lines)
