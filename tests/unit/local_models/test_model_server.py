"""The model server's HTTP: what it answers, refuses, counts, and how tests make it fail."""

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.models import llama
from local.models.books import Books
from local.models.ledger import Ledger
from local.models.server import DOOR, bound
from local.models.shelf import Shelf

Post = Callable[..., tuple[int, Any]]
BOOK = "one two three four five six seven eight nine ten eleven twelve"


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    """Posts to a server that recites one book; a path alone is got."""
    (tmp_path / "A Counting Book.txt").write_text(BOOK)
    server = bound(0, Shelf(Books([], tmp_path)), Ledger())
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def call(path: str, document: Any = None, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=120)
        method = "GET" if document is None else "POST"
        connection.request(method, path, None if document is None else json.dumps(document), headers or {})
        answer = connection.getresponse()
        read = answer.status, json.loads(answer.read())
        connection.close()
        return read

    yield call
    server.shutdown()
    server.server_close()


def chat(text: str, **members: Any) -> dict[str, Any]:
    """A request to the counting book."""
    asked = {"model": "ngram-a-counting-book", "messages": [{"role": "user", "content": text}], "temperature": 0}
    return asked | members


def test_a_book_is_recited_in_the_form_of_a_chat_completion(post: Post) -> None:
    """Text, reason of its end and usage are where OpenAI's clients look for them."""
    status, answer = post("/v1/chat/completions", chat("two three", max_tokens=3))

    assert status == 200
    assert answer["choices"][0]["message"] == {"role": "assistant", "content": " four five six"}
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"] == {"prompt_tokens": 2, "completion_tokens": 3, "total_tokens": 5}


def test_the_project_s_own_works_are_always_there(post: Post) -> None:
    """So that the demo and the tests need no download."""
    listed = [model["id"] for model in post("/v1/models")[1]["data"]]

    assert {"ngram-a-counting-book", "ngram-modelgate-works"} <= set(listed)
    assert post("/v1/chat/completions", chat("the", model="ngram-modelgate-works", max_tokens=4))[0] == 200


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        (chat("x", model="gpt-unheard-of"), 404, "there is no model"),
        (chat("x", model="ngram-of-nothing"), 404, "there is no book"),
        (chat("x", max_tokens=0, max_completion_tokens=10**6), 400, "max_tokens is not"),
        (chat("x", temperature=-1), 400, "temperature below 0"),
        (chat("x", temperature="warm"), 400, "not a chat completion"),
        ({"model": "ngram-a-counting-book"}, 400, "not a chat completion"),
        ({"model": "ngram-a-counting-book", "messages": []}, 400, "messages are empty"),
        ([], 400, "not a chat completion"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_a_sentence(post: Post, asked: Any, status: int, said: str) -> None:
    """In the form of OpenAI's errors."""
    found, answer = post("/v1/chat/completions", asked)

    assert found == status
    assert said in answer["error"]["message"]


@pytest.mark.skipif(llama.is_there(), reason="the wheels of requirements/models.txt are installed")
def test_a_model_whose_wheels_are_missing_says_how_to_get_them(post: Post) -> None:
    """It answers 404, and is not among the models."""
    status, answer = post("/v1/chat/completions", chat("x", model=llama.NAME))

    assert (status, "make demo-generative" in answer["error"]["message"]) == (404, True)


@pytest.mark.skipif(not llama.is_there(), reason="the wheels of requirements/models.txt are not installed")
def test_a_real_model_answers_with_the_probabilities_of_its_tokens(post: Post) -> None:
    """Greedy twice is the same twice; each token has its logarithm."""
    asked = chat("Name a colour.", model=llama.NAME, max_tokens=8, logprobs=True)

    answers = [post("/v1/chat/completions", asked)[1] for _ in range(2)]

    assert answers[0]["choices"][0]["message"] == answers[1]["choices"][0]["message"]
    tokens = answers[0]["choices"][0]["logprobs"]["content"]
    assert len(tokens) >= 1
    assert all(token["logprob"] <= 0 for token in tokens)
    assert answers[0]["usage"]["completion_tokens"] <= 8


def test_what_is_asked_is_counted(post: Post) -> None:
    """A request that had an answer already is asked again; a refused one is not counted."""
    for text in ("one", "two", "one"):
        post("/v1/chat/completions", chat(text, max_tokens=2))
    post("/v1/chat/completions", chat("x", model="no"))

    counted = post("/_modelgate/asked")[1]

    assert {name: counted[name] for name in ("answers", "asked_again", "tokens")} == {
        "answers": 3,
        "asked_again": 1,
        "tokens": 6,
    }


def test_planned_faults_come_as_often_as_planned(post: Post) -> None:
    """Only callers with the header may plan them."""
    assert post("/_modelgate/faults", {"status": 429, "times": 1})[0] == 403
    post("/_modelgate/faults", {"status": 429, "times": 1}, {DOOR: "1"})

    assert [post("/v1/chat/completions", chat("one"))[0] for _ in range(2)] == [429, 200]
