"""One server of an instance, as a child process on a leash."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

from local.processes import descendants, kill_with_groups
from local.state import ROOT, Folder, InstanceError

GRACE_SECONDS = 8.0


class Server:
    """
    `python -m local.<name>` in a process group of its own, so that what it starts ends with it.

    *restarts*: how often it may be started again; more than none only where its state is on disk.
    """

    def __init__(
        self, name: str, url: str, health_path: str, arguments: list[str], folder: Folder, *, restarts: int = 0
    ) -> None:
        self.name = name
        self.url = url
        self.health_path = health_path
        self.log: Path = folder.log(name)
        self.restarts_left = restarts
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        if self._process is None:
            raise InstanceError(f"{self.name} was not started")
        return self._process.pid

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "local.leash", f"local.{self.name}", *self._arguments],
                cwd=ROOT,
                stdin=subprocess.PIPE,  # the leash: held open until we end, never written to
                stdout=log,
                stderr=log,
                process_group=0,
            )

    def restart(self) -> None:
        """Start it again after it died."""
        self.restarts_left -= 1
        self.end()
        self.start()

    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def require_alive(self) -> None:
        if self._process is None or self._process.poll() is None:
            return
        last = self.log.read_text(errors="replace").strip().splitlines()[-1:] or ["it said nothing"]
        raise InstanceError(f"{self.name} ended with exit code {self._process.returncode} ({last[0]}); read {self.log}")

    def end(self) -> None:
        """Ask the server to stop, then kill whatever is left of it and below it."""
        if self._process is None:
            return
        below: list[int] = []
        if self._process.poll() is None:
            below = descendants(self._process.pid)  # a step runs in a session of its own
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(GRACE_SECONDS)
        kill_with_groups(below)
        with contextlib.suppress(ProcessLookupError):  # nothing is left, which is the aim
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
