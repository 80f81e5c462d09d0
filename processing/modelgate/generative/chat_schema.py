"""OpenAI's chat completions as JSON: the request for one completion, and what an answer to it says.

Every prompt is one message of the user, the beginnings of texts as well: servers of base models wrap it in an empty
template, and one interface for all is what all servers have. Source: OpenAI's API reference, Create chat completion.
"""

import json
import math
from collections.abc import Mapping
from typing import Any

from modelgate.contracts.strict_json import Limits, read_object
from modelgate.errors import UnreadableJsonError
from modelgate.generative.evaluation import Settings, TokenLimit
from modelgate.generative.records import Completion
from modelgate.generative.target import NoAnswerError, Reply, UnavailableError
from modelgate.generative.usage import most_tokens

LONGEST_REASON = 64
UNKNOWN = "unknown"  # the reason of an answer that gives none, or none that is a short word

_LIMITS = Limits(size=64 * 2**20)  # the caller has bounded it to fewer
_ROUNDING = 1e-6  # by which a log probability may exceed 0
_MOST_TOKENS = 10**9  # more is no count


def request(
    text: str,
    settings: Settings,
    seed: int | None,
    model: str | None,
    token_limit: TokenLimit = TokenLimit.MAX_TOKENS,
) -> bytes:
    """The body that asks *model*, where the server knows several, for one completion."""
    asked: dict[str, Any] = {
        "messages": [{"role": "user", "content": text}],
        token_limit: settings.max_tokens,
        "temperature": settings.temperature,
        "stream": False,
    }
    optional = {"model": model, "top_p": settings.top_p, "seed": seed, "logprobs": settings.logprobs or None}
    asked |= {name: value for name, value in optional.items() if value is not None}
    return json.dumps(asked, allow_nan=False).encode("ascii")


def reply(body: bytes, prompt: str) -> Reply:
    """Read the answer to *prompt*.

    An empty text is an answer, and so is none (null), which is how servers say that they wrote nothing; a refusal that
    stands apart is the text. Tokens of the prompt that are not counted are taken for the most they can be.

    Raises:
        NoAnswerError: it is no such answer; the message holds nothing of it.
        UnavailableError: it is an error of the server under a status of success.
    """
    try:
        document = read_object(body, _LIMITS)
    except UnreadableJsonError as error:
        raise NoAnswerError("the answer is no JSON as it is read here") from error
    choice = _first_choice(document)
    message = _object(choice, "message")
    if "content" not in message:
        raise NoAnswerError("the message of the answer has no content")
    text = message["content"] if message["content"] is not None else message.get("refusal")
    if not isinstance(text, str | None):
        raise NoAnswerError("the content of the answer is no text")
    usage = document.get("usage")
    counted: Mapping[str, Any] = usage if isinstance(usage, dict) else {}
    completion = Completion(
        text=text or "",
        finish_reason=finish_reason(choice.get("finish_reason")),
        token_logprobs=_logprobs(choice.get("logprobs")),
        output_tokens=_count(counted.get("completion_tokens")),
    )
    return Reply(completion=completion, input_tokens=_count(counted.get("prompt_tokens")) or most_tokens(prompt))


def finish_reason(given: object) -> str:
    """The server's own word, if it is one: ``length`` means the limit of tokens, ``content_filter`` a filter."""
    if isinstance(given, str) and 0 < len(given) <= LONGEST_REASON and given.isascii() and given.isprintable():
        return given
    return UNKNOWN


def _first_choice(document: Mapping[str, Any]) -> Mapping[str, Any]:
    choices = document.get("choices")
    if not choices and isinstance(document.get("error"), dict):  # how routers report a broken server behind them
        raise UnavailableError("the server answered with an error of its own")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise NoAnswerError("the answer has no choices")
    return choices[0]


def _object(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    if not isinstance(found := of.get(name), dict):
        raise NoAnswerError(f"the answer has no {name}")
    return found


def _logprobs(given: object) -> tuple[float, ...] | None:
    tokens = given.get("content") if isinstance(given, dict) else None
    if not isinstance(tokens, list) or not tokens:
        return None
    found = [token.get("logprob") if isinstance(token, dict) else None for token in tokens]
    numbers = tuple(float(number) for number in found if isinstance(number, int | float))
    if len(numbers) < len(found) or not all(math.isfinite(number) and number <= _ROUNDING for number in numbers):
        return None
    return numbers


def _count(given: object) -> int | None:
    return given if type(given) is int and 0 <= given <= _MOST_TOKENS else None
