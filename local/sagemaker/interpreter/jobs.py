"""A Processing job as a runtime sees it."""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from local.sagemaker.interpreter.failures import StopSignal

ML_ROOT = PurePosixPath("/", "opt", "ml")  # SageMaker's contract, inside the container


class TimeLimitError(Exception):
    """The job ran longer than its stopping condition allows and was killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """A folder of the job: *host* is where it really is, *path* where the container sees it."""

    host: Path
    path: PurePosixPath
    read_only: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to run; *root* stands for the ML root, *log* takes what the job prints."""

    name: str
    image: str
    entrypoint: list[str]
    arguments: list[str]
    environment: dict[str, str]
    root: Path
    mounts: list[Mount]
    limit_seconds: int
    log: Path
    stop: StopSignal


class Runtime(Protocol):
    """Runs a job to its end."""

    def run(self, job: Job) -> int:
        """
        The exit code.

        Raises:
            TimeLimitError, StoppedError: it was killed.
            StepFailedError: it could not be run.
        """
