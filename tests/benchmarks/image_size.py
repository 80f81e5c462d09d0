"""Size of the approval image: unpacked, what of it is ours, and what a registry sends."""

import contextlib
import json

import docker

from deploy.engine import engine
from deploy.image_build import local_inputs
from deploy.image_record import find_record
from deploy.image_target import Target
from deploy.paths import LOCAL
from deploy.progress import Progress
from tests.benchmarks.figures import Figure, Findings

TOPIC = "approval image"
_MIB = 1024 * 1024


def measure(progress: Progress) -> Findings:
    """Ask the engine that holds the image, and the repository it was pushed to."""
    record, target = find_record(LOCAL), Target.of(LOCAL)
    manifest = target.repository(record.repository_url).manifest(record.digest)
    if manifest is None:
        raise LookupError(f"{record.image_uri} is not in its repository")
    with engine() as host, contextlib.closing(docker.DockerClient(base_url=host)) as client:
        base = client.images.get(local_inputs(client, user="0:0", progress=progress).base)
        image = next(
            found
            for found in client.images.list()
            if any(name.endswith(f"@{record.digest}") for name in found.attrs["RepoDigests"] or [])
        )
        sizes = {"unpacked": image.attrs["Size"], "of it on top of the base": image.attrs["Size"] - base.attrs["Size"]}
    sizes["as a registry sends it"] = sum(layer["size"] for layer in json.loads(manifest.data)["layers"])
    figures = [
        Figure(topic=TOPIC, name=name, value=f"{size / _MIB:.0f} MiB", numbers={"bytes": size})
        for name, size in sizes.items()
    ]
    return Findings(figures=tuple(figures))
