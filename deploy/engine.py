"""A Docker engine for builds and step containers: the running one, or one of our own that is stopped again.

For shell scripts ``python -m deploy.engine`` prints the address of the engine that answers, or says why none does.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import docker
from docker.errors import DockerException

from deploy.cache import cache_folder

PING_SECONDS = 5
START_SECONDS = 60
STOP_SECONDS = 30


class EngineUnavailableError(Exception):
    """No Docker engine answers and none can be started; the message says why and what to do."""


def configured_host() -> str:
    """The address a Docker client uses here when nobody says otherwise."""
    return os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"


def engine_answers(host: str | None = None) -> bool:
    """Whether an engine answers at *host* (default: the configured one)."""
    address = host or configured_host()
    if address.startswith("unix://"):
        return _socket_answers(address.removeprefix("unix://"))
    try:
        with contextlib.closing(docker.DockerClient(base_url=address, timeout=PING_SECONDS)) as client:
            return bool(client.ping())
    except DockerException:
        return False


def _socket_answers(path: str) -> bool:
    """Ping over a Unix socket; the SDK would leave its own socket open when nobody listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(PING_SECONDS)
        try:
            connection.connect(path)
            connection.sendall(b"GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n")
            return b" 200 " in connection.recv(64)
        except OSError:
            return False


@contextlib.contextmanager
def engine() -> Iterator[str]:
    """
    Yield the address of a Docker engine; one that had to be started is stopped afterwards.

    Raises:
        EngineUnavailableError: none answers and none can be started here.
    """
    if engine_answers():
        yield configured_host()
        return
    own = _start()
    try:
        yield own.host
    finally:
        own.stop()


def why_none_can_start() -> str | None:
    """What this machine lacks for an engine of our own; None when one can be started."""
    if not sys.platform.startswith("linux"):
        return f"no Docker engine answers at {configured_host()}; start Docker and try again"
    if _dockerd() is None:
        return f"no Docker engine answers at {configured_host()} and dockerd is not installed; install docker.io"
    if os.geteuid() != 0:
        return f"no Docker engine answers at {configured_host()} and only root may start dockerd; start Docker first"
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _OwnEngine:
    process: subprocess.Popen[bytes]
    run: Path
    lock: int

    @property
    def host(self) -> str:
        return f"unix://{self.run}/docker.sock"

    @property
    def log(self) -> Path:
        return self.run / "dockerd.log"

    def stop(self) -> None:
        """Stop dockerd (it takes its containers along), its containerd if that stayed, and leave no mount or file."""
        containerd = _pid(self.run / "exec/containerd/containerd.pid")
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if containerd and _is_ours(containerd, self.run):
            os.kill(containerd, signal.SIGKILL)
        os.close(self.lock)
        _remove(self.run)


def _start() -> _OwnEngine:
    if reason := why_none_can_start():
        raise EngineUnavailableError(reason)
    # A Unix socket's path holds about a hundred characters, so this folder is short; a checkout's path may not be.
    run = Path(tempfile.mkdtemp(prefix="modelgate-engine-", dir="/tmp"))
    data, lock = _data_root(run)
    command = [
        _dockerd() or "dockerd",
        f"--host=unix://{run}/docker.sock",
        f"--data-root={data}",
        f"--exec-root={run}/exec",
        f"--pidfile={run}/docker.pid",
        # Steps use the host's network or none: no bridge, and the machine's firewall stays as it is.
        "--iptables=false",
        "--bridge=none",
        "--shutdown-timeout=5",
        "--log-level=warn",
    ]
    with (run / "dockerd.log").open("wb") as log:
        # In its own session Ctrl-C reaches only us, and we stop it in order; the lock it inherits says that it lives.
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, pass_fds=[lock])
    own = _OwnEngine(process=process, run=run, lock=lock)
    try:
        _wait_until_it_answers(own)
        _forget_old_images(own.host)
    except BaseException:
        own.stop()
        raise
    return own


def _wait_until_it_answers(own: _OwnEngine) -> None:
    until = time.monotonic() + START_SECONDS
    while not engine_answers(own.host):
        if own.process.poll() is not None or time.monotonic() > until:
            last = own.log.read_text(errors="replace").strip().splitlines()[-1:] or ["it wrote no log"]
            raise EngineUnavailableError(f"dockerd was started and did not come up: {last[0]}")
        time.sleep(0.1)


def _forget_old_images(host: str) -> None:
    """Keep the image store small: what was built more than a week ago can be built again."""
    with contextlib.closing(docker.DockerClient(base_url=host, timeout=START_SECONDS)) as client:
        client.images.prune(filters={"dangling": False, "until": "168h"})


def _data_root(run: Path) -> tuple[Path, int]:
    """The kept image store when nobody uses it, else a throw-away one; with the lock that says so."""
    kept = cache_folder() / "engine"
    kept.mkdir(parents=True, exist_ok=True)
    lock = os.open(kept / "modelgate.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return run / "data", lock
    return kept / "data", lock


def _remove(run: Path) -> None:
    """Remove the run folder after unmounting what dockerd leaves mounted there (its network namespace)."""
    mounts = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    for mount in sorted((m for m in mounts if m.startswith(f"{run}/")), reverse=True):
        subprocess.run(["umount", mount], check=False, capture_output=True)
    shutil.rmtree(run, ignore_errors=True)


def _dockerd() -> str | None:
    return shutil.which("dockerd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin:/usr/local/sbin")


def _pid(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None


def _is_ours(pid: int, run: Path) -> bool:
    """Whether *pid* still is the containerd of this run, and not a stranger that got its number."""
    try:
        return str(run) in Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False


def main() -> int:
    """Print the address of the engine that answers, or the reason why none does."""
    if engine_answers():
        print(configured_host())  # noqa: T201 - the answer of a command
        return 0
    reason = why_none_can_start() or "no Docker engine answers; one can be started here for the time of a build"
    print(reason, file=sys.stderr)  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main())
