"""A process on a leash ends with its parent, and everything it started ends with it."""

import os
import subprocess
import sys
import time
from pathlib import Path

from local.processes import descendants
from local.state import ROOT

MODULE = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
print(child.pid, flush=True)
time.sleep(60)
"""


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return not state.startswith("Z")


def test_a_session_below_a_leashed_process_ends_with_the_parent(tmp_path: Path) -> None:
    """When the pipe ends, the process dies, and with it a child that moved to a session of its own."""
    (tmp_path / "starts_a_session.py").write_text(MODULE)
    leashed = subprocess.Popen(
        [sys.executable, "-m", "local.leash", "starts_a_session"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        process_group=0,
    )
    assert leashed.stdout is not None
    child = int(leashed.stdout.readline())
    assert descendants(leashed.pid) == [child]

    leashed.communicate()  # closes the pipe

    deadline = time.monotonic() + 10
    while is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert leashed.returncode == -9
    assert not is_alive(child)
