"""Runs a job as a process of this machine's Python: no image, no isolation, the same contract."""

import os
import signal
import subprocess
import sys
import tempfile
from typing import Protocol

from local.sagemaker.interpreter.failures import INTERNAL_ERROR, StepFailedError, StoppedError
from local.sagemaker.interpreter.jobs import Job, TimeLimitError
from local.sagemaker.interpreter.nursery import Nursery

PYTHONS = frozenset({"python", "python3"})


class Running(Protocol):
    """A process that was started."""

    def kill(self) -> None:
        """Kill it with everything it started; nothing when it has ended."""

    def wait(self, seconds: float) -> int:
        """The exit code, negative for a signal; raises TimeLimitError after killing it."""


class ProcessRuntime:
    """Nothing of the caller's environment reaches the step but PATH: no profile, no proxy, no Python path."""

    def __init__(self) -> None:
        self.nursery = Nursery()

    def run(self, job: Job) -> int:
        """Run it in its own process group, so that what it starts ends with it."""
        try:
            running = self._started(job)
            job.stop.on_stop(running.kill)
            try:
                code = running.wait(job.limit_seconds)
            finally:
                job.stop.forget(running.kill)
        except FileNotFoundError as error:
            raise StepFailedError(f"ClientError: entrypoint {job.entrypoint[0]!r} cannot be found") from error
        except OSError as error:
            raise StepFailedError(f"InternalServerError: the process failed to run: {error}", INTERNAL_ERROR) from error
        if job.stop.is_set:
            raise StoppedError
        return code if code >= 0 else 128 - code  # killed by a signal: as a shell and a container engine count

    def _started(self, job: Job) -> Running:
        environment = _environment(job)
        with job.log.open("wb") as log:
            if job.entrypoint[0] in PYTHONS and job.entrypoint[1:2] == ["-m"] and len(job.entrypoint) == 3:
                module = job.entrypoint[2]
                forked = self.nursery.start(module, job.arguments, environment, job.root, log.fileno())
                if forked is not None:
                    return forked
            command = [sys.executable if job.entrypoint[0] in PYTHONS else job.entrypoint[0], *job.entrypoint[1:]]
            return _Spawned(
                subprocess.Popen(
                    [*command, *job.arguments],
                    env=environment,
                    cwd=job.root,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )


class _Spawned:
    """A process of its own."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def kill(self) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)

    def wait(self, seconds: float) -> int:
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            self.kill()
            self._process.wait()
            raise TimeLimitError from error


def _environment(job: Job) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(job.root),  # no configuration of the developer is read from there
        "TMPDIR": tempfile.gettempdir(),
        "LANG": "C.UTF-8",
        "PYTHONSAFEPATH": "1",  # the job folder is no place to import from
        "PYTHONUNBUFFERED": "1",
        "MODELGATE_ML_ROOT": str(job.root),
        "MODELGATE_RUNTIME": "process",
        **job.environment,
    }
