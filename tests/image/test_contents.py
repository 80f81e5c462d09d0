"""What is in the image, and what is not."""

from pathlib import Path

import docker
import pytest
from docker.models.images import Image
from modelgate.steps.package_digest import own_digest

from deploy.image_build import build
from deploy.image_inputs import Inputs, inputs
from deploy.progress import Progress

OURS_AT_MOST = 40 << 20  # bytes on top of the base


def said(client: docker.DockerClient, image: Image, *command: str) -> str:
    """What *command* writes in a container without a network."""
    out = client.containers.run(
        image, entrypoint=list(command[:1]), command=list(command[1:]), remove=True, network_mode="none"
    )
    return str(out.decode().strip())


def test_the_image_holds_the_code_of_the_working_tree(client: docker.DockerClient, approval: Image) -> None:
    """The package installed in the image has the digest of the package checked out here."""
    found = said(client, approval, "python3", "-m", "modelgate.steps.package_digest")

    assert found == own_digest()


@pytest.mark.parametrize("step", ["check", "update"])
def test_each_step_explains_its_arguments(client: docker.DockerClient, approval: Image, step: str) -> None:
    """Both steps start in the image without anything from outside, by the image's own entry point."""
    out = client.containers.run(approval, [f"modelgate.steps.{step}", "--help"], remove=True, network_mode="none")

    assert "--model-package-arn" in out.decode()


def test_nothing_in_the_image_installs_or_compiles(client: docker.DockerClient, approval: Image) -> None:
    """Neither pip in any form nor a compiler is left in the image."""
    tools = ["pip", "pip3", "gcc", "cc", "make", "uv"]
    program = (
        "import shutil, importlib.util as u; "
        f"print([n for n in {tools} if shutil.which(n)], u.find_spec('pip'), u.find_spec('ensurepip'))"
    )

    assert said(client, approval, "python3", "-c", program) == "[] None None"


def test_only_the_listed_distributions_are_installed(client: docker.DockerClient, approval: Image) -> None:
    """The image holds the pinned requirements at the pinned versions and no other distribution."""
    program = (
        "import importlib.metadata as m; "
        "print(*sorted(f'{d.name}=={d.version}'.lower().replace('_','-') for d in m.distributions(path=['/app'])))"
    )
    requirements = Path("requirements/image.txt").read_text().splitlines()
    pinned = sorted(
        line.split()[0].lower() for line in requirements if "==" in line and not line.startswith((" ", "#"))
    )

    assert said(client, approval, "python3", "-c", program).split() == pinned


def test_no_test_or_cache_of_ours_is_in_the_image(client: docker.DockerClient, approval: Image) -> None:
    """The code folder holds packages only: no wheels, no requirements, no tests of the repository."""
    found = said(
        client,
        approval,
        "sh",
        "-c",
        "ls -d /build /app/tests /app/wheels /app/requirements.txt /app/bin 2>/dev/null; true",
    )

    assert found == ""


def test_bytecode_is_compiled_and_never_checked_against_file_times(
    client: docker.DockerClient, approval: Image
) -> None:
    """Every module of the gate has bytecode with the unchecked-hash flags (PEP 552: 1)."""
    flags = (
        "import pathlib; files = list(pathlib.Path('/app/modelgate').rglob('*.py')); "
        "pyc = list(pathlib.Path('/app/modelgate').rglob('*.pyc')); "
        "print(len(files) == len(pyc), {int.from_bytes(p.read_bytes()[4:8], 'little') for p in pyc})"
    )

    assert said(client, approval, "python3", "-c", flags) == "True {1}"


def test_what_we_add_to_the_base_stays_small(approval: Image, base: Image) -> None:
    """Code and dependencies together stay within their size budget."""
    added = approval.attrs["Size"] - base.attrs["Size"]

    assert 0 < added < OURS_AT_MOST


def test_the_image_says_what_it_was_made_of(approval: Image, what: Inputs) -> None:
    """The OCI labels name the inputs and the base image."""
    labels = approval.labels

    assert labels["org.opencontainers.image.version"] == what.tag
    assert labels["org.opencontainers.image.base.name"] == what.base
    assert labels["org.opencontainers.image.title"] == "modelgate approval steps"


def test_the_user_is_a_build_argument(client: docker.DockerClient, approval: Image, what: Inputs) -> None:
    """The image runs as root unless it is built for another user, which makes it another image."""
    other = inputs(base=what.base, base_identity=what.base_identity, user="10001:10001")

    assert approval.attrs["Config"]["User"] == "0:0"
    assert build(client, other, Progress()).attrs["Config"]["User"] == "10001:10001"
    assert other.tag != what.tag


def test_the_same_inputs_are_the_same_image(client: docker.DockerClient, approval: Image, what: Inputs) -> None:
    """Building again finds the image that is there."""
    assert build(client, what, Progress()).id == approval.id
