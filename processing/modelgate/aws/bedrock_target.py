"""Amazon Bedrock as the target: one Converse call for one completion.

Unverified against the service. Source of shapes and errors: botocore's service model of bedrock-runtime 2023-09-30,
operation Converse, held to it by tests. What a ValidationException says where the model, not the prompt, is at fault is
taken from reports of users (github.com/langchain-ai/open_deep_research/issues/224, github.com/konveyor/kai/issues/411,
github.com/mlcommons/modelbench/issues/1654).

Converse returns no log probabilities and knows no seed: a completion has none, and *seed* is not sent. botocore reads
an answer whole before it is looked at, so *answer_bytes* bounds what is kept; `max_tokens` bounds what is sent.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from botocore.exceptions import ClientError

from modelgate.aws.faults import error_code
from modelgate.aws.target_faults import told_apart
from modelgate.errors import ContentError, InfrastructureError
from modelgate.generative.chat_schema import finish_reason
from modelgate.generative.evaluation import Pace, Settings
from modelgate.generative.records import Completion
from modelgate.generative.target import NoAnswerError, Reply

HOTTEST = 1.0  # service model, InferenceConfiguration

# What names one model. Service model, ConversationalModelId; left out are prompts and routers, which choose one, and
# SageMaker's endpoints.
_NAME = r"[a-zA-Z0-9][a-zA-Z0-9._:-]{0,255}"
_KINDS = (
    "foundation-model|custom-model|custom-model-deployment|imported-model|provisioned-model"
    "|inference-profile|application-inference-profile"
)
_ARN = rf"arn:aws(?:-[a-z-]+)?:bedrock:[a-z0-9-]{{1,20}}:(?:[0-9]{{12}})?:(?:{_KINDS})/{_NAME}(?:/[a-z0-9]{{12}})?"
_MODEL = re.compile(rf"(?!arn:){_NAME}|{_ARN}", re.ASCII)

_OF_THE_MODEL = re.compile(
    r"model identifier is invalid|on-demand throughput|support the model that you provided|operation not allowed", re.I
)


class Client(Protocol):
    """The part of the runtime's client that is used (`target_clients.bedrock_runtime`)."""

    def converse(self, *, modelId: str, messages: Any, inferenceConfig: Any) -> Any: ...  # noqa: N803


class BedrockTarget:
    """A `generative.target.Target`: the model *model_id* (an id or an ARN) of Bedrock.

    Raises:
        ContentError: *model_id* names no one model.
    """

    def __init__(self, client: Client, model_id: str, pace: Pace) -> None:
        if _MODEL.fullmatch(model_id) is None:
            raise ContentError(
                f"{model_id[:200]!a} is not the id or ARN of one model of Bedrock; a prompt, a prompt router or an "
                "endpoint is none"
            )
        self._client = client
        self._model_id = model_id
        self._answer_bytes = pace.answer_bytes
        self.id = f"bedrock/{model_id}"

    def ask(self, text: str, settings: Settings, seed: int | None) -> Reply:
        """Ask once; errors as of `Target.ask`."""
        with told_apart("Bedrock"):
            try:
                answer = self._client.converse(
                    modelId=self._model_id,
                    messages=[{"role": "user", "content": [{"text": text}]}],
                    inferenceConfig=_inference(settings),
                )
            except ClientError as error:
                if _refuses_the_prompt(error):
                    raise NoAnswerError("Bedrock refused the prompt (ValidationException)") from error
                raise
        return self._reply(answer)

    def _reply(self, answer: Mapping[str, Any]) -> Reply:
        try:
            text = "".join(_texts(answer["output"]["message"]["content"]))
            reason, usage = answer["stopReason"], answer["usage"]
            read, written = _count(usage["inputTokens"]), _count(usage["outputTokens"])
        except (KeyError, TypeError) as error:
            raise NoAnswerError("Bedrock gave an answer without text, reason or usage") from error
        if _size(text) > self._answer_bytes:
            raise NoAnswerError(f"the answer has more than {self._answer_bytes} bytes")
        completion = Completion(text=text, finish_reason=finish_reason(reason), output_tokens=written)
        return Reply(completion=completion, input_tokens=read)


def _size(text: str) -> int:
    """In UTF-8; a character that records escape with six bytes counts two at least, as `collecting` reckons."""
    return sum(max(len(character.encode("utf-8", errors="surrogatepass")), 1 + (character < " ")) for character in text)


def _inference(settings: Settings) -> dict[str, Any]:
    if not 0 <= settings.temperature <= HOTTEST:
        raise InfrastructureError(
            f"Bedrock takes temperatures of 0 to {HOTTEST:g}, the evaluation has {settings.temperature}; change it"
        )
    asked: dict[str, Any] = {"maxTokens": settings.max_tokens, "temperature": settings.temperature}
    return asked if settings.top_p is None else {**asked, "topP": settings.top_p}


def _texts(content: Any) -> Iterator[str]:
    """The text blocks; reasoning, tool calls and citations are other members, and are not the answer."""
    for block in content:
        if "text" in block:
            if not isinstance(block["text"], str):
                raise TypeError("a text block holds no text")
            yield block["text"]


def _count(tokens: Any) -> int:
    if type(tokens) is not int or tokens < 0:
        raise TypeError("a number of tokens is none")
    return tokens


def _refuses_the_prompt(error: ClientError) -> bool:
    """A ValidationException is about the prompt (too long, blank), unless it says that it is about the model."""
    message = str(error.response.get("Error", {}).get("Message", ""))
    return error_code(error) == "ValidationException" and _OF_THE_MODEL.search(message) is None
