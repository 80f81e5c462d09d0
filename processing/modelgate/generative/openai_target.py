"""Any server with OpenAI's chat completions as the target: vLLM, llama.cpp, TGI, gateways, OpenAI itself.

What an answer means: 429, and 503 that names a time, ask us to slow down; 408, 409, 425, 5xx, an empty page and a page
for browsers under 200 (a proxy's) are worth another attempt; 400, 413 and 422 refuse the prompt; everything else, as a
missing right, an unknown model or a redirect, ends the run.
"""

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

from modelgate.errors import InfrastructureError
from modelgate.generative import chat_schema
from modelgate.generative.evaluation import Pace, Settings, TokenLimit
from modelgate.generative.http_post import HttpAnswer, Place, post
from modelgate.generative.target import NoAnswerError, Reply, ThrottledError, UnavailableError

_PATH = "/chat/completions"
_AGAIN = frozenset({408, 409, 425})
_REFUSED = frozenset({400, 413, 422})
_HINTS = {
    401: "give it the right key",
    403: "give the key the right to use the model",
    404: "there is no such model, or base_url lacks /v1",
}
_PAGES = frozenset({"text/html", "application/xhtml+xml"})


class OpenAITarget:
    """A `target.Target`: *model* at *base_url* (``https://host/v1``); *key* goes into no message and no record.

    *now* tells the seconds since the epoch.

    Raises:
        PinError: of the constructor, as of `Place.from_url`.
        InfrastructureError: of the constructor, for a key that no header can carry.
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        pace: Pace,
        key: str | None = None,
        *,
        token_limit: TokenLimit = TokenLimit.MAX_TOKENS,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.id = f"openai/{base_url}/{model}"
        self._place = Place.from_url(base_url)
        self._model = model
        self._pace = pace
        self._token_limit = token_limit
        self._now = now
        # identity: a compressed answer could be small on the way and large in memory
        self._headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
        }
        if key is not None:
            self._headers["Authorization"] = f"Bearer {_sound(key)}"

    def ask(self, text: str, settings: Settings, seed: int | None) -> Reply:
        """Ask once; errors as of `Target.ask`."""
        pace = self._pace
        answer = post(
            self._place,
            _PATH,
            chat_schema.request(text, settings, seed, self._model, self._token_limit),
            self._headers,
            seconds=pace.timeout_seconds,
            most_bytes=pace.answer_bytes,
        )
        if answer.status != 200:
            raise _refusal(answer, self._now())
        if answer.data is None:
            raise NoAnswerError(f"the answer has more than {pace.answer_bytes} bytes")
        if not answer.data.strip():
            raise UnavailableError("the server answered with nothing")
        if answer.content_type in _PAGES:
            raise UnavailableError("the server answered with a page for browsers")
        return chat_schema.reply(answer.data, text)


def _refusal(answer: HttpAnswer, now: float) -> NoAnswerError | InfrastructureError:
    status = answer.status
    sentence = f"the server answered {status}"
    after = retry_after(answer.retry_after, now)
    if status == 429 or (status == 503 and after is not None):
        return ThrottledError(sentence, after=after)
    if status in _AGAIN or 500 <= status <= 599:
        return UnavailableError(sentence, after=after)
    if status in _REFUSED:
        return NoAnswerError(sentence)
    return InfrastructureError(f"{sentence}; {_HINTS.get(status, 'check base_url of the evaluation')}")


def retry_after(given: str | None, now: float) -> float | None:
    """The seconds to wait by a Retry-After header; None where it says nothing that can be read.

    Source: RFC 9110, section 10.2.3: seconds, or a date.
    """
    if given is None:
        return None
    if given.isascii() and given.isdigit() and len(given) <= 9:
        return float(given)
    try:
        return max(0.0, parsedate_to_datetime(given).timestamp() - now)
    except (ValueError, OverflowError):
        return None


def _sound(key: str) -> str:
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise InfrastructureError("the key of the server holds characters that no header can carry; set it again")
    return key
