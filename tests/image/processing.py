"""SageMaker's Processing contract for one container, harder than the service: nothing writable but the ML folders."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import docker
from docker.models.images import Image

STEP_SECONDS = 120
# A container without capabilities writes only what its user owns, root included.
OWN_USER = f"{os.getuid()}:{os.getgid()}"
# What the service gives a job: where inputs arrive, where outputs leave from, and where the exit message is read.
FOLDERS = ("processing/input/checks", "processing/output/checks", "output")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A container that ended."""

    code: int
    message: str | None
    log: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Containers of one image over one set of mounted ML folders."""

    client: docker.DockerClient
    image: Image
    root: Path
    user: str = OWN_USER
    network: str = "none"

    def run(self, step: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Ended:
        """Run *step* (``check`` or ``update``) as the pipeline definition does, and wait for its end."""
        message = self.root / "output/message"
        message.unlink(missing_ok=True)
        container = self.client.containers.run(
            self.image,
            entrypoint=["python3", "-m", f"modelgate.steps.{step}"],
            command=list(arguments),
            environment=dict(environment or {}),
            volumes=self._volumes(),
            user=self.user,
            network_mode=self.network,
            read_only=True,
            cap_drop=["ALL"],
            security_opt=["no-new-privileges"],
            mem_limit="512m",
            pids_limit=64,
            tmpfs={"/tmp": ""},  # noqa: S108 - inside the container
            detach=True,
        )
        try:
            code = container.wait(timeout=STEP_SECONDS)["StatusCode"]
            log = container.logs().decode()
        finally:
            container.remove(force=True)
        return Ended(code=code, message=message.read_text() if message.exists() else None, log=log)

    def file(self, name: str) -> Path:
        """A file below the ML root."""
        return self.root / name

    def _volumes(self) -> dict[str, dict[str, str]]:
        owner = [int(part) for part in self.user.split(":")]
        for folder in FOLDERS:
            path = self.root / folder
            path.mkdir(parents=True, exist_ok=True)
            if os.geteuid() == 0:
                os.chown(path, owner[0], owner[1])
        return {str(self.root / folder): {"bind": f"/opt/ml/{folder}", "mode": "rw"} for folder in FOLDERS}
