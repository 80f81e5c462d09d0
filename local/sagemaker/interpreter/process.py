"""Runs a job as a process of this machine's Python: no image, no isolation, the same contract."""

import os
import signal
import subprocess
import sys
import tempfile

from local.sagemaker.interpreter.failures import INTERNAL_ERROR, StepFailedError, StoppedError
from local.sagemaker.interpreter.jobs import Job, TimeLimitError

PYTHONS = frozenset({"python", "python3"})


class ProcessRuntime:
    """Nothing of the caller's environment reaches the step but PATH: no profile, no proxy, no Python path."""

    def run(self, job: Job) -> int:
        """Run it in its own process group, so that what it starts ends with it."""
        command = [sys.executable if job.entrypoint[0] in PYTHONS else job.entrypoint[0], *job.entrypoint[1:]]
        with job.log.open("wb") as log:
            try:
                process = subprocess.Popen(
                    [*command, *job.arguments],
                    env=_environment(job),
                    cwd=job.root,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            except FileNotFoundError as error:
                raise StepFailedError(f"ClientError: entrypoint {job.entrypoint[0]!r} cannot be found") from error
            except OSError as error:
                raise StepFailedError(
                    f"InternalServerError: the process cannot start: {error}", INTERNAL_ERROR
                ) from error
        return _awaited(process, job)


def _awaited(process: subprocess.Popen[bytes], job: Job) -> int:
    def kill() -> None:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)

    job.stop.on_stop(kill)
    try:
        code = process.wait(job.limit_seconds)
    except subprocess.TimeoutExpired as error:
        kill()
        process.wait()
        raise TimeLimitError from error
    finally:
        job.stop.forget(kill)
    if job.stop.is_set:
        raise StoppedError
    return code if code >= 0 else 128 - code  # killed by a signal: as a shell and a container engine count


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
