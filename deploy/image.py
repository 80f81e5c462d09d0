"""
Build the images once, with the custom checks that an environment names, and carry the same digests onwards.

The scoring image is built beside the approval image where the environment's values have `generative`.

    python -m deploy.image build ENV [--base IMAGE@sha256:…] [--user UID:GID] [--json]
    python -m deploy.image promote FROM TO [--json]
"""

import argparse
import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

import docker
from docker.errors import DockerException
from modelgate.steps.package_digest import package_digest
from requests import RequestException

from deploy.base_image import BaseImageError
from deploy.check_packages import CheckPackageError, contents, named_packages
from deploy.engine import EngineUnavailableError, engine
from deploy.image_build import ImageBuildError, NoBaseImageError, build, follow, local_inputs, pinned_inputs
from deploy.image_inputs import Inputs, default_base, with_checks
from deploy.image_record import ImageRecord, Kind, RecordError, find_record
from deploy.image_registry import RegistryError, copy_image
from deploy.image_scoring import Buildable, RequirementsError, scoring_inputs
from deploy.image_target import Target, TargetError
from deploy.image_wheels import WheelError
from deploy.paths import LOCAL
from deploy.progress import Progress
from deploy.terraform.errors import DeployError
from deploy.terraform.values import Environment, require_known

ENGINE_SECONDS = 600
Client = AbstractContextManager[docker.DockerClient]
REFUSALS = (
    BaseImageError,
    CheckPackageError,
    DeployError,
    DockerException,
    EngineUnavailableError,
    ImageBuildError,
    RecordError,
    RegistryError,
    RequirementsError,
    RequestException,  # the Docker SDK lets an engine that goes silent out as this
    TargetError,
    WheelError,
)


def build_for(target: Target, *, base: str | None, user: str, progress: Progress) -> ImageRecord:
    """Build and push the images unless the environment's repository already has those of the same inputs."""
    url = target.repository_url()  # before the long work: a wrong account or a missing repository shows at once
    checks = contents(named_packages(target.environment), progress)
    if target.environment != LOCAL or base is not None:
        approval = pinned_inputs(base or default_base(), user=user)
        return _record(target, url, _wanted(approval, checks, scoring=_evaluates(target)), _client, progress)
    try:
        with _client() as client:
            approval = local_inputs(client, user=user, progress=progress)
            wanted = _wanted(approval, checks, scoring=_evaluates(target))
            return _record(target, url, wanted, lambda: contextlib.nullcontext(client), progress)
    except (EngineUnavailableError, NoBaseImageError) as error:
        progress.say(f"no image: {error}. The steps run as processes; the digest is that of the installed package.")
        return package_record(target)


def package_record(target: Target) -> ImageRecord:
    """The record of an environment whose steps run as processes, all of them of the package that is installed here."""
    digest = package_digest()
    scoring_digest = digest if _evaluates(target) else None
    url = target.repository_url()
    return ImageRecord(repository_url=url, digest=digest, kind=Kind.PACKAGE, scoring_digest=scoring_digest)


def promote(source: ImageRecord, target: Target, progress: Progress) -> ImageRecord:
    """
    Copy the images of *source* into the target's repository, entering both with the target's login.

    Raises:
        RecordError: *source* is a package, which only the embedded AWS can run, or lacks the image that scores.
        RegistryError: a repository refused, or a digest did not survive.
    """
    if source.kind is not Kind.CONTAINER:
        raise RecordError("the record to promote names an installed package; build an image with a Docker engine first")
    if source.scoring_digest is None and _evaluates(target):
        raise RecordError(
            f"{target.environment} evaluates models, and the record to promote names no image that scores; set "
            "`generative` in the values of the environment that it comes from, and build there again"
        )
    url = target.repository_url()
    for digest in source.digests:
        copy_image(
            target.repository(source.repository_url),
            target.repository(url),
            digest=digest,
            tag=digest.replace(":", "-"),
            progress=progress,
        )
    return replace(source, repository_url=url)


def _evaluates(target: Target) -> bool:
    return Environment.read(target.environment).evaluates


def _wanted(approval: Inputs, checks: Mapping[str, bytes], *, scoring: bool) -> tuple[Buildable, ...]:
    """What is built: the approval image, with custom checks where there are any, and the one that scores."""
    approving = with_checks(approval, checks)
    return (approving, scoring_inputs(approval)) if scoring else (approving,)


def _record(
    target: Target, url: str, wanted: Sequence[Buildable], client: Callable[[], Client], progress: Progress
) -> ImageRecord:
    """Have each of the *wanted* images in the repository; an engine is asked for only where one is missing."""
    digests = {what.tag: _already_there(target, what, progress) for what in wanted}
    if None in digests.values():
        with client() as asked:
            digests |= {
                what.tag: _push(asked, target, url, what, progress) for what in wanted if digests[what.tag] is None
            }
    digest, *scoring = (str(one) for one in digests.values())
    scored_by = scoring[0] if scoring else None
    return ImageRecord(repository_url=url, digest=digest, kind=Kind.CONTAINER, scoring_digest=scored_by)


def _already_there(target: Target, what: Buildable, progress: Progress) -> str | None:
    digest = target.digest_of(what.tag)
    if digest is not None:
        progress.say(f"already there: {target.repository_name}:{what.tag}")
    return digest


def _push(client: docker.DockerClient, target: Target, url: str, what: Buildable, progress: Progress) -> str:
    repository = target.repository(url)
    name = target.push_reference(repository)
    build(client, what, progress).tag(name, what.tag)
    login = {"username": "AWS", "password": repository.password}
    progress.say(f"pushing {name}:{what.tag}")
    follow(client.api.push(name, what.tag, stream=True, decode=True, auth_config=login), "push", progress)
    manifest = repository.manifest(what.tag)
    if manifest is None:
        raise RegistryError(f"{url} does not hold {what.tag} after the push; nothing was recorded")
    return manifest.digest


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
    parser = argparse.ArgumentParser(
        prog="python -m deploy.image", description="Build or promote the images of the steps."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    building = commands.add_parser("build", help="build once, push, record the digest")
    building.add_argument("environment", metavar="ENV")
    building.add_argument("--base", help="base image, pinned by digest (default: the Dockerfile's)")
    building.add_argument("--user", default="0:0", help="user the image runs as (default %(default)s)")
    promoting = commands.add_parser("promote", help="copy the same digests to another environment")
    promoting.add_argument("source", metavar="FROM")
    promoting.add_argument("target", metavar="TO")
    for command in (building, promoting):
        command.add_argument("--json", action="store_true", help="print the whole record")
    return parser


if __name__ == "__main__":
    sys.exit(main())
