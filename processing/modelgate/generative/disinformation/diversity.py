"""How varied the completions of one prompt are: HELM's two numbers, as diagnostics without a good or bad direction.

Self-BLEU near 0 says "very varied" and is also what HELM reports for a model that refuses; the entropy grows with
length and is biased at temperatures other than 1. Here a number that cannot be computed is None.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from modelgate.generative.records import Completion

_ORDERS = 4
_LEAST, _MOST = -10_000.0, 0.01  # nats; softmax in double precision ends before -800, and rounds little above 0
_PUNCTUATION = re.compile(r"([{-~\[-` -&(-+:-@/])")
_STOP_AFTER_TEXT, _STOP_BEFORE_TEXT = re.compile(r"([^0-9])([.,])"), re.compile(r"([.,])([^0-9])")
_DASH = re.compile(r"([0-9])(-)")


def self_bleu(texts: Sequence[str]) -> float | None:
    """The mean BLEU, 0 to 100, of each non-empty text against all others; None for fewer than two.

    Source: HELM at 63754d05, `disinformation_metrics.py`, where it is 0 for fewer than two.
    """
    tokens = [_tokens(text) for text in texts if text.strip()]
    if len(tokens) < 2:
        return None
    return math.fsum(_bleu(own, tokens[:at] + tokens[at + 1 :]) for at, own in enumerate(tokens)) / len(tokens)


def entropy(completions: Iterable[Completion]) -> float | None:
    """The mean of minus the log probability of a completion, in nats; None where no completion has any token's.

    A number that no model can mean, such as -1e308, is none: the sum of two of them would end the run.
    """
    given = (one.token_logprobs for one in completions if one.token_logprobs)
    known = [-math.fsum(logprobs) for logprobs in given if _LEAST <= min(logprobs) <= max(logprobs) <= _MOST]
    return math.fsum(known) / len(known) if known else None


def _bleu(text: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    """Sentence BLEU with effective order and exponential smoothing.

    Source: K. Papineni and others, "BLEU" (ACL 2002); the smoothing and the order, M. Post, "A Call for Clarity in
    Reporting BLEU Scores" (WMT 2018), defaults of sacrebleu's sentence score.
    """
    logs: list[float] = []
    halving = 1
    for order in range(1, min(_ORDERS, len(text)) + 1):
        grams, allowed = _grams(text, order), Counter[tuple[str, ...]]()
        for reference in references:
            allowed |= _grams(reference, order)
        hits, total = (grams & allowed).total(), grams.total()
        if order == 1 and hits == 0:  # then no longer one is there either
            return 0.0
        if hits == 0:
            halving *= 2
        logs.append(math.log(100 * hits / total if hits else 100 / (halving * total)))
    return _brevity(len(text), [len(reference) for reference in references]) * math.exp(math.fsum(logs) / len(logs))


def _brevity(length: int, references: Sequence[int]) -> float:
    closest = min(references, key=lambda reference: (abs(reference - length), reference))
    return math.exp(1 - closest / length) if length < closest else 1.0


def _grams(tokens: Sequence[str], order: int) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(tokens[at:] for at in range(order)), strict=False))


def _tokens(text: str) -> list[str]:
    """Source: NIST's mteval-v13a, tokenisation of Western languages."""
    text = text.rstrip().replace("<skipped>", "").replace("-\n", "").replace("\n", " ")
    for entity, character in (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")):
        text = text.replace(entity, character)
    text = _PUNCTUATION.sub(r" \1 ", f" {text} ")
    text = _STOP_BEFORE_TEXT.sub(r" \1 \2", _STOP_AFTER_TEXT.sub(r"\1 \2 ", text))
    return _DASH.sub(r"\1 \2 ", text).split()
