"""Which runtime a step gets: the real image where an engine has it, else a process."""

import enum
import logging

from local.sagemaker.interpreter.container import ContainerRuntime
from local.sagemaker.interpreter.failures import StepFailedError
from local.sagemaker.interpreter.jobs import Runtime
from local.sagemaker.interpreter.process import ProcessRuntime

log = logging.getLogger("modelgate.sagemaker.runtimes")


class Mode(enum.Enum):
    """How the runtime is chosen."""

    AUTO = "auto"
    PROCESS = "process"
    CONTAINER = "container"


class Runtimes:
    """Chooses for each job; in auto mode a found image is remembered, an absent one is looked for again."""

    def __init__(self, mode: Mode, container: ContainerRuntime) -> None:
        self._mode = mode
        self._container = container
        self._process = ProcessRuntime()
        self._said = ""  # each reason once, not for every step

    def warm_up(self) -> None:
        """Be ready for the first step."""
        if self._mode is not Mode.CONTAINER:
            self._process.nursery.warm_up()

    def close(self) -> None:
        """End what was kept ready."""
        self._process.nursery.close()

    def end(self, job: str) -> None:
        """End what a killed server left running of a job: a container is the engine's child, not the server's."""
        if self._mode is not Mode.PROCESS:
            self._container.end(job)

    def choose(self, image: str) -> Runtime:
        """
        The runtime for a job with this ImageUri.

        Raises:
            StepFailedError: containers are asked for, and the image cannot be had.
        """
        if self._mode is Mode.PROCESS:
            return self._process
        problem = self._container.problem_with(image)
        if problem is None:
            return self._container
        if self._mode is Mode.CONTAINER:
            raise StepFailedError(f"ClientError: image {image} cannot be run: {problem}")
        if problem != self._said:
            self._said = problem
            log.info("%s runs as a process: %s", image, problem)
        return self._process
