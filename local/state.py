"""
The folder of an instance, .local/<name>/: its lock, its record and its logs.

The supervisor holds the lock as long as it lives, and the kernel lets go of it however it dies. So a held lock means
running, and a record without a held lock is stale: no process number is ever trusted on its own.
"""

import fcntl
import json
import os
import re
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


class InstanceError(Exception):
    """The embedded AWS cannot do what was asked; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a running instance says about itself. *pids* maps supervisor and servers to process numbers."""

    name: str
    aws_url: str
    sagemaker_url: str | None
    models_url: str | None
    pids: dict[str, int]


@dataclass(frozen=True, slots=True)
class Folder:
    """The state folder of one instance."""

    path: Path

    @classmethod
    def of(cls, name: str) -> "Folder":
        if not _NAME.fullmatch(name):
            raise InstanceError(
                f"'{name}' is not a name for an instance; use up to 32 lower-case letters, digits and hyphens"
            )
        return cls(ROOT / ".local" / name)

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def lock(self) -> Path:
        return self.path / "lock"

    @property
    def record(self) -> Path:
        return self.path / "instance.json"

    def log(self, process: str) -> Path:
        return self.path / f"{process}.log"

    def data(self, process: str) -> Path:
        return self.path / process

    def take_lock(self) -> int | None:
        """Return a descriptor that holds the lock until it is closed, or None when somebody else holds it."""
        self.path.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def is_running(self) -> bool:
        if not self.lock.exists():
            return False
        descriptor = self.take_lock()
        if descriptor is None:
            return True
        os.close(descriptor)
        return False

    def read(self) -> Record | None:
        """Return the record of the last start, running or stale, or None."""
        try:
            return Record(**json.loads(self.record.read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def write(self, record: Record) -> None:
        unfinished = self.record.with_suffix(".part")
        unfinished.write_text(json.dumps(asdict(record), indent=2) + "\n")
        unfinished.rename(self.record)

    def clear(self, *, keep_logs: bool) -> None:
        """Remove everything a former instance left, but the lock."""
        for entry in self.path.iterdir():
            if entry == self.lock or (keep_logs and entry.suffix == ".log"):
                continue
            if entry.is_dir():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink()
