"""Whether a Docker engine answers."""

import contextlib
import os
import socket

import docker
from docker.errors import DockerException

PING_SECONDS = 5


class EngineUnavailableError(Exception):
    """No Docker engine answers and none can be started; the message says why and what to do."""


def configured_host() -> str:
    """The address a Docker client uses here when nobody says otherwise."""
    return os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"


def engine_answers(host: str | None = None) -> bool:
    """Whether an engine answers at *host* (default: the configured one)."""
    address = host or configured_host()
    if address.startswith("unix://"):
        return _socket_answers(address.removeprefix("unix://"))
    try:
        with contextlib.closing(docker.DockerClient(base_url=address, timeout=PING_SECONDS)) as client:
            return bool(client.ping())
    except DockerException:
        return False


def _socket_answers(path: str) -> bool:
    """Ping over a Unix socket; the SDK would leave its own socket open when nobody listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(PING_SECONDS)
        try:
            connection.connect(path)
            connection.sendall(b"GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n")
            return b" 200 " in connection.recv(64)
        except OSError:
            return False
