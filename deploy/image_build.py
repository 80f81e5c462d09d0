"""Build the approval image, and what is derived from it, with the Docker engine's own (classic) builder."""

import contextlib
import io
from typing import Any

import docker
from docker.errors import APIError, ImageNotFound
from docker.models.images import Image

from deploy.base_image import base_image, why_no_base_image
from deploy.image_inputs import DerivedInputs, Inputs, default_base, inputs
from deploy.image_scoring import Buildable
from deploy.image_wheels import wheelhouse
from deploy.progress import Progress

# What SageMaker's Processing instances run.
PLATFORM = "linux/amd64"


class ImageBuildError(Exception):
    """The image cannot be built; the message says at which step and why."""


class NoBaseImageError(ImageBuildError):
    """There is nothing to build on."""


def pinned_inputs(base: str, *, user: str) -> Inputs:
    """
    Return what would be built on *base*, which needs no engine to be known.

    Raises:
        ImageBuildError: *base* is not pinned by digest.
    """
    if "@sha256:" not in base:
        raise ImageBuildError(f"base image '{base}' is not pinned; give it as name:tag@sha256:…")
    return inputs(base=base, base_identity=base.partition("@")[2], user=user)


def local_inputs(client: docker.DockerClient, *, user: str, progress: Progress) -> Inputs:
    """
    Return what would be built here: on the public base when it can be pulled, else on one made by debootstrap.

    Raises:
        NoBaseImageError: neither can be had.
    """
    try:
        _have(client, default_base(), progress)
    except ImageBuildError as error:
        progress.say(str(error))
    else:
        return pinned_inputs(default_base(), user=user)
    if reason := why_no_base_image():
        raise NoBaseImageError(f"{default_base()} cannot be pulled, and without it: {reason}")
    base = base_image(client, progress)
    # An imported image has another id each time; its layers are what it is.
    return inputs(base=base, base_identity=" ".join(client.images.get(base).attrs["RootFS"]["Layers"]), user=user)


def build(client: docker.DockerClient, what: Buildable, progress: Progress) -> Image:
    """
    Return the image of these inputs; build it, and the one it is made on, unless this engine already has it.

    Raises:
        ImageBuildError: a build step failed.
    """
    with contextlib.suppress(ImageNotFound):
        found = client.images.get(what.reference)
        progress.say(f"{what.reference} is already built")
        return found
    context = _context(client, what, progress)
    events = client.api.build(
        fileobj=context,
        custom_context=True,
        tag=what.reference,
        buildargs=what.arguments,
        platform=PLATFORM,
        network_mode="none",  # everything is in the context: a build that reaches for the network is a mistake
        rm=True,
        forcerm=True,
        decode=True,
    )
    try:
        follow(events, "build", progress)
    except (ImageBuildError, APIError) as error:
        on = " ".join(value for name, value in what.arguments.items() if name.endswith("IMAGE"))
        raise ImageBuildError(f"building {what.dockerfile} on {on} failed: {error}") from error
    return client.images.get(what.reference)


def _context(client: docker.DockerClient, what: Buildable, progress: Progress) -> io.BytesIO:
    """What is sent to the builder, once this engine has the image that *what* is made on."""
    if isinstance(what, Inputs):
        base = what.base
        _have(client, base, progress)
    else:
        base = what.approval.base
        build(client, what.approval, progress)
    if isinstance(what, DerivedInputs):
        return what.context()
    return what.context(wheelhouse(what.files["requirements.txt"], python=_python(client, base), progress=progress))


def follow(events: Any, name: str, progress: Progress) -> None:
    """Show an engine's stream of events (build, pull, push) until it ends; raise ImageBuildError on its first error."""
    for event in events:
        if "error" in event:
            raise ImageBuildError(str(event["error"]).strip())
        text = event.get("stream") or " ".join(str(event.get(key, "")) for key in ("id", "status", "progress"))
        (progress.say if text.startswith("Step ") else progress.hint)(f"{name}: {text}")


def _have(client: docker.DockerClient, reference: str, progress: Progress) -> None:
    with contextlib.suppress(ImageNotFound):
        client.images.get(reference)
        return
    progress.say(f"pulling {reference}")
    try:
        follow(client.api.pull(reference, stream=True, decode=True, platform=PLATFORM), "pull", progress)
    except (APIError, ImageBuildError) as error:
        said = str(getattr(error, "explanation", None) or error).strip()
        raise ImageBuildError(f"the base image {reference} cannot be pulled: {said}") from error


def _python(client: docker.DockerClient, base: str) -> str:
    """The base's Python, as in ``3.13``."""
    program = "import sys; print('%d.%d' % sys.version_info[:2])"
    said = client.containers.run(base, ["python3", "-c", program], remove=True, network_mode="none")
    return str(said.decode().strip())
