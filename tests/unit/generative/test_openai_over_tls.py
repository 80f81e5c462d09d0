"""A server with TLS is asked if its certificate is trusted, and left in time as others are."""

import datetime
import ipaddress
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from modelgate.errors import InfrastructureError
from modelgate.generative.openai_target import OpenAITarget
from modelgate.generative.target import UnavailableError

from tests.unit.generative.asked_models import PACE, SETTINGS
from tests.unit.generative.misbehaving_server import Handler, Server, chat, serving

_DAY = datetime.timedelta(days=1)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and its own certificate for 127.0.0.1, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a test")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    begin = datetime.datetime.now(datetime.UTC) - _DAY
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), begin, begin + 3 * _DAY)
    signed = built.add_extension(address, critical=False).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(private + signed.public_bytes(pem))
    return path


@contextmanager
def serving_tls(certificate: Path, act: Callable[[Handler], None]) -> Iterator[tuple[Server, str]]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serving(lambda handler, body, before: act(handler)) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        yield server, server.url.replace("http:", "https:")


@pytest.fixture
def _trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))  # OpenSSL's own way to add one


@pytest.mark.usefixtures("_trusted")
def test_a_trusted_server_is_asked(certificate: Path) -> None:
    """With the key and all."""
    with serving_tls(certificate, lambda handler: handler.give(chat("Hi"))) as (_, url):
        reply = OpenAITarget(url, "m", PACE, key="sk-secret").ask("Say", SETTINGS, None)

    assert reply.completion.text == "Hi"


def test_a_server_that_nobody_vouches_for_gets_no_prompt(certificate: Path) -> None:
    """It ends the run: another attempt would meet the same certificate."""
    with serving_tls(certificate, lambda handler: handler.give(chat("Hi"))) as (server, url):
        with pytest.raises(InfrastructureError, match="certificate is not trusted") as caught:
            OpenAITarget(url, "m", PACE).ask("Say", SETTINGS, None)

        assert type(caught.value) is InfrastructureError
        assert server.asked == []


@pytest.mark.usefixtures("_trusted")
def test_a_server_of_another_name_gets_no_prompt(certificate: Path) -> None:
    """Its certificate is for the address alone."""
    with serving_tls(certificate, lambda handler: handler.give(chat("Hi"))) as (server, url):
        with pytest.raises(InfrastructureError, match="certificate is not trusted"):
            OpenAITarget(url.replace("127.0.0.1", "localhost"), "m", PACE).ask("Say", SETTINGS, None)

        assert server.asked == []


def _drip(handler: Handler) -> None:
    handler.drip(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 60_000, every=0.02)


def _drip_body(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(chat("Hi"))
    handler.drip(b" " * 60_000, every=0.02)


@pytest.mark.usefixtures("_trusted")
@pytest.mark.parametrize("act", [_drip, _drip_body])
def test_a_slow_server_is_left_at_the_deadline(certificate: Path, act: Callable[[Handler], None]) -> None:
    """TLS is cut off with the connection beneath it."""
    with serving_tls(certificate, act) as (_, url):
        target = OpenAITarget(url, "m", replace(PACE, timeout_seconds=0.3))
        with pytest.raises(UnavailableError, match=r"did not answer within 0\.3 seconds"):
            target.ask("Say", SETTINGS, None)
