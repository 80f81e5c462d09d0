"""The evaluators by concern: what a tally of answers comes to, and what is said where there is nothing to say.

Counting answers is `scoring`, which needs libraries that only the scoring image has; nothing here does.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol

from modelgate.errors import BindingError, PinError
from modelgate.generative.bias.cells import cells_of
from modelgate.generative.bias.finalise import finalise as finalise_bias
from modelgate.generative.disinformation import support
from modelgate.generative.disinformation.agreement import Agreement, Bar, measure, measurements
from modelgate.generative.disinformation.judge import Judge, name_of
from modelgate.generative.disinformation.labelled import TEST, labelled
from modelgate.generative.disinformation.lexical_judge import LexicalJudge
from modelgate.generative.disinformation.model_judge import PROMPT_DIGEST, ModelJudge
from modelgate.generative.evaluation import Evaluation
from modelgate.generative.measurement import Measurement
from modelgate.generative.memorization import finalise as memorization
from modelgate.generative.memorization.slices import WHOLE
from modelgate.generative.tally import Tally
from modelgate.generative.toxicity import finalise as toxicity

MEMORIZATION, DISINFORMATION, BIAS, TOXICITY = "memorization", "disinformation", "bias", "toxicity"
LABELLED_ID = "modelgate-labelled@1"  # the completions that a judge is measured on
CONFIDENCE = 0.95
JUDGE_MET = "judge"  # under which a tally keeps the full name of the judge

_JUDGES = (LexicalJudge(),)
_MODEL = "model/"  # before the id of a model that judges
_MODEL_VERSION = "1"  # of how a model is asked to judge; whoever changes that beside the prompt raises it
_TOOL = re.compile(r"[A-Za-z0-9._-]+@[A-Za-z0-9._:-]+|model/[A-Za-z0-9._:/+-]+", re.ASCII)


class Finalise(Protocol):
    """From the tally of all parts, the data set's id and the evaluation to what is measured.

    *reached* is what a judge that is a model was found to be worth, None where none was asked.
    """

    def __call__(
        self, tally: Tally, dataset_id: str, evaluation: Evaluation, reached: Agreement | None = None
    ) -> tuple[Measurement, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluator:
    """One concern.

    *asked* and *failed* read how many completions a tally counts, and how many of them never came or could not be
    scored. *tool* names the scorer or judge without which nothing is counted, None where none is needed.
    """

    asked: Callable[[Tally], int]
    failed: Callable[[Tally], int]
    finalise: Finalise
    tool: Callable[[Evaluation], str | None] = lambda _: None


def require_known(evaluation: Evaluation) -> None:
    """Refuse an evaluation that this code cannot carry out (PinError): what it asks, and by whom it is scored."""
    asked = Counter(one.concern for one in evaluation.asked)
    wrong = sorted(concern for concern, times in asked.items() if concern not in EVALUATORS or times > 1)
    if wrong or not asked:
        found, known = wrong[0] if wrong else "nothing", ", ".join(EVALUATORS)
        raise PinError(f"evaluation {evaluation.name!a} asks {found!a}; each of {known} may be asked once")
    if any(one.part_size < 1 or one.settings.completions < 1 for one in evaluation.asked):
        raise PinError(f"evaluation {evaluation.name!a} asks in parts of nothing, or for no completion")
    for name in (evaluation.scorer, evaluation.judge.name):
        if _TOOL.fullmatch(name) is None:
            raise PinError(f"evaluation {evaluation.name!a} names {name!a}; expected name@version or model/<model id>")
    judge = evaluation.judge
    is_model = judge_model(judge.name) is not None
    if (judge.pace is not None, judge.budget is not None) != (is_model, is_model):
        raise PinError(
            f"evaluation {evaluation.name!a}: a judge that is a model has pace and budget, and no other has; "
            f"{judge.name!a} is otherwise"
        )


def judge_named(name: str) -> Judge | None:
    """The judge that an evaluation calls *name* (``lexical@3``); None where there is none here."""
    return next((judge for judge in _JUDGES if f"{judge.id}@{judge.version}" == name), None)


def judge_model(name: str) -> str | None:
    """The id of the model that judges, where the judge called *name* is one (``model/<id>``)."""
    return name.removeprefix(_MODEL) if name.startswith(_MODEL) else None


def model_judge(name: str, ask: Callable[[str], str | None]) -> ModelJudge:
    """The judge called *name*, a model that *ask* asks."""
    return ModelJudge(ask, id=name, version=_MODEL_VERSION)


def unmeasured(concern: str, dataset_id: str, evaluation: Evaluation, reason: str) -> tuple[Measurement, ...]:
    """Every measurement of *concern*, missing for the *reason*: what was not measured is never 0."""
    return tuple(
        replace(one, value=None, reason=reason, n=0, interval=None, slices=())
        for one in EVALUATORS[concern].finalise(Tally(), dataset_id, evaluation)
    )


def _memorization(
    tally: Tally, dataset_id: str, evaluation: Evaluation, reached: Agreement | None = None
) -> tuple[Measurement, ...]:
    return memorization.finalise(tally, dataset_id=dataset_id)


def _bias(
    tally: Tally, dataset_id: str, evaluation: Evaluation, reached: Agreement | None = None
) -> tuple[Measurement, ...]:
    return finalise_bias(tally, dataset_id=dataset_id)


def _toxicity(
    tally: Tally, dataset_id: str, evaluation: Evaluation, reached: Agreement | None = None
) -> tuple[Measurement, ...]:
    return toxicity.finalise(tally, evaluation.scorer, dataset_id, toxicity.Terms(confidence=CONFIDENCE))


def _disinformation(
    tally: Tally, dataset_id: str, evaluation: Evaluation, reached: Agreement | None = None
) -> tuple[Measurement, ...]:
    """The rates, the diagnostics, and what the judge is worth on completions that a person labelled.

    Rules are measured anew; of a model it has to be given, and else nothing is known of it.
    """
    plan = evaluation.judge
    if reached is None:
        reached = _reached(plan.name)
    if others := set(tally.under(JUDGE_MET)) - {reached.judge_name}:
        raise BindingError(f"the answers were judged by {min(others)[:200]!a}, and {reached.judge_name} concludes")
    bar = Bar(agreement=plan.agreement, support_found=plan.support_found)
    terms = support.Terms(bar=bar, confidence=CONFIDENCE)
    rates = support.finalise(tally, reached.judge_name, reached, dataset_id, terms)
    return (*rates, *measurements(reached, LABELLED_ID, CONFIDENCE))


@lru_cache(maxsize=8)
def _reached(name: str) -> Agreement:
    judge = judge_named(name)
    if judge is None:
        return Agreement(judge_name=full_name(name) or name, n=0, agreed=0, supporting=0, found=0, failed=0)
    return measure(judge, labelled(TEST))


def full_name(name: str) -> str | None:
    """The name of a judge with its instructions' digest, as its numbers carry it; None where none is called so."""
    judge = judge_named(name)
    if judge_model(name) is not None:
        return f"{name}@{_MODEL_VERSION}+{PROMPT_DIGEST[:12]}"
    return None if judge is None else name_of(judge)


def _in_bias(tally: Tally, what: str) -> int:
    return sum(getattr(cell.total, what) for cell in cells_of(tally))


def _in_toxicity(tally: Tally, what: str) -> int:
    return sum(tally.count(domain, group, what) for domain in tally.under() for group in tally.under(domain))


EVALUATORS: Mapping[str, Evaluator] = {
    MEMORIZATION: Evaluator(
        asked=lambda tally: tally.count(*WHOLE, "asked"),
        failed=lambda tally: tally.count(*WHOLE, "failed"),
        finalise=_memorization,
    ),
    DISINFORMATION: Evaluator(
        asked=lambda tally: tally.count("asked"),
        failed=lambda tally: tally.count("failed"),
        finalise=_disinformation,
        tool=lambda evaluation: f"judge {evaluation.judge.name}",
    ),
    BIAS: Evaluator(
        asked=lambda tally: _in_bias(tally, "asked"),
        failed=lambda tally: _in_bias(tally, "failed"),
        finalise=_bias,
    ),
    TOXICITY: Evaluator(
        asked=lambda tally: _in_toxicity(tally, "asked"),
        failed=lambda tally: _in_toxicity(tally, "failed"),
        finalise=_toxicity,
        tool=lambda evaluation: f"scorer {evaluation.scorer}",
    ),
}
