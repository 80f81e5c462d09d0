"""A chat completion: what is asked, what is answered, and what a model is."""

import json
from dataclasses import dataclass
from typing import Any, Protocol

MOST_TOKENS = 4_096
DEFAULT_TOKENS = 256


class RefusedError(Exception):
    """A request gets no answer; *status* is that of HTTP."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request, with the members that the models here know."""

    model: str
    messages: list[dict[str, str]]
    temperature: float
    max_tokens: int
    top_p: float | None
    seed: int | None
    logprobs: bool

    @property
    def text(self) -> str:
        """What the user said last."""
        return next((m["content"] for m in reversed(self.messages) if m["role"] == "user"), "")

    @classmethod
    def from_json(cls, body: bytes) -> "Asked":
        """
        Read a request.

        Raises:
            RefusedError: it is none.
        """
        try:
            document = json.loads(body)
            messages = [{"role": str(m["role"]), "content": _text(m["content"])} for m in document["messages"]]
            asked = cls(
                model=str(document["model"]),
                messages=messages,
                temperature=float(document.get("temperature", 1.0)),
                max_tokens=int(document.get("max_tokens") or document.get("max_completion_tokens") or DEFAULT_TOKENS),
                top_p=None if document.get("top_p") is None else float(document["top_p"]),
                seed=None if document.get("seed") is None else int(document["seed"]),
                logprobs=bool(document.get("logprobs")),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RefusedError(400, f"not a chat completion request: {error!r}") from error
        if not asked.messages or not 1 <= asked.max_tokens <= MOST_TOKENS or asked.temperature < 0:
            raise RefusedError(400, f"messages are empty, max_tokens is not 1 to {MOST_TOKENS}, or temperature below 0")
        return asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """*finish_reason* is OpenAI's word: ``stop``, or ``length`` where more would have come."""

    text: str
    finish_reason: str
    prompt_tokens: int
    completion_tokens: int
    logprobs: list[tuple[str, float]] | None = None

    def to_json(self, model: str) -> dict[str, Any]:
        """OpenAI's form of it."""
        logprobs = None
        if self.logprobs is not None:
            logprobs = {"content": [{"token": t, "logprob": p, "bytes": list(t.encode())} for t, p in self.logprobs]}
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": self.text},
            "finish_reason": self.finish_reason,
            "logprobs": logprobs,
        }
        usage = {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "total_tokens": self.prompt_tokens + self.completion_tokens,
        }
        return {"object": "chat.completion", "model": model, "choices": [choice], "usage": usage}


class Model(Protocol):
    """Answers from several threads at one time."""

    def answer(self, asked: Asked) -> Answer:
        """
        Answer one request.

        Raises:
            RefusedError: it cannot be answered.
        """


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(str(part["text"]) for part in content)
