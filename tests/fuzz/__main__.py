"""Fuzz every reader for a while, and say how many inputs each was given."""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.unit.contracts.strict_doors import SOUND
from tests.unit.contracts.test_strict_reading import TRICKS

MAX_LENGTH = 20_000  # bytes of an input: more than any trick needs
MEMORY_MB, SECONDS_AN_INPUT = 1_500, 10
_DONE = re.compile(r"Done (?P<runs>[0-9]+) runs in [0-9]+ second")


def main() -> int:
    """Fuzz; the exit code says whether any reader failed."""
    parser = argparse.ArgumentParser(prog="tests.fuzz", description="Fuzz every reader of JSON.")
    parser.add_argument("--python", type=Path, required=True, help="interpreter that has atheris")
    parser.add_argument("--seconds", type=int, default=60, help="for each reader")
    given = parser.parse_args()
    failed = total = 0
    for name, sound in SOUND.items():
        runs = fuzz(given.python, name, sound, given.seconds)
        failed, total = failed + (runs is None), total + (runs or 0)
        sys.stdout.write(f"{name:>15}: {'FAILED, see above' if runs is None else f'{runs:,} inputs'}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{total:,} inputs for {len(SOUND)} readers, {failed} failed\n")
    return 1 if failed or not total else 0


def fuzz(python: Path, name: str, sound: bytes, seconds: int) -> int | None:
    """How many inputs the reader *name* took in *seconds*; None when one was its undoing."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        for number, body in enumerate((sound, *(change(sound) for change, _ in TRICKS.values()))):
            if len(body) <= MAX_LENGTH:
                (corpus / str(number)).write_bytes(body)
        limits = [
            f"-max_total_time={seconds}",
            f"-max_len={MAX_LENGTH}",
            f"-rss_limit_mb={MEMORY_MB}",
            f"-timeout={SECONDS_AN_INPUT}",
            f"-artifact_prefix={folder}/",
        ]
        command = [str(python), "-m", "tests.fuzz.reader", name, *limits, str(corpus)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join((".", "processing"))}
        ended = subprocess.run(command, capture_output=True, text=True, check=False, errors="replace", env=environment)
    done = _DONE.search(ended.stderr)
    if ended.returncode != 0 or done is None:
        sys.stdout.write(ended.stdout[-2_000:] + ended.stderr[-6_000:])
        return None
    return int(done["runs"])


if __name__ == "__main__":
    sys.exit(main())
