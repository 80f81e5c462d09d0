"""Runs a job in its image, by a Docker engine: the real image under SageMaker's contract, locked down."""

import contextlib
import os
import re
import threading
import time
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import docker
from docker.errors import APIError, DockerException, ImageNotFound, NotFound
from requests.exceptions import RequestException

from local.sagemaker.interpreter.failures import INTERNAL_ERROR, StepFailedError, StoppedError
from local.sagemaker.interpreter.jobs import Job, TimeLimitError

ECR = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.[a-z.]+/(?P<name>[^@]+)@(?P<digest>sha256:.+)"
)
DEFAULT_HOST = "unix:///var/run/docker.sock"
ENGINE_SECONDS = 60
ABSENT_SECONDS = 30.0  # how long an image that is not there is not looked for again
TEMPORARY = str(PurePosixPath("/", "tmp"))
Login = Callable[[str, str], tuple[str, str]]


class ContainerRuntime:
    """
    The engine of this machine, when one answers.

    *login* gives user and password of the ECR of an account and region, which lives at *aws_url*.
    """

    def __init__(self, aws_url: str, login: Login) -> None:
        self._registry = f"localhost:{urlsplit(aws_url).port}"  # the one name that engines speak plain HTTP with
        self._login = login
        self._lock = threading.Lock()
        self._client: Any = None
        self._found: dict[str, str] = {}
        self._absent: dict[str, tuple[float, str]] = {}

    def problem_with(self, image: str) -> str | None:
        """Why *image* cannot be run here, None when it can; looks in the engine, then in ECR."""
        with self._lock:
            if image in self._found:
                return None
            at, problem = self._absent.get(image, (0.0, ""))
            if problem and time.monotonic() - at < ABSENT_SECONDS:
                return problem
            if not self._answers():
                return "no Docker engine answers"
            try:
                self._found[image] = self._reference(image)
            except (DockerException, RequestException) as error:
                self._absent[image] = (time.monotonic(), f"not in the engine, nor in ECR: {error}")
                return self._absent[image][1]
            return None

    def run(self, job: Job) -> int:
        """Run it on the host's network, where the embedded AWS listens; the image's own user, nothing else of it."""
        container = self._started(job)

        def kill() -> None:
            with contextlib.suppress(APIError):  # it has ended by itself
                container.kill()

        job.stop.on_stop(kill)
        began = time.monotonic()
        try:
            code = int(container.wait(timeout=job.limit_seconds)["StatusCode"])
            job.log.write_bytes(container.logs())
        except (RequestException, DockerException) as error:
            if time.monotonic() - began >= job.limit_seconds:
                raise TimeLimitError from error
            raise StepFailedError(f"InternalServerError: the engine broke off: {error}", INTERNAL_ERROR) from error
        finally:
            job.stop.forget(kill)
            with contextlib.suppress(DockerException, RequestException):
                container.remove(force=True)
        if job.stop.is_set:
            raise StoppedError
        return code

    def end(self, job: str) -> None:
        """Remove the container of that job, if there is one."""
        with contextlib.suppress(DockerException, RequestException):  # most often there is none
            if self._answers():
                self._client.containers.get(job).remove(force=True)

    def _started(self, job: Job) -> Any:
        try:
            return self._client.containers.run(
                self._found[job.image],
                name=job.name,
                entrypoint=job.entrypoint or None,
                command=job.arguments or None,
                environment=job.environment,
                volumes={str(m.host): {"bind": str(m.path), "mode": "ro" if m.read_only else "rw"} for m in job.mounts},
                detach=True,
                network_mode="host",
                read_only=True,
                cap_drop=["ALL"],
                security_opt=["no-new-privileges"],
                mem_limit="2g",
                pids_limit=256,
                tmpfs={TEMPORARY: "size=256m"},
            )
        except (ImageNotFound, NotFound) as error:
            self._found.pop(job.image, None)
            raise StepFailedError(f"InternalServerError: {error}", INTERNAL_ERROR) from error
        except APIError as error:
            raise StepFailedError(f"ClientError: the container cannot start: {error.explanation or error}") from error
        except (RequestException, DockerException) as error:
            raise StepFailedError(f"InternalServerError: {error}", INTERNAL_ERROR) from error

    def _answers(self) -> bool:
        try:
            if self._client is None:
                host = os.environ.get("DOCKER_HOST") or DEFAULT_HOST
                if host.startswith("unix://") and not os.path.exists(host.removeprefix("unix://")):  # noqa: PTH110
                    return False
                self._client = docker.DockerClient(base_url=host, timeout=ENGINE_SECONDS)
            return bool(self._client.ping())
        except (DockerException, RequestException):
            return False

    def _reference(self, image: str) -> str:
        """What the engine calls the image, pulled when it must be."""
        match = ECR.fullmatch(image)
        if match is None:
            return str(self._client.images.get(image).id)
        digest = match["digest"]
        for known in self._client.images.list():
            if any(name.endswith(f"@{digest}") for name in known.attrs.get("RepoDigests") or []):
                return str(known.id)
        user, password = self._login(match["account"], match["region"])
        name = f"{self._registry}/{match['name']}"
        pulled = self._client.images.pull(name, tag=digest, auth_config={"username": user, "password": password})
        return str(pulled.id)
