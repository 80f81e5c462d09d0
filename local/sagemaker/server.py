"""The parts joined, behind a socket."""

import contextlib
import logging
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from local.sagemaker.callers import Callers
from local.sagemaker.events import Events
from local.sagemaker.executor import Executor
from local.sagemaker.faults import Faults
from local.sagemaker.front import Front
from local.sagemaker.interpreter.container import ContainerRuntime
from local.sagemaker.interpreter.processing import ProcessingJobs
from local.sagemaker.interpreter.quota import Quota
from local.sagemaker.interpreter.runtimes import Mode, Runtimes
from local.sagemaker.operations import Service
from local.sagemaker.shapes import Shapes
from local.sagemaker.storage import EmbeddedAws
from local.sagemaker.store import Store

log = logging.getLogger("modelgate.sagemaker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    What a server is started with; *processing_quota* is how many Processing jobs may run at one time.

    *warm* prepares for the first step at the start, not when it comes.
    """

    port: int
    aws_url: str
    state_dir: Path
    runtime: Mode = Mode.AUTO
    processing_quota: int = 8
    warm: bool = False
    bind: str = "127.0.0.1"


class QuietHandler(WSGIRequestHandler):
    """No line for each request, and no wait for a packet to fill up."""

    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@contextlib.contextmanager
def serving(settings: Settings) -> Iterator[BaseWSGIServer]:
    """A bound server (call its serve_forever); whatever runs is stopped when the block ends, last made first."""
    with contextlib.ExitStack() as ending:
        listening = ending.enter_context(socket.create_server((settings.bind, settings.port)))
        url = f"http://{settings.bind}:{listening.getsockname()[1]}"
        store = Store(settings.state_dir)
        ending.callback(store.close)
        server = make_server(
            settings.bind, 0, _unready, threaded=True, request_handler=QuietHandler, fd=listening.fileno()
        )
        ending.callback(server.server_close)
        events = Events(store, settings.aws_url)
        ending.callback(events.close)
        aws = EmbeddedAws(settings.aws_url)
        callers, faults, shapes = Callers(aws), Faults(), Shapes()
        runtimes = Runtimes(settings.runtime, ContainerRuntime(settings.aws_url, aws.registry_login))
        ending.callback(runtimes.close)
        jobs = ProcessingJobs(
            store=store,
            shapes=shapes,
            storage=aws,
            callers=callers,
            runtimes=runtimes,
            quota=Quota(settings.processing_quota),
            faults=faults,
            directory=settings.state_dir.resolve(),
            environment={
                "AWS_ENDPOINT_URL": settings.aws_url,
                "AWS_ENDPOINT_URL_SAGEMAKER": url,
                "AWS_EC2_METADATA_DISABLED": "true",
            },
        )
        executor = Executor(store, events, jobs)
        executor.resume()
        ending.callback(executor.close)
        if settings.warm:
            runtimes.warm_up()
            threading.Thread(target=aws.warm_up, name="warm-up", daemon=True).start()
        service = Service(store=store, events=events, executor=executor, shapes=shapes, storage=aws)
        server.app = Front(service, callers, faults)
        log.info("embedded SageMaker on %s", url)
        yield server


def _unready(environ: object, start_response: object) -> list[bytes]:
    raise AssertionError("the port is bound before the application is there, never served")
