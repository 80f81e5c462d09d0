"""
Run a module that must not outlive its parent: python -m local.leash local.ministack --port 4566 …

The parent holds the other end of standard input. However it dies, SIGKILL included, the pipe ends, and then this
process is killed with everything it started.
"""

import os
import runpy
import signal
import sys
import threading

from local.processes import descendants, kill_with_groups


def _die_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    try:
        kill_with_groups(descendants(os.getpid()))
    finally:  # whatever the look at the others met, this process must not stay
        os.killpg(os.getpgrp(), signal.SIGKILL)


def main() -> None:
    threading.Thread(target=_die_with_parent, name="leash", daemon=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
