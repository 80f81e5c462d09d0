"""Bedrock and an endpoint over a real connection: however badly they answer, a call is one request and one outcome."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from modelgate.aws.bedrock_target import BedrockTarget
from modelgate.aws.endpoint_life import Life
from modelgate.aws.endpoint_target import EndpointTarget
from modelgate.aws.target_clients import bedrock_runtime, sagemaker_runtime
from modelgate.errors import InfrastructureError
from modelgate.generative.target import NoAnswerError, Target, ThrottledError, UnavailableError

from tests.unit.aws.generative_made_up import MACHINE, PACE, SETTINGS
from tests.unit.generative.misbehaving_server import Handler, Server, chat, serving

ARN = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0"
IMPATIENT = replace(PACE, timeout_seconds=0.5)
FINE = {
    "bedrock": json.dumps(
        {
            "output": {"message": {"role": "assistant", "content": [{"text": "Hi"}]}},
            "stopReason": "end_turn",
            "usage": {"inputTokens": 3, "outputTokens": 1, "totalTokens": 4},
            "metrics": {"latencyMs": 1},
        }
    ).encode(),
    "endpoint": chat("Hi"),
}

Act = Callable[[Handler], None]


@pytest.fixture(params=["bedrock", "endpoint"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Which of the two is asked; whoever runs the tests has no say in how."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    return str(request.param)


@pytest.fixture
def asked(kind: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[Act], tuple[str, Server]]:
    """Ask a server that acts so; the answer's text, and what the server saw."""

    def ask(act: Act) -> tuple[str, Server]:
        with serving(lambda handler, body, before: act(handler)) as server:
            url = server.url.removesuffix("/v1")
            monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", url)
            monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME", url)
            try:
                return target(kind).ask("Say", SETTINGS, None).completion.text, server
            finally:
                assert len(server.requests) == 1

    return ask


def target(kind: str) -> Target:
    """The target with its own client."""
    if kind == "bedrock":
        return BedrockTarget(bedrock_runtime("eu-west-1", IMPATIENT), ARN, IMPATIENT)
    life = Life(name="modelgate-evaluation-0", until=1.0, now=lambda: 0.0)
    return EndpointTarget(sagemaker_runtime("eu-west-1", IMPATIENT), life, MACHINE, IMPATIENT)


def test_the_request_is_as_the_service_reads_it(kind: str, asked: Callable[[Act], tuple[str, Server]]) -> None:
    """An ARN is one part of the path."""
    text, server = asked(lambda handler: handler.give(FINE[kind]))

    ((path, headers, body),) = server.requests
    expected = {
        "bedrock": "/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A123456789012%3A"
        "inference-profile%2Feu.amazon.nova-lite-v1%3A0/converse",
        "endpoint": "/endpoints/modelgate-evaluation-0/invocations",
    }
    assert text == "Hi"
    assert path == expected[kind]
    assert headers["Content-Type"] == "application/json"
    assert ("inferenceConfig" in body) == (kind == "bedrock")


def error(status: int, code: str, **headers: str) -> Act:
    """An error as both services write it."""
    body = json.dumps({"message": "no"}).encode()
    return lambda handler: handler.give(body, status=status, x_amzn_ErrorType=code, **headers)


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (error(429, "ThrottlingException"), ThrottledError),
        (
            error(400, "ThrottlingException:http://internal.amazon.com/coral/com.amazon.coral.availability/"),
            ThrottledError,
        ),
        (error(500, "InternalFailure"), UnavailableError),
        (error(503, "ServiceUnavailable"), UnavailableError),
        (lambda handler: handler.give(b"<html>Bad gateway</html>", status=502, kind="text/html"), UnavailableError),
        (error(424, "ModelError"), UnavailableError),
        (error(403, "AccessDeniedException"), InfrastructureError),
        (Handler.vanish, UnavailableError),
        (lambda handler: handler.server.closing.wait(5), UnavailableError),
        (lambda handler: handler.give(b""), NoAnswerError),
        (lambda handler: handler.give(b"no JSON"), NoAnswerError),
        (lambda handler: handler.give(b'{"text": "\xff"}'), NoAnswerError),
        (lambda handler: handler.give(b"[1]"), NoAnswerError),
        (lambda handler: handler.give(b'{"output": [1], "choices": {}, "usage": 1}'), NoAnswerError),
    ],
    ids=[
        "throttled",
        "throttled, as some parts say it",
        "broken",
        "overloaded",
        "a gateway",
        "the model",
        "no rights",
        "hung up",
        "silent",
        "empty",
        "no JSON",
        "not UTF-8",
        "no object",
        "of another form",
    ],
)
def test_a_bad_answer_has_one_meaning(
    asked: Callable[[Act], tuple[str, Server]], act: Act, expected: type[Exception]
) -> None:
    """Whichever way it went wrong, and without a second request."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - its exact kind is what is asserted
        asked(act)

    assert type(caught.value) is expected


def test_an_enormous_answer_is_none(kind: str, asked: Callable[[Act], tuple[str, Server]]) -> None:
    """Over the bytes that the pace allows."""
    with pytest.raises(NoAnswerError, match="more than 1000 bytes"):
        asked(lambda handler: handler.give(FINE[kind].replace(b"Hi", b"x" * 100_000)))


def test_any_text_is_an_answer(kind: str, asked: Callable[[Act], tuple[str, Server]]) -> None:
    """Lone surrogates, line separators and markup included."""
    hostile: Any = "\ud800\u2028\n}{</script>"

    text, _ = asked(lambda handler: handler.give(FINE[kind].replace(b'"Hi"', json.dumps(hostile).encode())))

    assert text == hostile
