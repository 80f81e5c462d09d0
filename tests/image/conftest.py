"""A Docker engine, the image built for real in it, and the embedded AWS to push to; each once a session."""

import contextlib
import os
from collections.abc import Iterator

import docker
import pytest
from docker.models.images import Image

from deploy.base_image import base_image, why_no_base_image
from deploy.check_packages import contents, named_packages
from deploy.engine import EngineUnavailableError, engine
from deploy.image_build import NoBaseImageError, build, local_inputs
from deploy.image_inputs import AnyInputs, Inputs, inputs, with_checks
from deploy.image_scoring import scoring_inputs
from deploy.paths import LOCAL
from deploy.progress import Progress
from local.instance import Instance, start


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, so that `-m "not image"` leaves them out."""
    for item in items:
        if "tests/image/" in item.path.as_posix():
            item.add_marker(pytest.mark.image)


def _unavailable(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have a Docker engine and a base image: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def engine_host() -> Iterator[str]:
    """The address of the running engine, or of one that lives as long as the session."""
    try:
        with engine() as host:
            yield host
    except EngineUnavailableError as error:
        _unavailable(str(error))


@pytest.fixture(scope="session")
def client(engine_host: str) -> Iterator[docker.DockerClient]:
    """A client of that engine."""
    with contextlib.closing(docker.DockerClient(base_url=engine_host, timeout=600)) as found:
        yield found


@pytest.fixture(scope="session")
def what(client: docker.DockerClient) -> Inputs:
    """The inputs of the image: on a base made by debootstrap where that can be done, else on the public one."""
    progress = Progress()
    if why_no_base_image() is None:
        base = base_image(client, progress)
        layers = client.images.get(base).attrs["RootFS"]["Layers"]
        return inputs(base=base, base_identity=" ".join(layers), user="0:0")
    try:
        return local_inputs(client, user="0:0", progress=progress)
    except NoBaseImageError as error:
        _unavailable(str(error))
        raise


@pytest.fixture(scope="session")
def approval(client: docker.DockerClient, what: Inputs) -> Image:
    """The approval image of this working tree."""
    return build(client, what, Progress())


@pytest.fixture(scope="session")
def scoring(client: docker.DockerClient, what: Inputs) -> Image:
    """The scoring image on top of that."""
    return build(client, scoring_inputs(what), Progress())


@pytest.fixture(scope="session")
def with_example(what: Inputs) -> AnyInputs:
    """The inputs of the image with the local environment's custom checks."""
    return with_checks(what, contents(named_packages(LOCAL), Progress()))


@pytest.fixture(scope="session")
def derived(client: docker.DockerClient, with_example: AnyInputs) -> Image:
    """That image."""
    return build(client, with_example, Progress())


@pytest.fixture(scope="session")
def base(client: docker.DockerClient, what: Inputs) -> Image:
    """The image it was built on."""
    return client.images.get(what.base)


@pytest.fixture(scope="session")
def aws() -> Iterator[Instance]:
    """An embedded AWS with ECR."""
    with start("image-tests", sagemaker=False) as instance:
        yield instance
