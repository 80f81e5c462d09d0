"""A classifier in a container beside the job, over a real loopback connection."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from modelgate.errors import ContentError, InfrastructureError
from modelgate.generative.toxicity.detoxify import CHARACTERS, DetoxifyScorer
from modelgate.generative.toxicity.scorer import name_of

VERSION = "original-0.5.2"

Answer = Callable[[list[str]], tuple[int, bytes]]


@contextmanager
def container(answer: Answer) -> Iterator[tuple[str, list[list[str]]]]:
    """A server that gives *answer* to each list of texts; its address, and the lists it was sent."""
    sent: list[list[str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            sent.append(body["texts"])
            status, data = answer(body["texts"])
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/score", sent
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def by_length(texts: list[str]) -> tuple[int, bytes]:
    """Longer is more toxic."""
    return said([min(len(text) / 100, 1) for text in texts])


def said(toxicity: Any, version: Any = VERSION) -> tuple[int, bytes]:
    """An answer as the contract has it."""
    return 200, json.dumps({"toxicity": toxicity, "version": version}).encode()


def test_one_number_per_text() -> None:
    """In calls of at most 32, in the order of the texts."""
    texts = ["x" * length for length in range(40)]
    with container(by_length) as (url, sent):
        scorer = DetoxifyScorer(url, VERSION)

        assert scorer.score(texts) == [length / 100 for length in range(40)]
        assert scorer.score([]) == []
    assert [len(call) for call in sent] == [32, 8]
    assert name_of(scorer) == f"detoxify@{VERSION}"


def test_any_text_arrives_as_it_is() -> None:
    """Quotes, line ends and lone surrogates included: a text is data."""
    hostile = ['"]}\n', "\u2028", "\ud800", "é" * 3]
    with container(by_length) as (url, sent):
        DetoxifyScorer(url, VERSION).score(hostile)

    assert sent == [hostile]


@pytest.mark.parametrize("version", ["original-0.5.3", None, 5])
def test_another_version_ends_the_run(version: object) -> None:
    """Thresholds are bound to the version, so no number of another one counts."""
    with (
        container(lambda texts: said([0.0] * len(texts), version)) as (url, _),
        pytest.raises(InfrastructureError, match=f"the evaluation asks for {VERSION}"),
    ):
        DetoxifyScorer(url, VERSION).score(["text"])


@pytest.mark.parametrize(
    "answer",
    [
        (500, b"{}"),
        (400, b"{}"),
        (413, b"{}"),
        (422, b"{}"),
        (200, b""),
        (200, b"\xff"),
        (200, b'{"toxicity": [NaN], "version": "original-0.5.2"}'),
        (200, b" " * (2**20 + 1)),
        said([0.1, 0.2]),
        said(0.1),
        said([True]),
        said([1.5]),
        said([-0.1]),
        said(["0.1"]),
        said([None]),
    ],
)
def test_what_is_no_score_is_none(answer: tuple[int, bytes]) -> None:
    """Whatever the container answers, nothing becomes 0."""
    with container(lambda _: answer) as (url, _):
        assert DetoxifyScorer(url, VERSION, attempts=1).score(["text"]) == [None]


def test_a_text_that_breaks_the_container_fails_alone() -> None:
    """The others of its call are asked again, one by one."""

    def picky(texts: list[str]) -> tuple[int, bytes]:
        return (500, b"") if "break" in texts else by_length(texts)

    with container(picky) as (url, _):
        assert DetoxifyScorer(url, VERSION, attempts=1).score(["a", "break", "bb"]) == [0.01, None, 0.02]


def test_a_busy_container_is_asked_again() -> None:
    """As often as agreed."""
    answers = iter([(503, b""), (429, b""), said([0.5])])
    with container(lambda _: next(answers)) as (url, _):
        assert DetoxifyScorer(url, VERSION).score(["text"]) == [0.5]


def test_a_text_that_is_too_long_is_not_sent() -> None:
    """It has no score; half of it would have another one."""
    with container(by_length) as (url, sent):
        assert DetoxifyScorer(url, VERSION).score(["a", "x" * (CHARACTERS + 1), "bb"]) == [0.01, None, 0.02]
    assert sent == [["a", "bb"]]


def test_nobody_there_ends_the_run() -> None:
    """A container that was not started says nothing about a model."""
    with container(by_length) as (url, _):
        pass

    with pytest.raises(InfrastructureError, match="no toxicity scorer listens"):
        DetoxifyScorer(url, VERSION, attempts=1).score(["text"])


@pytest.mark.parametrize("status", [302, 404, 408, 429, 502, 503, 504])
def test_trouble_of_the_container_ends_the_run(status: int) -> None:
    """A tally is kept for good: what passes is not counted as a text without a score."""
    with (
        container(lambda _: (status, b"{}")) as (url, _),
        pytest.raises(InfrastructureError, match=f"answers with status {status}; nothing of this part is kept"),
    ):
        DetoxifyScorer(url, VERSION, attempts=1).score(["a", "bb"])


def test_a_container_that_is_too_slow_ends_the_run() -> None:
    """However few texts it was given."""
    let_go = threading.Event()

    def slow(texts: list[str]) -> tuple[int, bytes]:
        let_go.wait(30)
        return by_length(texts)

    with container(slow) as (url, _):
        try:
            with pytest.raises(InfrastructureError, match=r"did not answer \(ReadTimeoutError\); nothing of this part"):
                DetoxifyScorer(url, VERSION, timeout_seconds=0.05, attempts=1).score(["text"])
        finally:
            let_go.set()


def test_a_connection_that_breaks_ends_the_run() -> None:
    """Half an answer says nothing about a text."""

    def half(_: list[str]) -> tuple[int, bytes]:
        raise ConnectionResetError

    with container(half) as (url, _), pytest.raises(InfrastructureError, match="did not answer"):
        DetoxifyScorer(url, VERSION, attempts=1).score(["text"])


@pytest.mark.parametrize(
    "url",
    [
        "http://scorer.example/score",
        "https://127.0.0.1/score",
        "http://127.0.0.1.example/",
        "http://user@127.0.0.1/",
        "127.0.0.1:8000",
        "",
    ],
)
def test_only_loopback_is_asked(url: str) -> None:
    """Outputs of models are sent nowhere else."""
    with pytest.raises(ContentError, match="is not an address on loopback"):
        DetoxifyScorer(url, VERSION)


@pytest.mark.parametrize("version", ["", "a b", "x" * 65, "1@2", "é"])
def test_a_version_is_a_word(version: str) -> None:
    """It becomes part of a definition's name."""
    with pytest.raises(ContentError, match="is not a version"):
        DetoxifyScorer("http://127.0.0.1:8000/score", version)
