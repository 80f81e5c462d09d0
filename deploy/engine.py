"""A Docker engine for builds and step containers: the running one, or one of our own that is stopped again.

For shell scripts ``python -m deploy.engine`` prints the address of the engine that answers, or says why none does.
"""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator

from deploy import own_engine
from deploy.engine_ping import EngineUnavailableError, configured_host, engine_answers

__all__ = ["EngineUnavailableError", "configured_host", "engine", "engine_answers", "why_none_can_start"]


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
    if reason := why_none_can_start():
        raise EngineUnavailableError(reason)
    own = own_engine.start(_dockerd() or "dockerd")
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


def _dockerd() -> str | None:
    return shutil.which("dockerd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin:/usr/local/sbin")


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
