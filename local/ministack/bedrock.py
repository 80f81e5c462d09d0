"""
Bedrock answers with a model's words, or with an error.

Stock MiniStack makes an answer up ("[ministack mock …]") where no model server is set, where it is out of reach, and
where it refuses or breaks; a run would score that for a model's words. It also says ``end_turn`` of an answer that was
cut off. Here every failure of the model server is the error that Bedrock would name it by.
"""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ministack.services import bedrock_runtime as bedrock

ANSWER_BYTES = 16_000_000
_FINISH = "finish_reason"
_STOP_REASONS: Mapping[str, str] = MappingProxyType({"length": "max_tokens", "content_filter": "content_filtered"})
# By the status of the model server. Source: Bedrock API reference, Converse, Errors.
_ERRORS: Mapping[int, tuple[str, int]] = MappingProxyType(
    {
        400: ("ValidationException", 400),
        401: ("AccessDeniedException", 403),
        403: ("AccessDeniedException", 403),
        404: ("ResourceNotFoundException", 404),
        408: ("ModelTimeoutException", 408),
        413: ("ValidationException", 400),
        422: ("ValidationException", 400),
        429: ("ThrottlingException", 429),
        503: ("ServiceUnavailableException", 503),
        504: ("ModelTimeoutException", 408),
    }
)
_BROKEN = ("ModelErrorException", 424)


class NoAnswerError(Exception):
    """The model gave none; *code* and *status* are Bedrock's."""

    def __init__(self, code: str, status: int, message: str) -> None:
        super().__init__(message)
        self.code, self.status = code, status


def patch_bedrock() -> None:
    bedrock._proxy_openai_chat_message = converse
    bedrock._proxy_openai_passthrough = lambda payload: _text(_asked({**payload, "stream": False}))
    bedrock._mock_reply = bedrock._openai_mock_reply = _made_up
    _say_why_the_text_ended()
    _answer_failures_as_errors()


def converse(
    model_id: str, messages: Any, system: Any, inference_config: Any, tool_config: Any = None
) -> tuple[dict[str, Any], tuple[int, int] | None]:
    """Return the assistant's message and the tokens read and written, None where the server does not say."""
    tools, choice = bedrock._openai_tools(tool_config)
    names = {"maxTokens": "max_tokens", "temperature": "temperature", "topP": "top_p", "stopSequences": "stop"}
    payload = {
        "model": model_id,
        "messages": bedrock._openai_messages(messages, system),
        "stream": False,
        **({"tools": tools} if tools else {}),
        **({"tool_choice": choice} if tools and choice is not None else {}),
        **{ours: inference_config[theirs] for theirs, ours in names.items() if theirs in (inference_config or {})},
    }
    answer = _asked(payload)
    try:
        chosen = answer["choices"][0]
        message = {**chosen["message"], _FINISH: chosen.get("finish_reason")}
    except (KeyError, IndexError, TypeError) as error:
        raise NoAnswerError(*_BROKEN, f"the model server's answer is no chat completion: {error!r}") from error
    usage = answer.get("usage") or {}
    return message, _whole(usage.get("prompt_tokens"), usage.get("completion_tokens"))


def _whole(read: Any, written: Any) -> tuple[int, int] | None:
    return (read, written) if isinstance(read, int) and isinstance(written, int) else None


def _asked(payload: dict[str, Any]) -> dict[str, Any]:
    if not bedrock._PROXY_URL:
        raise NoAnswerError("ServiceUnavailableException", 503, "no model server runs beside the embedded AWS")
    request = urllib.request.Request(  # noqa: S310 - the address we were started with
        f"{bedrock._PROXY_URL}/v1/chat/completions",
        data=json.dumps(payload).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=bedrock._PROXY_TIMEOUT_S) as response:  # noqa: S310 - as above
            answer = json.loads(response.read(ANSWER_BYTES))
    except urllib.error.HTTPError as error:
        raise NoAnswerError(*_ERRORS.get(error.code, _BROKEN), _said(error)) from error
    except TimeoutError as error:
        raise NoAnswerError("ModelTimeoutException", 408, "the model server took too long") from error
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswerError("ServiceUnavailableException", 503, f"the model server is out of reach: {error}") from error
    except ValueError as error:
        raise NoAnswerError(*_BROKEN, f"the model server's answer is no JSON: {error}") from error
    if not isinstance(answer, dict):
        raise NoAnswerError(*_BROKEN, "the model server's answer is no chat completion")
    return answer


def _said(error: urllib.error.HTTPError) -> str:
    try:
        return f"the model server answered {error.code}: {json.loads(error.read(ANSWER_BYTES))['error']['message']}"
    except (OSError, ValueError, KeyError, TypeError):
        return f"the model server answered {error.code}"


def _text(answer: dict[str, Any]) -> str:
    try:
        return str(answer["choices"][0]["message"]["content"])
    except (KeyError, IndexError, TypeError) as error:
        raise NoAnswerError(*_BROKEN, f"the model server's answer is no chat completion: {error!r}") from error


def _made_up(*_: Any) -> str:
    raise NoAnswerError("ServiceUnavailableException", 503, "no model answered")


def _say_why_the_text_ended() -> None:
    stock = bedrock._converse_blocks_from_message

    def blocks_of(message: dict[str, Any]) -> Any:
        blocks, reason = stock(message)
        return blocks, _STOP_REASONS.get(message.get(_FINISH) or "", reason) if reason == "end_turn" else reason

    bedrock._converse_blocks_from_message = blocks_of


def _answer_failures_as_errors() -> None:
    stock = bedrock.handle_request

    async def handle_request(*request: Any) -> Any:
        try:
            return await stock(*request)
        except NoAnswerError as error:
            return bedrock._error(error.code, str(error), error.status)

    bedrock.handle_request = handle_request
