"""
The process above one instance: it starts the servers, and while it lives they live.

A SageMaker that dies is started again on its journal, a model server from nothing. The supervisor ends, and everything
under it, when it is told to (SIGTERM, Ctrl-C), when MiniStack dies, whose state is in its memory, or, unless it runs
detached, when the pipe on its standard input ends because whoever started the instance is gone. When the supervisor
itself is killed, the leash of each server ends it.
"""

import argparse
import logging
import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from local.ports import free_port, require_free
from local.server import Server
from local.state import Folder, InstanceError, Record

MOST_RESTARTS = 20  # of one server: one that cannot stay up is a fault, not a kill
HEALTH_SECONDS = 90.0  # the very first import of MiniStack on a busy machine takes most of it
log = logging.getLogger("modelgate.supervisor")


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.supervisor")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, help="port of the AWS gateway; a free one unless given")
    parser.add_argument("--sagemaker-port", type=int, help="port of SageMaker; a free one unless given")
    parser.add_argument("--book", type=Path, help="a text that the model server recites")
    parser.add_argument("--detached", action="store_true", help="outlive the process that started this one")
    parser.add_argument(
        "--without-sagemaker", action="store_true", help="start MiniStack only, no language models either"
    )
    return parser.parse_args()


def main() -> None:
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO, stream=sys.stderr)
    args = parse_args()
    try:
        supervise(args, stop=_stop_event(detached=args.detached))
    except InstanceError as error:
        raise SystemExit(f"error: {error}") from None


def supervise(args: argparse.Namespace, *, stop: threading.Event) -> None:
    folder = Folder(args.folder)
    lock = _take_lock(folder)
    if lock is None:
        raise InstanceError(f"instance '{folder.name}' is already running; end it, or choose another name")
    servers = _plan(args, folder)
    try:
        for server in servers:
            server.start()
        _wait_until_healthy(servers, stop)
        folder.write(_record(folder, servers))
        _watch(folder, servers, stop)
    finally:
        # The record goes first: whoever finds it must find servers behind it.
        folder.record.unlink(missing_ok=True)
        for server in reversed(servers):
            server.end()
        os.close(lock)


def _take_lock(folder: Folder) -> int | None:
    """Try for a while: whoever only looks whether we run holds the lock for a moment."""
    for _ in range(20):
        if (lock := folder.take_lock()) is not None:
            return lock
        time.sleep(0.05)
    return None


def _plan(args: argparse.Namespace, folder: Folder) -> list[Server]:
    port = require_free(args.port) if args.port else free_port()
    aws_url = f"http://127.0.0.1:{port}"
    arguments = ["--port", str(port), "--state-dir", str(folder.data("ministack"))]
    if args.without_sagemaker:
        return [Server("ministack", aws_url, "/_ministack/health", arguments, folder)]
    sagemaker_port = require_free(args.sagemaker_port) if args.sagemaker_port else free_port()
    sagemaker_url = f"http://127.0.0.1:{sagemaker_port}"
    models_url = f"http://127.0.0.1:{(models_port := free_port())}"
    models_arguments = ["--port", str(models_port), *(["--book", str(args.book)] if args.book else [])]
    arguments += ["--sagemaker-url", sagemaker_url, "--models-url", models_url]
    sagemaker_arguments = ["--port", str(sagemaker_port), "--aws-url", aws_url]
    sagemaker_arguments += ["--state-dir", str(folder.data("sagemaker"))]
    return [
        Server("ministack", aws_url, "/_ministack/health", arguments, folder),
        Server("sagemaker", sagemaker_url, "/", sagemaker_arguments, folder, restarts=MOST_RESTARTS),
        Server("models", models_url, "/", models_arguments, folder, restarts=MOST_RESTARTS),
    ]


def _record(folder: Folder, servers: list[Server]) -> Record:
    urls = {server.name: server.url for server in servers}
    pids = {"supervisor": os.getpid()} | {server.name: server.pid for server in servers}
    return Record(
        name=folder.name,
        aws_url=urls["ministack"],
        sagemaker_url=urls.get("sagemaker"),
        models_url=urls.get("models"),
        pids=pids,
    )


def _wait_until_healthy(servers: list[Server], stop: threading.Event) -> None:
    deadline = time.monotonic() + HEALTH_SECONDS
    for server in servers:
        while not _answers(server.url + server.health_path):
            server.require_alive()
            if time.monotonic() > deadline:
                raise InstanceError(f"{server.name} did not answer within {HEALTH_SECONDS:.0f} s; read {server.log}")
            if stop.wait(0.05):
                raise InstanceError("stopped before the servers answered")


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=2).close()  # noqa: S310  # our own loopback address
    except urllib.error.HTTPError:
        return True  # an error is an answer too
    except OSError:
        return False
    return True


def _watch(folder: Folder, servers: list[Server], stop: threading.Event) -> None:
    while not stop.wait(0.2):
        for server in servers:
            if server.is_alive() or not server.restarts_left:
                server.require_alive()
                continue
            log.warning("%s died and is started again", server.name)
            server.restart()
            _wait_until_healthy([server], stop)
            folder.write(_record(folder, servers))


def _stop_event(*, detached: bool) -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    if not detached:
        threading.Thread(target=_set_at_end_of_input, args=(stop,), name="parent", daemon=True).start()
    return stop


def _set_at_end_of_input(stop: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    stop.set()


if __name__ == "__main__":
    main()
