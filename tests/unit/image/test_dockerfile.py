"""The Dockerfiles, without building them."""

import re
from pathlib import Path

import pytest
from modelgate.aws import clients

from deploy.image_inputs import default_base

IMAGES = Path(__file__).resolve().parents[3] / "images"
DOCKERFILE = IMAGES / "approval/Dockerfile"
SCORING = IMAGES / "scoring/Dockerfile"
DERIVED = IMAGES / "derived/Dockerfile"


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


def test_a_derived_image_only_copies() -> None:
    """It runs nothing and sets nothing, so that what was proved of the approval image still holds."""
    lines = re.sub(r"\\\n\s*", "", DERIVED.read_text()).splitlines()
    instructions = [line.split()[0] for line in lines if line and not line.startswith("#")]

    assert instructions == ["ARG", "FROM", "COPY", "ARG", "ARG", "LABEL"]


def test_the_image_keeps_the_descriptions_of_the_services_that_the_steps_talk_to() -> None:
    """A client of a service whose description was left out fails in the container, and nowhere else."""
    folder = Path(clients.__file__).parent
    sources = [path.read_text(encoding="utf-8") for path in folder.glob("*.py") if path.name != "session.py"]
    asked = {name for source in sources for name in re.findall(r'\.client\(\s*"([a-z0-9-]+)"', source)}
    kept = set(re.findall(r"! -name ([a-z0-9-]+)", DOCKERFILE.read_text(encoding="utf-8")))

    assert asked
    assert kept == asked | {"sts", "comprehend"}  # the scorer is handed its client


def test_the_scoring_image_only_copies_onto_the_approval_image() -> None:
    """Its last stage runs nothing, so that what was proved of the approval image still holds."""
    lines = re.sub(r"\\\n\s*", "", SCORING.read_text()).splitlines()
    instructions = [line.split()[0] for line in lines if line and not line.startswith("#")]
    last = len(instructions) - instructions[::-1].index("FROM")

    assert instructions[last:] == ["COPY", "CMD", "ARG", "ARG", "LABEL"]
    assert "FROM ${APPROVAL_IMAGE}" in lines
