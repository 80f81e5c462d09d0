"""Loopback ports."""

import socket

from local.state import InstanceError


def free_port() -> int:
    """Return a port nobody listens on now. Somebody may take it before we do; the server then fails to start."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def require_free(port: int) -> int:
    with socket.socket() as probe:
        # As servers do: a port whose last connections are still winding down is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise InstanceError(
                f"cannot listen on 127.0.0.1:{port} ({error}); free the port or leave the option out"
            ) from error
    return port
