"""Bedrock: a model's own words with their usage, or the error that Bedrock would give; never a made-up text."""

import json
import os
import shutil
import threading
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from ministack_probe import Client

from local.instance import REGION, Instance, start

pytestmark = pytest.mark.embedded

RECITER = "ngram-modelgate-works"


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    """An instance with its model server."""
    with start(f"test-bedrock-{os.getpid()}") as running:
        yield running
    shutil.rmtree(running.folder.path)


@pytest.fixture(scope="module")
def converse(instance: Instance) -> Callable[..., Any]:
    """Ask a model one question."""
    client = boto3.client(
        "bedrock-runtime",
        endpoint_url=instance.aws_url,
        aws_access_key_id="222222222222",
        aws_secret_access_key="test",
        region_name=REGION,
        config=Config(retries={"total_max_attempts": 1}),
    )

    def ask(text: str, model: str = RECITER, **settings: Any) -> Any:
        messages = [{"role": "user", "content": [{"text": text}]}]
        return client.converse(modelId=model, messages=messages, inferenceConfig={"temperature": 0.0} | settings)

    return ask


def plan(instance: Instance, order: dict[str, Any]) -> None:
    """Make the model server fail."""
    request = urllib.request.Request(  # noqa: S310 - our own loopback
        f"{instance.models_url}/_modelgate/faults", json.dumps(order).encode(), {"x-modelgate-faults": "1"}
    )
    urllib.request.urlopen(request).close()  # noqa: S310 - our own loopback


def code_of(ask: Callable[[], Any]) -> tuple[str, int]:
    """The error code and status of a call that fails."""
    with pytest.raises(ClientError) as caught:
        ask()
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_an_answer_that_is_cut_off_says_so(converse: Callable[..., Any]) -> None:
    """Text, usage as the model counts it, and max_tokens as the reason why it ended."""
    answer = converse("the", maxTokens=7)

    assert len(answer["output"]["message"]["content"][0]["text"].split()) == 7
    assert answer["usage"] == {"inputTokens": 1, "outputTokens": 7, "totalTokens": 8}
    assert answer["stopReason"] == "max_tokens"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, ("ValidationException", 400)),
        (429, ("ThrottlingException", 429)),
        (500, ("ModelErrorException", 424)),
        (503, ("ServiceUnavailableException", 503)),
        (504, ("ModelTimeoutException", 408)),
    ],
)
def test_what_the_model_server_refuses_is_an_error_of_bedrock(
    converse: Callable[..., Any], instance: Instance, status: int, error: tuple[str, int]
) -> None:
    """Each by the name that Bedrock gives it; the next call is answered."""
    plan(instance, {"status": status, "times": 1})

    assert code_of(lambda: converse("the")) == error
    assert converse("the", maxTokens=1)["usage"]["outputTokens"] == 1


def test_a_model_that_is_not_there_is_not_found(converse: Callable[..., Any]) -> None:
    """The model server's own sentence comes with it."""
    assert code_of(lambda: converse("the", "ngram-of-nothing")) == ("ResourceNotFoundException", 404)


def test_without_a_model_server_nothing_is_made_up(client: Client) -> None:
    """Converse, its stream and InvokeModel are unavailable, not answered."""
    bedrock = client("bedrock-runtime")
    messages = [{"role": "user", "content": [{"text": "Say something."}]}]

    calls: list[Callable[[], Any]] = [
        lambda: bedrock.converse(modelId=RECITER, messages=messages),
        lambda: bedrock.converse_stream(modelId=RECITER, messages=messages),
        lambda: bedrock.invoke_model(modelId=RECITER, body=json.dumps({"prompt": "Say something."})),
    ]

    assert [code_of(call) for call in calls] == [("ServiceUnavailableException", 503)] * 3


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"nonsense", "ModelErrorException"),
        (b"[]", "ModelErrorException"),
        (b'{"choices": []}', "ModelErrorException"),
        (b'{"choices": [{}]}', "ModelErrorException"),
        (None, "ServiceUnavailableException"),
    ],
)
def test_an_answer_that_is_none_is_an_error(monkeypatch: pytest.MonkeyPatch, body: bytes | None, code: str) -> None:
    """What is no chat completion is never a model's words; a server that is gone is unavailable."""
    from local.ministack import bedrock  # imports MiniStack

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body or b"")

    server = HTTPServer(("127.0.0.1", 0), Handler)
    monkeypatch.setattr(bedrock.bedrock, "_PROXY_URL", f"http://127.0.0.1:{server.server_port}")
    if body is None:
        server.server_close()
    else:
        threading.Thread(target=server.handle_request, daemon=True).start()

    with pytest.raises(bedrock.NoAnswerError) as caught:
        bedrock.converse("any", [], [], {})

    server.server_close()
    assert caught.value.code == code
