"""
Start, find and stop instances of the embedded AWS.

    with start("tests") as aws:
        boto3.client("s3", endpoint_url=aws.aws_url)

A started instance ends with the process that started it, however that dies. `start(name, detached=True)` gives one that
stays until `find(name).stop()`.
"""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from local.state import ROOT, Folder, InstanceError, Record

REGION = "eu-west-1"
STOP_SECONDS = 30.0
_NO_FILE = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """A running embedded AWS."""

    name: str
    aws_url: str
    sagemaker_url: str
    models_url: str | None
    folder: Folder
    supervisor: int
    _child: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def settings(self, account: str) -> dict[str, str]:
        """Return only the variables that point an AWS client at *account* here."""
        return {
            "AWS_ENDPOINT_URL": self.aws_url,
            "AWS_ENDPOINT_URL_SAGEMAKER": self.sagemaker_url,
            "AWS_ACCESS_KEY_ID": account,
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            **_NO_FILE,
        }

    def environment(self, account: str) -> dict[str, str]:
        """Return a whole environment for a child process that works as *account* here, and as nobody elsewhere."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return inherited | self.settings(account)

    def stop(self) -> None:
        """End the instance and everything under it, and forget its state. Stopping twice does nothing."""
        if self.folder.is_running():
            os.kill(self.supervisor, signal.SIGTERM)
            _wait_until_ended(self.folder)
        if self._child is not None:
            _let_go(self._child)
        self.folder.clear(keep_logs=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start(
    name: str,
    *,
    detached: bool = False,
    sagemaker: bool = True,
    book: Path | None = None,
    port: int | None = None,
    sagemaker_port: int | None = None,
) -> Instance:
    """
    Start a fresh instance and return once it answers; its model server recites *book* too.

    Raises:
        InstanceError: it is already running, a port is taken, or a server did not start.
    """
    folder = Folder.of(name)
    if folder.is_running():
        raise InstanceError(f"instance '{name}' is already running; `python -m local down --name {name}` ends it")
    folder.path.mkdir(parents=True, exist_ok=True)
    folder.clear(keep_logs=False)
    command = [sys.executable, "-m", "local.supervisor", "--folder", str(folder.path)]
    command += ["--detached"] if detached else []
    command += [] if sagemaker else ["--without-sagemaker"]
    command += ["--book", str(book.resolve())] if book else []
    command += ["--port", str(port)] if port else []
    command += ["--sagemaker-port", str(sagemaker_port)] if sagemaker_port else []
    with folder.log("supervisor").open("wb") as log:
        child = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL if detached else subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C in the terminal is for us; the supervisor ends in order when we do
        )
    return _instance(folder, _wait_for_record(folder, child), child)


def find(name: str) -> Instance | None:
    """Return the running instance of that name, or None."""
    folder = Folder.of(name)
    record = folder.read()
    if record is None or not folder.is_running():
        return None
    return _instance(folder, record, None)


def _instance(folder: Folder, record: Record, child: "subprocess.Popen[bytes] | None") -> Instance:
    return Instance(
        name=record.name,
        aws_url=record.aws_url,
        sagemaker_url=record.sagemaker_url or record.aws_url,
        models_url=record.models_url,
        folder=folder,
        supervisor=record.pids["supervisor"],
        _child=child,
    )


def _wait_for_record(folder: Folder, child: "subprocess.Popen[bytes]") -> Record:
    """Wait as long as the supervisor lives: it bounds the start itself."""
    try:
        while child.poll() is None:
            if (record := folder.read()) is not None:
                return record
            time.sleep(0.02)
    except BaseException:  # Ctrl-C too: a supervisor that nobody waits for must not stay; raised again
        child.terminate()
        _let_go(child)
        raise
    _let_go(child)
    said = folder.log("supervisor").read_text(errors="replace").strip().splitlines()[-1:] or ["it said nothing"]
    raise InstanceError(f"instance '{folder.name}' did not start: {said[0].removeprefix('error: ')}")


def _let_go(child: "subprocess.Popen[bytes]") -> None:
    child.wait()
    if child.stdin is not None:
        child.stdin.close()


def _wait_until_ended(folder: Folder) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    while folder.is_running():
        if time.monotonic() > deadline:
            raise InstanceError(f"instance '{folder.name}' did not end in {STOP_SECONDS:.0f} s; see {folder.path}")
        time.sleep(0.02)
