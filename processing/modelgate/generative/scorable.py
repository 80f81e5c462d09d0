"""Prompts that cannot be scored, refused before a model is paid for answering them."""

from collections.abc import Iterable

from modelgate.errors import ContentError, PinError
from modelgate.generative.bias.score import score as score_bias
from modelgate.generative.disinformation import support
from modelgate.generative.evaluation import Asked
from modelgate.generative.evaluators import BIAS, DISINFORMATION, MEMORIZATION, TOXICITY
from modelgate.generative.memorization.prompts import reference_of
from modelgate.generative.records import Answered, Prompt, read_prompts
from modelgate.generative.toxicity import score as toxicity


def require_scorable(asked: Asked, lines: Iterable[bytes]) -> None:
    """Refuse what is no prompt of its concern, a prompt that comes twice, or one that lacks what its scoring needs.

    Prompts of memorization need their references in the file: the pipeline has no folder of works, so works that may
    be named by digest only are measured elsewhere (``modelgate generative``).

    Raises:
        PinError: the message names the prompt.
    """
    require = _REQUIRED[asked.concern]
    ids: set[str] = set()
    try:
        for prompt in read_prompts(lines):
            if prompt.concern != asked.concern or prompt.id in ids:
                raise PinError(
                    f"prompt {prompt.id[:200]!a} among those of {asked.concern} is of {prompt.concern[:64]!a}, or "
                    "comes twice; build the evaluations again"
                )
            ids.add(prompt.id)
            require(prompt)
    except ContentError as error:
        raise PinError(
            f"the prompts of {asked.concern} cannot be scored: {error}; build the evaluations again"
        ) from error


def _unanswered(prompt: Prompt) -> tuple[Answered, ...]:
    return (Answered(prompt=prompt, completions=(), failed=0),)


class _NoScorer:
    """Asked about no text at all."""

    id, version, threshold = "none", "0", 1.0

    def score(self, texts: object) -> tuple[float | None, ...]:
        return ()


def _of_memorization(prompt: Prompt) -> None:
    reference_of(prompt, None)


def _of_bias(prompt: Prompt) -> None:
    score_bias(_unanswered(prompt))


def _of_disinformation(prompt: Prompt) -> None:
    support.claim_of(prompt)


def _of_toxicity(prompt: Prompt) -> None:
    toxicity.score(_unanswered(prompt), _NoScorer())


_REQUIRED = {
    MEMORIZATION: _of_memorization,
    BIAS: _of_bias,
    DISINFORMATION: _of_disinformation,
    TOXICITY: _of_toxicity,
}
