"""A Docker engine that we start ourselves: its flags, its folders, and its end."""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import docker
from docker.errors import DockerException

from deploy.cache import cache_folder
from deploy.engine_ping import EngineUnavailableError, engine_answers

START_SECONDS = 60
STOP_SECONDS = 30
# Waits for the end of a pipe that only we hold open. However we die, dockerd is then stopped and its folder removed.
_LEASH = """
read -r _
grep -qs "$2" "/proc/$1/cmdline" && kill "$1"
while grep -qs "$2" "/proc/$1/cmdline"; do sleep 0.2; done
umount "$2"/exec/netns/* "$3" 2>/dev/null
rm -rf --one-file-system "$2"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEngine:
    """A running dockerd, its run folder, the lock on its image store, and the leash that ends it when we die."""

    process: subprocess.Popen[bytes]
    leash: subprocess.Popen[bytes]
    run: Path
    data: Path
    lock: int

    @property
    def host(self) -> str:
        return f"unix://{self.run}/docker.sock"

    @property
    def log(self) -> Path:
        return self.run / "dockerd.log"

    def stop(self) -> None:
        """Stop dockerd (it takes its containers along), what stayed of containerd, and leave no mount or file."""
        self.leash.kill()
        self.leash.wait()
        if self.leash.stdin:
            self.leash.stdin.close()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for left in _containerds(self.run):
            with contextlib.suppress(ProcessLookupError):
                os.kill(left, signal.SIGKILL)
        _unmount(self.run, self.data)
        shutil.rmtree(self.run, ignore_errors=True)
        os.close(self.lock)


def start(dockerd: str) -> OwnEngine:
    """
    Start *dockerd* and return once it answers.

    Raises:
        EngineUnavailableError: it did not come up; nothing is left of it.
    """
    # A Unix socket's path holds about a hundred characters, so this folder is short; a checkout's path may not be.
    run = Path(tempfile.mkdtemp(prefix="modelgate-engine-", dir="/tmp"))
    data, lock = _data_root(run)
    command = [
        dockerd,
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
    leash = subprocess.Popen(
        ["sh", "-c", _LEASH, "leash", str(process.pid), str(run), str(data)],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    own = OwnEngine(process=process, leash=leash, run=run, data=data, lock=lock)
    try:
        _wait_until_it_answers(own)
        _forget_old_images(own.host)
    except BaseException:  # Ctrl-C too: an engine that nobody holds must not stay; raised again
        own.stop()
        raise
    return own


def _wait_until_it_answers(own: OwnEngine) -> None:
    until = time.monotonic() + START_SECONDS
    while not engine_answers(own.host):
        if own.process.poll() is not None or time.monotonic() > until:
            last = own.log.read_text(errors="replace").strip().splitlines()[-1:] or ["it wrote no log"]
            raise EngineUnavailableError(f"dockerd was started and did not come up: {last[0]}")
        time.sleep(0.1)


def _forget_old_images(host: str) -> None:
    """Keep the image store small: what was built more than a week ago can be built again."""
    client = docker.DockerClient(base_url=host, timeout=START_SECONDS)
    with contextlib.closing(client), contextlib.suppress(DockerException):
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


def _unmount(run: Path, data: Path) -> None:
    """Unmount what dockerd leaves mounted: its network namespace, and its data folder, which it mounts onto itself."""
    mounts = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    for mount in sorted((m for m in mounts if f"{m}/".startswith((f"{run}/", f"{data}/"))), reverse=True):
        subprocess.run(["umount", mount], check=False, capture_output=True)


def _containerds(run: Path) -> Iterator[int]:
    """Whatever of containerd still serves this run; a dockerd that had to be killed leaves it behind."""
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = entry.read_bytes().decode(errors="replace").split("\0")
            if Path(words[0]).name.startswith("containerd") and any(str(run) in word for word in words[1:]):
                yield int(entry.parent.name)
