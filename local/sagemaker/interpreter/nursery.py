"""Starts ``python3 -m module`` steps from a process that is warm already (see `warm`), where this system can fork."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

from local.sagemaker.interpreter.jobs import TimeLimitError

CAN_FORK = sys.platform == "linux"  # elsewhere a process that has imported much may not fork safely
WARM = Path(__file__).with_name("warm.py")


class Forked:
    """A step that was forked; *channel* tells of its end."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._heard = b""
        self._pid = int(self._line())

    def kill(self) -> None:
        """Kill it with everything it started."""
        try:
            os.killpg(self._pid, signal.SIGKILL)
        except ProcessLookupError:
            return  # it has ended by itself

    def wait(self, seconds: float) -> int:
        """The exit code, negative for a signal; kills it when the time is over."""
        self._channel.settimeout(seconds)
        try:
            return int(self._line())
        except TimeoutError as error:
            self.kill()
            raise TimeLimitError from error
        finally:
            self._channel.close()

    def _line(self) -> bytes:
        while b"\n" not in self._heard:
            more = self._channel.recv(64)
            if not more:
                raise OSError("the process that watches over the step is gone")
            self._heard += more
        line, _, self._heard = self._heard.partition(b"\n")
        return line


class Nursery:
    """Keeps one warm process, started when it is first needed or by `warm_up`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def warm_up(self) -> None:
        """Start the warm process; it takes orders at once and answers when it has imported."""
        if CAN_FORK:
            with self._lock:
                self._ready()

    def start(
        self, module: str, arguments: list[str], environment: dict[str, str], folder: Path, log: int
    ) -> Forked | None:
        """Begin a step; None where steps cannot be forked."""
        if not CAN_FORK:
            return None
        step = {"module": module, "arguments": arguments, "environment": environment, "folder": str(folder)}
        ours, theirs = socket.socketpair()
        with theirs, self._lock:
            socket.send_fds(self._ready(), [json.dumps(step).encode()], [theirs.fileno(), log])
        return Forked(ours)

    def close(self) -> None:
        """End the warm process."""
        with self._lock:
            if self._control is not None and self._process is not None:
                self._control.close()
                self._process.terminate()  # it may still be importing
                self._process.wait()
            self._control = self._process = None

    def _ready(self) -> socket.socket:
        if self._control is not None and self._process is not None and self._process.poll() is None:
            return self._control
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(WARM)],
                stdin=theirs.fileno(),
                env={"PATH": os.environ.get("PATH", os.defpath)},
                start_new_session=True,
            )
        return self._control
