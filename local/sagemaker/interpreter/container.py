"""Runs a job in its image, by a Docker engine."""

from local.sagemaker.interpreter.jobs import Job


class ContainerRuntime:
    """The engine of this machine, when there is one."""

    def problem_with(self, image: str) -> str | None:
        """Why *image* cannot be run here, None when it can."""
        return "no Docker engine answers"

    def run(self, job: Job) -> int:
        """Run it and return its exit code."""
        raise NotImplementedError(job.name)
