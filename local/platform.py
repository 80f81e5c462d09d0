"""The whole platform on the embedded AWS: servers, builds, every root applied. Demo, tests and bench stand on it."""

import contextlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from modelgate.errors import PolicyError

from deploy import evaluations, lambdas
from deploy.engine import EngineUnavailableError, engine
from deploy.image import REFUSALS as IMAGE_REFUSALS
from deploy.image import build_for, package_record
from deploy.image_record import ImageRecord, Kind
from deploy.image_target import Target
from deploy.paths import LOCAL, workspace
from deploy.progress import Progress
from deploy.terraform import DeployError, apply_after_image, apply_root
from deploy.terraform.binary import find_terraform
from deploy.terraform.inputs import policy_bundle
from deploy.terraform.values import Environment
from local import policy_bundle as local_policies
from local.instance import Instance, find, start
from local.recital import Recital
from local.state import InstanceError

REFUSALS = (DeployError, InstanceError, PolicyError, lambdas.BuildError, *IMAGE_REFUSALS)
_CONFIG = Config(retries={"max_attempts": 5, "mode": "standard"})


class Runtime(StrEnum):
    """How Processing steps run."""

    AUTO = "auto"
    CONTAINER = "container"
    PROCESS = "process"


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """An applied platform; *runtime* is how its steps run in the end."""

    instance: Instance
    environment: Environment
    runtime: Runtime

    @property
    def folder(self) -> Path:
        """Where whoever uses the platform may write."""
        return workspace(LOCAL)

    @property
    def prefix(self) -> str:
        """First part of every name."""
        return self.environment.prefix

    @property
    def region(self) -> str:
        """The one region."""
        return self.environment.region

    @property
    def governance_account(self) -> str:
        """The account that owns registry and stores."""
        return self.environment.governance_account

    @property
    def products(self) -> dict[str, str]:
        """Account by product."""
        return self.environment.products

    def client(self, service: str, *, account: str | None = None) -> Any:
        """A boto3 client of *account*, governance unless said otherwise."""
        settings = self.instance.settings(account or self.governance_account)
        endpoint = settings["AWS_ENDPOINT_URL_SAGEMAKER" if service == "sagemaker" else "AWS_ENDPOINT_URL"]
        return boto3.client(
            service,  # type: ignore[call-overload] # a name, not one of the stubs' literals
            endpoint_url=endpoint,
            aws_access_key_id=settings["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=settings["AWS_SECRET_ACCESS_KEY"],
            region_name=self.region,
            config=_CONFIG,
        )


@contextlib.contextmanager
def bring_up(name: str, *, runtime: Runtime, progress: Progress, recital: Recital | None = None) -> Iterator[Platform]:
    """Start an instance named *name*, apply every root to it, and end it with the block.

    With a *recital* its book is among the models, and the evaluation asks about it.

    Raises:
        one of REFUSALS: a server, a build or a root did not come up; nothing is left running.
    """
    find_terraform()  # refuses before anything is started
    with _engine(runtime, progress) as possible, start(name, book=recital.book if recital else None) as instance:
        progress.say(f"embedded AWS '{name}' answers at {instance.aws_url}")
        found = apply_everything(name, runtime=possible, progress=progress, recital=recital)
        progress.say(f"steps run {'in containers' if found is Runtime.CONTAINER else 'as processes'}")
        yield Platform(instance=instance, environment=Environment.read(LOCAL), runtime=found)


def apply_everything(name: str, *, runtime: Runtime, progress: Progress, recital: Recital | None = None) -> Runtime:
    """Build what Terraform pins, apply every root to the running instance *name*, and return how its steps run."""
    os.environ["MODELGATE_INSTANCE"] = name  # what the environment `local` means, for deploy/ and whatever it starts
    with ThreadPoolExecutor(max_workers=1) as pool:
        builds = pool.submit(_build, progress, recital)
        apply_root(LOCAL, "bootstrap", say=progress.say)
        builds.result()
    image = _record_image(runtime, progress)
    apply_after_image(LOCAL, say=progress.say)
    return Runtime.CONTAINER if image.kind is Kind.CONTAINER else Runtime.PROCESS


def attach(name: str) -> Platform:
    """The platform on the running instance *name*.

    Raises:
        InstanceError: it does not run.
    """
    instance = find(name)
    if instance is None:
        raise InstanceError(f"instance '{name}' is not running; start it with `make up NAME={name}`")
    os.environ["MODELGATE_INSTANCE"] = name
    return Platform(instance=instance, environment=Environment.read(LOCAL), runtime=Runtime.AUTO)


def _build(progress: Progress, recital: Recital | None) -> None:
    progress.say("building the Lambda zips and the policy bundle")
    lambdas.build()
    policy_bundle(LOCAL).write_bytes(local_policies.build())
    if recital is None:
        evaluations.write(LOCAL)
    else:
        evaluations.write(LOCAL, own=recital.evaluations, datasets=recital.datasets)


def _record_image(runtime: Runtime, progress: Progress) -> ImageRecord:
    target = Target.of(LOCAL)
    if runtime is Runtime.CONTAINER:
        record = build_for(target, base=None, user="0:0", progress=progress)
    else:
        record = package_record(target)
    record.write(target.folder)
    progress.say(f"pinned image: {record.image_uri}")
    if record.scoring_image_uri:
        progress.say(f"pinned image that scores: {record.scoring_image_uri}")
    return record


@contextlib.contextmanager
def _engine(runtime: Runtime, progress: Progress) -> Iterator[Runtime]:
    """Hold a Docker engine for as long as steps may need it; say so when there is none."""
    if runtime is Runtime.PROCESS:
        yield Runtime.PROCESS
        return
    with contextlib.ExitStack() as ending:
        try:
            os.environ["DOCKER_HOST"] = ending.enter_context(engine())
            found = Runtime.CONTAINER
        except EngineUnavailableError as error:
            if runtime is Runtime.CONTAINER:
                raise
            progress.say(str(error))
            found = Runtime.PROCESS
        yield found
