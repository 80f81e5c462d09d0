"""
A Python that has boto3 imported already, and forks for each step: run as a script by `process`, never imported.

Importing boto3 is most of what a small step costs. Nothing of modelgate is imported here, so that a step always runs
the code as it is on disk. Standard input is a socket: each message is a step, with two descriptors (where to say the
process id and the exit code, and the log). Its end is the end of this process.
"""

import contextlib
import gc
import json
import os
import runpy
import select
import signal
import socket
import sys
from typing import Any

import boto3
import boto3.s3.transfer  # noqa: F401 - imported for the steps
import botocore.httpsession
import botocore.retries.standard  # noqa: F401

MOST_BYTES = 200_000


def serve() -> dict[str, Any] | None:
    """Fork for each message. Returns the step inside its own process, None when the socket has ended."""
    control = socket.socket(fileno=os.dup(0))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # monitors need no burial
    gc.freeze()  # what is imported stays shared between the processes
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, MOST_BYTES, 2)
        if not message:
            return None
        if os.fork() == 0:
            control.close()
            return monitor(json.loads(message), *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def monitor(step: dict[str, Any], channel: int, log: int) -> dict[str, Any]:
    """Fork the step, tell its process id, wait for it and tell its exit code. Returns inside the step only.

    When whoever ordered the step is gone, the step is killed: a server that starts again runs it again.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        os.close(channel)
        os.setpgid(0, 0)
        become(step, log)
        return step
    os.setpgid(child, child)  # here as well: whoever hears the id may kill the group at once
    os.close(log)
    os.write(channel, f"{child}\n".encode())
    ended = os.pidfd_open(child)
    waiting = select.poll()
    waiting.register(ended, select.POLLIN)
    waiting.register(channel, 0)  # a hang-up is told without being asked for
    if ended not in {descriptor for descriptor, _ in waiting.poll()}:
        os.killpg(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with contextlib.suppress(BrokenPipeError):  # nobody is there to hear it
        os.write(channel, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def become(step: dict[str, Any], log: int) -> None:
    """Take the step's environment, folder, arguments and log; nothing of ours stays."""
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.close(null)
    os.close(log)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    os.environ.clear()
    os.environ.update(step["environment"])
    os.chdir(step["folder"])
    sys.path[:0] = [entry for entry in step["environment"].get("PYTHONPATH", "").split(os.pathsep) if entry]
    sys.argv = [step["module"], *step["arguments"]]


if __name__ == "__main__":
    begun = serve()
    if begun is not None:
        runpy.run_module(begun["module"], run_name="__main__", alter_sys=True)
