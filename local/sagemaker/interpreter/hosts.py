"""The hosts of a Processing job: as many runs of the same program at one time as the job has instances."""

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.sagemaker.interpreter.failures import StepFailedError, StoppedError, StopSignal


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """One of them; *names* are all, itself among them, and *root* stands for its ML root."""

    name: str
    names: tuple[str, ...]
    root: Path

    @property
    def number(self) -> int:
        """Its place among all, from 0."""
        return self.names.index(self.name)

    def label(self, job: str) -> str:
        """What its run of *job* is called: as the job itself on the first host."""
        return f"{job}-{self.name}" if self.number else job


def instances(job: dict[str, Any]) -> int:
    """How many hosts a job asks for."""
    return int(((job.get("ProcessingResources") or {}).get("ClusterConfig") or {}).get("InstanceCount") or 1)


def hosts_of(job: dict[str, Any], folder: Path) -> list[Host]:
    """The hosts of a job, each with a root of its own below *folder*."""
    names = tuple(f"algo-{number}" for number in range(1, instances(job) + 1))
    return [Host(name=name, names=names, root=folder / name) for name in names]


def on_every(hosts: list[Host], run: Callable[[Host, StopSignal], None], stop: StopSignal) -> None:
    """
    Do *run* on all hosts at one time; the first that fails ends the others.

    Raises:
        StoppedError: the execution was asked to stop.
        Exception: what the first host to fail raised.
    """
    together, failures = StopSignal(), list[Exception]()

    def attempt(host: Host) -> None:
        try:
            run(host, together)
        except Exception as error:  # noqa: BLE001 - raised again below, by the thread that waits
            failures.append(error)
            together.set()

    with _passed_on(stop, together), ThreadPoolExecutor(len(hosts), thread_name_prefix="host") as pool:
        list(pool.map(attempt, hosts))
    if stop.is_set:
        raise StoppedError
    if failures:
        raise failures[0]


def first_of(hosts: list[Host], read: Callable[[Path], Any]) -> Any:
    """What *read* finds on the first host that has it; errors are those of the last host."""
    for host in hosts[:-1]:
        with contextlib.suppress(StepFailedError):
            return read(host.root)
    return read(hosts[-1].root)


@contextlib.contextmanager
def _passed_on(stop: StopSignal, to: StopSignal) -> Iterator[None]:
    stop.on_stop(to.set)
    try:
        yield
    finally:
        stop.forget(to.set)
