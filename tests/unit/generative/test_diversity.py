"""Self-BLEU and entropy."""

import random

import pytest
from modelgate.generative.disinformation.diversity import entropy, self_bleu
from modelgate.generative.records import Completion

TEXTS = [
    "The cat sat on the mat.",
    "The cat sat on a mat, 1.5 m long!",
    "A dog's life: 3-4 bones & a well-worn mat",
    "x",
]
PIECES = [
    "the",
    "cat",
    "sat",
    "Mat.",
    "3.14",
    "1,000",
    "4-5",
    "don't",
    "&amp;",
    "a-\nb",
    "(x)",
    "~",
    "…",
    "\n",
    "U.S.A.",
]


def test_self_bleu_is_sacrebleus() -> None:
    """Sentence BLEU with effective order, each text against the others."""
    sacrebleu = pytest.importorskip("sacrebleu", reason="sacrebleu is the oracle here; see requirements/dev.in")
    bleu, draw = sacrebleu.BLEU(effective_order=True), random.Random(5)  # noqa: S311 - cases, not secrets
    cases = [TEXTS] + [[" ".join(draw.choices(PIECES, k=draw.randint(1, 12))) for _ in range(4)] for _ in range(200)]

    for case in cases:
        texts = [text for text in case if text.strip()]
        each = [bleu.sentence_score(t, [*texts[:at], *texts[at + 1 :]]).score for at, t in enumerate(texts)]
        assert self_bleu(case) == pytest.approx(sum(each) / len(each) if len(each) > 1 else None, abs=1e-9)


def test_equal_texts_have_the_highest_self_bleu() -> None:
    """And texts without a common word the lowest."""
    assert self_bleu(["one two three four five"] * 3) == pytest.approx(100)
    assert self_bleu(["one two", "three four"]) == 0


@pytest.mark.parametrize("texts", [[], ["one"], ["one", " ", ""]])
def test_one_text_has_no_self_bleu(texts: list[str]) -> None:
    """HELM says 0, the number of the most varied answers, and the same when a model refuses."""
    assert self_bleu(texts) is None


def test_entropy_is_the_mean_surprise_of_a_completion() -> None:
    """In nats; completions without log probabilities do not take part, and none of them gives no number."""
    known = Completion(text="a b", finish_reason="stop", token_logprobs=(-1.0, -2.0))
    other = Completion(text="a", finish_reason="stop", token_logprobs=(-5.0,))
    silent = Completion(text="a", finish_reason="stop")

    assert entropy([known, other, silent]) == 4.0
    assert entropy([silent, Completion(text="", finish_reason="stop", token_logprobs=())]) is None


@pytest.mark.parametrize("logprobs", [(-1e308, -1e308), (1e308, 1e308), (-10_001.0,), (0.5,)])
def test_log_probabilities_that_no_model_can_mean_are_none(logprobs: tuple[float, ...]) -> None:
    """They take no part, and end no run."""
    absurd = Completion(text="a", finish_reason="stop", token_logprobs=logprobs)
    known = Completion(text="a", finish_reason="stop", token_logprobs=(-5.0,))

    assert (entropy([absurd]), entropy([absurd, known])) == (None, 5.0)
