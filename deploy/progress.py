"""Lines about long work, on stderr: one a second at most, with the seconds since it began."""

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TextIO


@dataclass(slots=True)
class Progress:
    """Say what is going on; standard output stays free for results."""

    out: TextIO = field(default_factory=lambda: sys.stderr)
    started: float = field(default_factory=time.monotonic)
    _spoke: float = field(default=0.0, init=False)

    def say(self, text: str) -> None:
        """Write *text* now."""
        self._spoke = time.monotonic()
        self.out.write(f"  {self._spoke - self.started:5.0f}s  {' '.join(text.split())[:160]}\n")
        self.out.flush()

    def hint(self, text: str) -> None:
        """Write *text* unless something was written within the last second."""
        if text.strip() and time.monotonic() - self._spoke >= 1:
            self.say(text)

    def run(self, name: str, command: Sequence[str], *, failure: type[Exception]) -> None:
        """Run *command*, hinting at its lines; raise *failure* with its last lines when it does not succeed."""
        self.say(f"{name}: started")
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        ) as process:
            lines = []
            for line in process.stdout or ():
                lines.append(line.strip())
                self.hint(f"{name}: {line}")
        if process.returncode != 0:
            raise failure(f"{name} failed with exit code {process.returncode}: {' / '.join(lines[-3:])}")
        self.say(f"{name}: done")
