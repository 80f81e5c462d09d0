"""An endpoint as the target, against botocore's own model of the service."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import IncompleteReadError, ReadTimeoutError
from botocore.response import StreamingBody
from botocore.stub import Stubber
from modelgate.aws.endpoint_life import Life
from modelgate.aws.endpoint_target import EndpointTarget
from modelgate.aws.target_clients import sagemaker_runtime
from modelgate.errors import BudgetSpentError, InfrastructureError
from modelgate.generative.chat_schema import request
from modelgate.generative.target import NoAnswerError, ThrottledError, UnavailableError

from tests.unit.aws.generative_made_up import MACHINE, PACE, SETTINGS, client

NAME = "modelgate-evaluation-0"
ASKED = {
    "EndpointName": NAME,
    "ContentType": "application/json",
    "Accept": "application/json",
    "Body": request("Who?", SETTINGS, 3, None),
}
ALIVE = Life(name=NAME, until=1.0, now=lambda: 0.0)
OVER = Life(name=NAME, until=1.0, now=lambda: 1.0)


@pytest.fixture
def stubbed() -> Iterator[tuple[EndpointTarget, Stubber]]:
    """A target whose calls and answers botocore checks; every answer must be used."""
    runtime = client("sagemaker-runtime")
    with Stubber(runtime) as stub:
        yield EndpointTarget(runtime, ALIVE, MACHINE, PACE), stub
        stub.assert_no_pending_responses()


def answer(body: bytes) -> dict[str, Any]:
    """The service's answer with the container's *body*."""
    return {"Body": StreamingBody(io.BytesIO(body), len(body)), "ContentType": "application/json"}


def chat(text: str) -> bytes:
    """A container's answer in OpenAI's format."""
    choice = {"message": {"role": "assistant", "content": text}, "finish_reason": "stop", "index": 0}
    return json.dumps({"choices": [choice], "usage": {"prompt_tokens": 5, "completion_tokens": 2}}).encode()


def test_one_completion(stubbed: tuple[EndpointTarget, Stubber]) -> None:
    """In the chat format that such containers take at their one address."""
    target, stub = stubbed
    stub.add_response("invoke_endpoint", answer(chat("Me.")), ASKED)

    reply = target.ask("Who?", SETTINGS, 3)

    assert (reply.completion.text, reply.completion.output_tokens, reply.input_tokens) == ("Me.", 2, 5)
    assert target.id == "endpoint/ml.g5.xlarge"


def test_nothing_is_asked_after_its_time() -> None:
    """The endpoint costs money by the second."""
    with pytest.raises(BudgetSpentError):
        EndpointTarget(Reading(b""), OVER, MACHINE, PACE).ask("Who?", SETTINGS, None)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (chat("x" * 1000), "more than 1000 bytes"),
        (b"\xff\xfe", "no JSON"),
        (b"", "no JSON"),
        (b"Internal error", "no JSON"),
        (b'{"generated_text": "Me."}', "no choices"),
    ],
)
def test_what_is_no_answer(stubbed: tuple[EndpointTarget, Stubber], body: bytes, sentence: str) -> None:
    """Enormous, not UTF-8, empty, or in another format."""
    target, stub = stubbed
    stub.add_response("invoke_endpoint", answer(body), ASKED)

    with pytest.raises(NoAnswerError, match=sentence):
        target.ask("Who?", SETTINGS, 3)


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("ThrottlingException", 400, ThrottledError),
        ("ServiceUnavailable", 503, UnavailableError),
        ("InternalFailure", 500, UnavailableError),
        ("InternalDependencyException", 530, UnavailableError),
        ("ModelNotReadyException", 429, UnavailableError),
        ("ValidationError", 400, InfrastructureError),
        ("AccessDeniedException", 403, InfrastructureError),
    ],
)
def test_errors_are_told_apart(
    stubbed: tuple[EndpointTarget, Stubber], code: str, status: int, kind: type[Exception]
) -> None:
    """An endpoint that is not there is a ValidationError, and ends the run."""
    target, stub = stubbed
    stub.add_client_error("invoke_endpoint", code, f"Endpoint {NAME} not found.", status)

    with pytest.raises(Exception) as caught:  # noqa: PT011 - its exact kind is what is asserted
        target.ask("Who?", SETTINGS, None)

    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, NoAnswerError),
        (408, UnavailableError),
        (424, NoAnswerError),
        (429, ThrottledError),
        (500, UnavailableError),
    ],
)
def test_a_containers_own_error_goes_by_its_status(
    stubbed: tuple[EndpointTarget, Stubber], status: int, kind: type[Exception]
) -> None:
    """What it says is never repeated."""
    target, stub = stubbed
    said = {"OriginalStatusCode": status, "OriginalMessage": "the prompt itself", "LogStreamArn": "arn"}
    stub.add_client_error("invoke_endpoint", "ModelError", "the prompt itself", 424, modeled_fields=said)

    with pytest.raises(Exception) as caught:  # noqa: PT011 - its exact kind is what is asserted
        target.ask("Who?", SETTINGS, None)

    assert type(caught.value) is kind
    assert "the prompt itself" not in str(caught.value)


class Reading:
    """A client whose answers read as *body*, or break while they are read."""

    def __init__(self, body: bytes | Exception) -> None:
        self.body = body
        self.closed = False

    def invoke_endpoint(self, **_: Any) -> Any:
        return {"Body": self}

    def read(self, most: int) -> bytes:
        if isinstance(self.body, Exception):
            raise self.body
        return self.body[:most]

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(
    "error", [ReadTimeoutError(endpoint_url="x"), IncompleteReadError(actual_bytes=1, expected_bytes=2)]
)
def test_an_answer_that_breaks_off_is_asked_for_again(error: Exception) -> None:
    """Half an answer is none."""
    with pytest.raises(UnavailableError):
        EndpointTarget(Reading(error), ALIVE, MACHINE, PACE).ask("Who?", SETTINGS, None)


def test_an_enormous_answer_is_not_read_to_its_end() -> None:
    """No more than one byte over the limit is read, and the connection is given up."""
    reading = Reading(b"x" * 10_000)

    with pytest.raises(NoAnswerError):
        EndpointTarget(reading, ALIVE, MACHINE, PACE).ask("Who?", SETTINGS, None)

    assert reading.closed


def test_a_prompt_that_no_endpoint_reads_is_not_sent() -> None:
    """It would be refused for every endpoint there is."""
    with pytest.raises(NoAnswerError, match="an endpoint reads 6291456"):
        EndpointTarget(Reading(b""), ALIVE, MACHINE, PACE).ask("x" * 6_291_456, SETTINGS, None)


def test_the_client_asks_once() -> None:
    """Attempts are counted elsewhere, so botocore makes none of its own."""
    assert sagemaker_runtime("eu-west-1", PACE).meta.config.retries["total_max_attempts"] == 1
