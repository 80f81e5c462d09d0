"""Bedrock as the target, against botocore's own model of the service."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, NoCredentialsError, ReadTimeoutError
from botocore.parsers import ResponseParserError
from botocore.stub import Stubber
from modelgate.aws.bedrock_target import BedrockTarget
from modelgate.aws.target_clients import bedrock_runtime
from modelgate.errors import ContentError, InfrastructureError
from modelgate.generative.records import Completion
from modelgate.generative.target import NoAnswerError, Reply, ThrottledError, UnavailableError

from tests.unit.aws.generative_made_up import PACE, SETTINGS, client

MODEL = "meta.llama3-8b-instruct-v1:0"
ASKED = {
    "modelId": MODEL,
    "messages": [{"role": "user", "content": [{"text": "Who?"}]}],
    "inferenceConfig": {"maxTokens": 20, "temperature": 0.5, "topP": 0.9},
}


@pytest.fixture
def stubbed() -> Iterator[tuple[BedrockTarget, Stubber]]:
    """A target whose calls and answers botocore checks; every answer must be used."""
    runtime = client("bedrock-runtime")
    with Stubber(runtime) as stub:
        yield BedrockTarget(runtime, MODEL, PACE), stub
        stub.assert_no_pending_responses()


def answer(*blocks: dict[str, Any], reason: str = "end_turn") -> dict[str, Any]:
    """The service's answer of these content blocks."""
    return {
        "output": {"message": {"role": "assistant", "content": list(blocks)}},
        "stopReason": reason,
        "usage": {"inputTokens": 7, "outputTokens": 3, "totalTokens": 10},
        "metrics": {"latencyMs": 1},
    }


def test_one_completion(stubbed: tuple[BedrockTarget, Stubber]) -> None:
    """The text blocks joined, reason and tokens as the service says them, and no log probabilities."""
    target, stub = stubbed
    stub.add_response("converse", answer({"text": "The "}, {"text": "king."}, reason="max_tokens"), ASKED)

    reply = target.ask("Who?", SETTINGS, 3)

    completion = Completion(text="The king.", finish_reason="max_tokens", output_tokens=3)
    assert reply == Reply(completion=completion, input_tokens=7)
    assert target.id == f"bedrock/{MODEL}"


def test_reasoning_is_not_the_answer(stubbed: tuple[BedrockTarget, Stubber]) -> None:
    """Nor is a tool call."""
    target, stub = stubbed
    thoughts = {"reasoningContent": {"reasoningText": {"text": "Hm, who?"}}}
    stub.add_response("converse", answer(thoughts, {"text": "Me."}), ASKED)

    assert target.ask("Who?", SETTINGS, None).completion.text == "Me."


@pytest.mark.parametrize("reason", ["guardrail_intervened", "content_filtered", "end_turn"])
def test_an_answer_without_text_is_empty(stubbed: tuple[BedrockTarget, Stubber], reason: str) -> None:
    """It is an answer, and says why."""
    target, stub = stubbed
    stub.add_response("converse", answer(reason=reason), ASKED)

    completion = target.ask("Who?", SETTINGS, None).completion

    assert (completion.text, completion.finish_reason) == ("", reason)


@pytest.mark.parametrize("text", ["é" * 501, "\0" * 501, "x" * 1001])
def test_an_enormous_answer_is_none(stubbed: tuple[BedrockTarget, Stubber], text: str) -> None:
    """By its bytes, not its characters; those that a record escapes count twice."""
    target, stub = stubbed
    stub.add_response("converse", answer({"text": text}), ASKED)

    with pytest.raises(NoAnswerError, match="more than 1000 bytes"):
        target.ask("Who?", SETTINGS, None)


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("ThrottlingException", 429, ThrottledError),
        ("ServiceUnavailableException", 503, UnavailableError),
        ("InternalServerException", 500, UnavailableError),
        ("ModelTimeoutException", 408, UnavailableError),
        ("ModelNotReadyException", 429, UnavailableError),
        ("ValidationException", 400, NoAnswerError),
        ("AccessDeniedException", 403, InfrastructureError),
        ("ResourceNotFoundException", 404, InfrastructureError),
        ("UnrecognizedClientException", 403, InfrastructureError),
    ],
)
def test_errors_are_told_apart(
    stubbed: tuple[BedrockTarget, Stubber], code: str, status: int, kind: type[Exception]
) -> None:
    """By what they are worth: another attempt, a failed call, or the end of the run."""
    target, stub = stubbed
    stub.add_client_error("converse", code, "too long", status)

    with pytest.raises(Exception) as caught:  # noqa: PT011 - its exact kind is what is asserted
        target.ask("Who?", SETTINGS, None)

    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, NoAnswerError),
        (413, NoAnswerError),
        (429, ThrottledError),
        (500, UnavailableError),
        (None, UnavailableError),
    ],
)
def test_a_models_own_error_goes_by_its_status(
    stubbed: tuple[BedrockTarget, Stubber], status: int | None, kind: type[Exception]
) -> None:
    """What the model says is never repeated."""
    target, stub = stubbed
    members = {} if status is None else {"originalStatusCode": status}
    stub.add_client_error("converse", "ModelErrorException", "the prompt itself", 424, modeled_fields=members)

    with pytest.raises(Exception) as caught:  # noqa: PT011 - its exact kind is what is asserted
        target.ask("Who?", SETTINGS, None)

    assert type(caught.value) is kind
    assert "the prompt itself" not in str(caught.value)


@pytest.mark.parametrize(
    "message",
    [
        "The provided model identifier is invalid.",
        "Invocation of model ID x with on-demand throughput isn’t supported. Retry your request with the ID or ARN of "
        "an inference profile that contains this model.",
        "The provided model doesn't support on-demand throughput.",
        "This action doesn't support the model that you provided. Try again with a supported text or chat model.",
        "Operation not allowed",
    ],
)
def test_a_model_that_cannot_be_asked_ends_the_run(stubbed: tuple[BedrockTarget, Stubber], message: str) -> None:
    """The service says so under the code of a bad prompt."""
    target, stub = stubbed
    stub.add_client_error("converse", "ValidationException", message, 400)

    with pytest.raises(InfrastructureError, match="asking Bedrock failed"):
        target.ask("Who?", SETTINGS, None)


def test_a_wish_to_wait_is_passed_on(stubbed: tuple[BedrockTarget, Stubber]) -> None:
    """In seconds."""
    target, stub = stubbed
    stub.add_client_error(
        "converse", "ThrottlingException", http_status_code=429, response_meta={"HTTPHeaders": {"retry-after": "7"}}
    )

    with pytest.raises(ThrottledError) as caught:
        target.ask("Who?", SETTINGS, None)

    assert caught.value.after == 7


class Raising:
    """A client whose call ends in *error*, or in *answer*."""

    def __init__(self, error: Exception | None = None, answer: Any = None) -> None:
        self.error = error
        self.answer = answer

    def converse(self, **_: Any) -> Any:
        if self.error is not None:
            raise self.error
        return self.answer


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ReadTimeoutError(endpoint_url="x"), UnavailableError),
        (ConnectTimeoutError(endpoint_url="x"), UnavailableError),
        (ResponseParserError("no JSON"), NoAnswerError),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), NoAnswerError),
        (NoCredentialsError(), InfrastructureError),
    ],
)
def test_what_goes_wrong_on_the_way(error: Exception, kind: type[Exception]) -> None:
    """Timeouts are worth another attempt; bytes that are no answer never become one; missing credentials end it."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - its exact kind is what is asserted
        BedrockTarget(Raising(error), MODEL, PACE).ask("Who?", SETTINGS, None)

    assert type(caught.value) is kind


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {**answer({"text": "x"}), "usage": None},
        {**answer({"text": "x"}), "usage": {"inputTokens": float("nan"), "outputTokens": 1}},
        {**answer({"text": "x"}), "usage": {"inputTokens": -1, "outputTokens": 1}},
        answer({"text": None}),
        {**answer(), "output": {"message": None}},
    ],
)
def test_an_answer_that_lacks_something_is_none(broken: Any) -> None:
    """Nothing missing is taken for 0 or for an empty text."""
    with pytest.raises(NoAnswerError, match="without text, reason or usage"):
        BedrockTarget(Raising(answer=broken), MODEL, PACE).ask("Who?", SETTINGS, None)


@pytest.mark.parametrize(
    "model_id",
    [
        MODEL,
        "eu.amazon.nova-lite-v1:0",
        "arn:aws:bedrock:eu-west-1::foundation-model/amazon.titan-text-express-v1",
        "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0",
        "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc123def456",
        "arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdef123456",
        "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:provisioned-model/abcdef123456",
        "arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.titan-text/abcdef123456",
        "smollm2-135m-instruct",
    ],
)
def test_every_way_to_name_a_model(model_id: str) -> None:
    """Ids and ARNs, of models and of what stands for one."""
    assert BedrockTarget(Raising(), model_id, PACE).id == f"bedrock/{model_id}"


@pytest.mark.parametrize(
    "model_id",
    [
        "",
        "a model",
        "../other",
        "x" * 300,
        "modél",
        "arn:aws:bedrock:eu-west-1:123456789012:prompt/ABCDEFGHIJ:1",
        "arn:aws:bedrock:eu-west-1:123456789012:default-prompt-router/x",
        "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/x",
    ],
)
def test_what_names_no_one_model(model_id: str) -> None:
    """A prompt or router would choose what is asked; it is the package's fault."""
    with pytest.raises(ContentError, match="is not the id or ARN of one model"):
        BedrockTarget(Raising(), model_id, PACE)


def test_a_temperature_that_bedrock_refuses_ends_the_run() -> None:
    """It is the evaluation's fault, not that of every prompt."""
    hot = type(SETTINGS)(temperature=1.5, max_tokens=1, completions=1, logprobs=False)

    with pytest.raises(InfrastructureError, match=r"0 to 1, the evaluation has 1\.5"):
        BedrockTarget(Raising(), MODEL, PACE).ask("Who?", hot, None)


def test_the_client_asks_once_and_gives_up_in_time() -> None:
    """Attempts are counted elsewhere, so botocore makes none of its own."""
    config = bedrock_runtime("eu-west-1", PACE).meta.config

    assert config.retries["total_max_attempts"] == 1
    assert (config.read_timeout, config.connect_timeout, config.max_pool_connections) == (30, 10, 2)
