"""One HTTP request, within one deadline and no more bytes than wanted: whatever the server does.

On Python's own client: no redirect is followed, no proxy asked, nothing tried again. A connection serves one request,
so that its deadline can cut it off; beside writing a text, a handshake is nothing.
"""

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass

from modelgate.errors import InfrastructureError, PinError
from modelgate.generative.target import UnavailableError

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = rf"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<name>{_LABEL}(?:\.{_LABEL})*))"
_URL = re.compile(
    rf"(?P<scheme>https?)://{_HOST}(?::(?P<port>[1-9][0-9]{{0,4}}))?(?P<path>(?:/[A-Za-z0-9._~-]+)*)", re.ASCII
)
_CHUNK = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A server and the path that its interface begins with."""

    encrypted: bool
    host: str
    port: int
    path: str

    @classmethod
    def from_url(cls, url: str) -> "Place":
        """Read ``https://host:port/path``; without TLS only a server on this machine.

        Raises:
            PinError: it is anything else: with a user, a query, an escape, or a slash at its end.
        """
        found = _URL.fullmatch(url)
        if found is None or int(found["port"] or 1) > 65_535:
            raise PinError(
                f"base_url {url[:200]!a} is not read; write https://host/v1, without user, query or slash at the end"
            )
        host, encrypted = found["v6"] or found["name"], found["scheme"] == "https"
        if not encrypted and not _on_this_machine(host):
            raise PinError(f"base_url {url[:200]!a} would send prompts and key unencrypted; write https://")
        port = int(found["port"] or (443 if encrypted else 80))
        return cls(encrypted=encrypted, host=host, port=port, path=found["path"])


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """What came back; *data* is None where it is larger than was wanted, and was not read on."""

    status: int
    content_type: str
    retry_after: str | None
    data: bytes | None


def post(
    place: Place, path: str, body: bytes, headers: Mapping[str, str], *, seconds: float, most_bytes: int
) -> HttpAnswer:
    """Send *body* and read the answer, all of it within *seconds* once there is a connection.

    Raises:
        UnavailableError: there is no connection, no answer in time, or not all of one.
        InfrastructureError: the server is not who it says it is.
    """
    late = threading.Event()
    try:
        return _exchange(_connection(place, seconds), place.path + path, body, headers, seconds, most_bytes, late)
    except ssl.SSLCertVerificationError as error:
        raise InfrastructureError(
            "the server's certificate is not trusted; mend it, or the base_url of the evaluation"
        ) from error
    except (OSError, http.client.HTTPException) as error:
        raise UnavailableError(_sentence(error, seconds, late=late.is_set())) from error


def _connection(place: Place, seconds: float) -> http.client.HTTPConnection:
    if place.encrypted:
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(place.host, place.port, timeout=seconds, context=context)
    return http.client.HTTPConnection(place.host, place.port, timeout=seconds)


def _exchange(
    connection: http.client.HTTPConnection,
    path: str,
    body: bytes,
    headers: Mapping[str, str],
    seconds: float,
    most_bytes: int,
    late: threading.Event,
) -> HttpAnswer:
    began = time.monotonic()
    connection.connect()
    with closing(connection), _cut_off(connection.sock, began + seconds - time.monotonic(), late):
        connection.request("POST", path, body, dict(headers))
        answer = _answer(connection.getresponse(), most_bytes)
    if late.is_set():  # a body of unknown length ends where it was cut off
        raise TimeoutError
    return answer


def _answer(response: http.client.HTTPResponse, most_bytes: int) -> HttpAnswer:
    return HttpAnswer(
        status=response.status,
        content_type=(response.getheader("Content-Type") or "").partition(";")[0].strip().lower(),
        retry_after=response.getheader("Retry-After"),
        data=_body(response, most_bytes),
    )


def _body(response: http.client.HTTPResponse, most_bytes: int) -> bytes | None:
    expected = response.length  # None where the server does not say
    if expected is not None and expected > most_bytes:
        return None
    data = bytearray()
    while expected is None or len(data) < expected:
        chunk = response.read1(min(_CHUNK, most_bytes + 1 - len(data)))
        if not chunk:
            break
        data += chunk
        if len(data) > most_bytes:
            return None
    if expected is not None and len(data) < expected:
        raise http.client.IncompleteRead(b"", expected - len(data))
    return bytes(data)


@contextmanager
def _cut_off(sock: socket.socket, seconds: float, late: threading.Event) -> Iterator[None]:
    def cut() -> bool:
        late.set()
        try:
            socket.socket.shutdown(sock, socket.SHUT_RDWR)  # of the bare socket: TLS has no say in it
        except OSError:
            return False  # it has ended by itself
        return True

    timer = threading.Timer(max(0.0, seconds), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _sentence(error: Exception, seconds: float, *, late: bool) -> str:
    if late or isinstance(error, TimeoutError):
        return f"the server did not answer within {seconds:g} seconds"
    if isinstance(error, http.client.HTTPException | ConnectionResetError | BrokenPipeError):
        return "the server closed the connection before its answer was complete"
    return "the server cannot be reached"


def _on_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
