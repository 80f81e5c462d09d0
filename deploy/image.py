"""
Build the approval image once, with the custom checks that an environment names, and carry the same digest onwards.

    python -m deploy.image build ENV [--base IMAGE@sha256:…] [--user UID:GID] [--json]
    python -m deploy.image promote FROM TO [--json]
"""

import argparse
import contextlib
import sys
from collections.abc import Iterator, Sequence

import docker
from docker.errors import DockerException
from modelgate.steps.package_digest import package_digest
from requests import RequestException

from deploy.base_image import BaseImageError
from deploy.check_packages import CheckPackageError, contents, named_packages
from deploy.engine import EngineUnavailableError, engine
from deploy.image_build import ImageBuildError, NoBaseImageError, build, follow, local_inputs, pinned_inputs
from deploy.image_inputs import AnyInputs, default_base, with_checks
from deploy.image_record import ImageRecord, Kind, RecordError, find_record
from deploy.image_registry import RegistryError, copy_image
from deploy.image_target import Target, TargetError
from deploy.image_wheels import WheelError
from deploy.paths import LOCAL
from deploy.progress import Progress
from deploy.terraform.errors import DeployError
from deploy.terraform.values import require_known

ENGINE_SECONDS = 600
REFUSALS = (
    BaseImageError,
    CheckPackageError,
    DeployError,
    DockerException,
    EngineUnavailableError,
    ImageBuildError,
    RecordError,
    RegistryError,
    RequestException,  # the Docker SDK lets an engine that goes silent out as this
    TargetError,
    WheelError,
)


def build_for(target: Target, *, base: str | None, user: str, progress: Progress) -> ImageRecord:
    """Build and push the image unless the environment's repository already has one of the same inputs."""
    url = target.repository_url()  # before the long work: a wrong account or a missing repository shows at once
    checks = contents(named_packages(target.environment), progress)
    if target.environment != LOCAL or base is not None:
        what = with_checks(pinned_inputs(base or default_base(), user=user), checks)
        if found := _already_there(target, url, what, progress):
            return found
        with _client() as client:
            return _push(client, target, url, what, progress)
    try:
        with _client() as client:
            what = with_checks(local_inputs(client, user=user, progress=progress), checks)
            return _already_there(target, url, what, progress) or _push(client, target, url, what, progress)
    except (EngineUnavailableError, NoBaseImageError) as error:
        progress.say(f"no image: {error}. The steps run as processes; the digest is that of the installed package.")
        return ImageRecord(repository_url=url, digest=package_digest(), kind=Kind.PACKAGE)


def promote(source: ImageRecord, target: Target, progress: Progress) -> ImageRecord:
    """
    Copy the image of *source* into the target's repository, entering both with the target's login.

    Raises:
        RecordError: *source* is a package, which only the embedded AWS can run.
        RegistryError: a repository refused, or the digest did not survive.
    """
    if source.kind is not Kind.CONTAINER:
        raise RecordError("the record to promote names an installed package; build an image with a Docker engine first")
    url = target.repository_url()
    tag = source.digest.replace(":", "-")
    copy_image(
        target.repository(source.repository_url),
        target.repository(url),
        digest=source.digest,
        tag=tag,
        progress=progress,
    )
    return ImageRecord(repository_url=url, digest=source.digest, kind=source.kind)


def _already_there(target: Target, url: str, what: AnyInputs, progress: Progress) -> ImageRecord | None:
    digest = target.digest_of(what.tag)
    if digest is None:
        return None
    progress.say(f"already there: {target.repository_name}:{what.tag}")
    return ImageRecord(repository_url=url, digest=digest, kind=Kind.CONTAINER)


def _push(client: docker.DockerClient, target: Target, url: str, what: AnyInputs, progress: Progress) -> ImageRecord:
    repository = target.repository(url)
    name = target.push_reference(repository)
    build(client, what, progress).tag(name, what.tag)
    login = {"username": "AWS", "password": repository.password}
    progress.say(f"pushing {name}:{what.tag}")
    follow(client.api.push(name, what.tag, stream=True, decode=True, auth_config=login), "push", progress)
    manifest = repository.manifest(what.tag)
    if manifest is None:
        raise RegistryError(f"{url} does not hold {what.tag} after the push; nothing was recorded")
    return ImageRecord(repository_url=url, digest=manifest.digest, kind=Kind.CONTAINER)


@contextlib.contextmanager
def _client() -> Iterator[docker.DockerClient]:
    with engine() as host, contextlib.closing(docker.DockerClient(base_url=host, timeout=ENGINE_SECONDS)) as client:
        yield client


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; refusals are one sentence on stderr and exit code 1."""
    given = _parser().parse_args(arguments)
    progress = Progress()
    try:
        if given.command == "build":
            target = Target.of(given.environment)
            record = build_for(target, base=given.base, user=given.user, progress=progress)
        else:
            require_known(given.source)
            target = Target.of(given.target)
            record = promote(find_record(given.source), target, progress)
        path = record.write(target.folder)
    except REFUSALS as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        print("stopped; nothing was recorded", file=sys.stderr)  # noqa: T201
        return 130
    progress.say(f"recorded in {path.name} of {target.environment}")
    print(record.to_json() if given.json else record.image_uri)  # noqa: T201 - the command's result
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.image", description="Build or promote the approval image.")
    commands = parser.add_subparsers(dest="command", required=True)
    building = commands.add_parser("build", help="build once, push, record the digest")
    building.add_argument("environment", metavar="ENV")
    building.add_argument("--base", help="base image, pinned by digest (default: the Dockerfile's)")
    building.add_argument("--user", default="0:0", help="user the image runs as (default %(default)s)")
    promoting = commands.add_parser("promote", help="copy the same digest to another environment")
    promoting.add_argument("source", metavar="FROM")
    promoting.add_argument("target", metavar="TO")
    for command in (building, promoting):
        command.add_argument("--json", action="store_true", help="print the whole record")
    return parser


if __name__ == "__main__":
    sys.exit(main())
