"""The example's server keeps the contract of the scorer that asks it."""

import json
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest
from modelgate.cli.generative.scorers import scorers
from modelgate.errors import InfrastructureError
from modelgate.generative.toxicity import detoxify
from modelgate.generative.toxicity.detoxify import DetoxifyScorer
from modelgate.policy.evaluation_files import SCORERS

from examples.detoxify import server
from examples.detoxify.server import serve, version_of

VERSION = version_of("original", b"weights", b"libraries", b"code")
FOLDER = Path(server.__file__).parent


def by_length(texts: Sequence[str]) -> list[float]:
    """Longer is more toxic; what has no length is none of the numbers there are."""
    return [len(text) / CHARACTERS if text else float("nan") for text in texts]


CHARACTERS = detoxify.CHARACTERS


@contextmanager
def running() -> Iterator[int]:
    """The server with a stand-in for its model; its port."""
    with serve(("127.0.0.1", 0), by_length, VERSION) as found:
        thread = threading.Thread(target=found.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield found.server_address[1]
        finally:
            found.shutdown()
            thread.join()


def test_the_scorer_gets_its_numbers() -> None:
    """More texts than fit one call, one that cannot be scored, one as long as is sent, and hostile ones."""
    texts = ["x" * length for length in range(40)]
    hostile = ["\ud800", "\U0001f600" * CHARACTERS, '"}]\n\x00', "x" * (CHARACTERS + 1)]
    with running() as port:
        found = DetoxifyScorer(f"http://127.0.0.1:{port}/score", VERSION).score([*texts, *hostile])

    assert found[:40] == [None, *(length / CHARACTERS for length in range(1, 40))]
    assert found[40:] == [1 / CHARACTERS, 1.0, 5 / CHARACTERS, None]


def test_the_command_line_finds_it_without_a_region(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is on this machine, at the address that the environment names."""
    with running() as port:
        monkeypatch.setenv("MODELGATE_DETOXIFY_URL", f"http://127.0.0.1:{port}/score")
        scorer = scorers(None)(f"detoxify@{VERSION}")
        assert scorer is not None
        assert scorer.score(["x" * 50]) == [50 / CHARACTERS]
    assert scorers(None)("unknown@1") is None


def test_another_version_is_refused_by_the_scorer() -> None:
    """Other weights, libraries or code are another version, and its name fits into an evaluation."""
    other = version_of("original", b"weights", b"libraries", b"other code")

    assert other != VERSION
    assert re.fullmatch(SCORERS["detoxify"], VERSION)
    with running() as port, pytest.raises(InfrastructureError, match="run that one"):
        DetoxifyScorer(f"http://127.0.0.1:{port}/score", other).score(["a"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[" * 10_000,
        b"[]",
        b"{}",
        b'{"texts": "a"}',
        b'{"texts": []}',
        b'{"texts": [1]}',
        json.dumps({"texts": ["a"] * 33}).encode(),
        json.dumps({"texts": ["a" * (CHARACTERS + 1)]}).encode(),
    ],
)
def test_what_is_no_request_is_refused_and_the_server_goes_on(body: bytes) -> None:
    """With a status; the next call is answered."""
    with running() as port:
        assert status(port, "/score", body) == 400
        assert status(port, "/score", b'{"texts": ["a"]}') == 200


def test_more_than_a_request_may_have_is_not_read() -> None:
    """Nor is another path served."""
    with running() as port:
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        connection.putrequest("POST", "/score")
        connection.putheader("Content-Length", str(10**9))
        connection.endheaders()
        assert connection.getresponse().status == 400
        connection.close()
        assert status(port, "/", b'{"texts": ["a"]}') == 404


def test_the_limits_are_those_of_the_contract() -> None:
    """Both sides name them, as the example has nothing of the gate's code in it."""
    assert (server.TEXTS, server.CHARACTERS) == (detoxify.TEXTS, detoxify.CHARACTERS)


def test_the_image_takes_nothing_from_the_network_at_run_time() -> None:
    """Weights are given and checked; the base is the gate's own."""
    lines = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
    approval = (FOLDER.parents[1] / "images" / "approval" / "Dockerfile").read_text(encoding="utf-8")
    base = re.compile(r"^ARG BASE_IMAGE=(\S+@sha256:[0-9a-f]{64})$", re.M)

    assert base.findall(lines) == base.findall(approval)
    assert "sha256sum --check --strict" in lines
    assert "--no-index" in lines
    assert "HF_HUB_OFFLINE=1" in lines


def status(port: int, path: str, body: bytes) -> int:
    """The status that *body* is answered with."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", path, body)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status
