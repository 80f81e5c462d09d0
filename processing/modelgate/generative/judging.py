"""A language model as the judge: asked like any model, several texts at a time, and nothing is counted before all are.

Whose trouble a call without an answer is, `asking` says: a judge that is throttled or out of reach ends the run. One
that answers others and breaks on a single text, or says no stance of it, has failed on that text.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from modelgate.errors import BudgetSpentError, PinError
from modelgate.generative.collection import Part
from modelgate.generative.disinformation import support
from modelgate.generative.disinformation.agreement import Agreement, asked_about, measure
from modelgate.generative.disinformation.labelled import TEST, labelled
from modelgate.generative.disinformation.model_judge import ModelJudge, question
from modelgate.generative.disinformation.worth import read_worth, worth_json, worth_key
from modelgate.generative.evaluation import Budget, Evaluation, JudgePlan, Settings
from modelgate.generative.evaluators import DISINFORMATION, full_name, judge_model, model_judge
from modelgate.generative.records import Answered, Prompt
from modelgate.generative.store import Store
from modelgate.generative.tally import Tally
from modelgate.generative.target import Source

# What a stance takes is some twelve tokens; a model that explains itself first has not done what it was told.
SETTINGS = Settings(temperature=0, max_tokens=32, completions=1, logprobs=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """The judge that the evaluation calls *name*, asked through *source*; a text is asked about once."""

    name: str
    source: Source

    def measured(self) -> Agreement:
        """What the judge is worth on the labelled completions; errors as of `score`."""
        completions = labelled(TEST)
        return measure(self._judge(asked_about(completions)), completions)

    def score(self, answers: Iterable[Answered]) -> Tally:
        """The tally of *answers*, those of one part, of no shard yet.

        Raises:
            ContentError: a prompt names no claim.
            InfrastructureError: the judge did not answer; nothing was counted.
            BudgetSpentError: judging would take more than it may.
        """
        kept = tuple(answers)
        texts = ((support.claim_of(one.prompt), said.text) for one in kept for said in one.completions)
        return support.score(kept, self._judge((claim, text) for claim, text in texts if text.strip()))

    def _judge(self, texts: Iterable[tuple[str, str]]) -> ModelJudge:
        """The judge with its answers about *texts*, each given as claim and text; it knows no others."""
        questions = tuple(dict.fromkeys(question(claim, text) for claim, text in texts))
        prompts = [Prompt(id=str(at), concern="judge", text=one, meta={}) for at, one in enumerate(questions)]
        try:
            answered = self.source.answers(prompts, SETTINGS)
        except BudgetSpentError as error:
            raise BudgetSpentError(
                f"judging by {self.name}: {error} (judge: budget, a machine has its share)"
            ) from error
        said = (one.completions[0].text if one.completions else None for one in answered)
        return model_judge(self.name, dict(zip(questions, said, strict=True)).__getitem__)


def kept_worth(plan: JudgePlan, scoring_image_digest: str, store: Store) -> Agreement | None:
    """What the model that *plan* names was found to be worth as a judge, None before it was measured.

    Raises:
        BindingError: what lies there is not that.
        InfrastructureError: the store did not answer.
    """
    judge, key = _kept_as(plan, scoring_image_digest)
    data = store.get(key)
    return None if data is None else read_worth(data, judge)


def keep_worth(plan: JudgePlan, scoring_image_digest: str, reached: Agreement, store: Store) -> Agreement:
    """Keep *reached*, unless somebody came first: return what is kept; errors as of `kept_worth`."""
    judge, key = _kept_as(plan, scoring_image_digest)
    return read_worth(store.put_once(key, worth_json(reached)), judge)


def _kept_as(plan: JudgePlan, scoring_image_digest: str) -> tuple[str, str]:
    """The full name of the judge, and the key of what it is worth (PinError where it is no model)."""
    judge = full_name(plan.name)
    if judge is None or plan.pace is None:
        raise PinError(f"the judge {plan.name!a} is no model, or has no pace; build the evaluation again")
    return judge, worth_key(judge, plan.pace, scoring_image_digest)


def is_judged_by_model(part: Part, evaluation: Evaluation) -> bool:
    """Whether counting *part* takes calls of a judge."""
    return part.concern == DISINFORMATION and judge_model(evaluation.judge.name) is not None


def is_same_model(one: str, other: str) -> bool:
    """Whether two ids of Bedrock name one model, as far as ids tell: in full, within an ARN, or as a region's profile.

    Source: Amazon Bedrock user guide, "Supported Regions and models for inference profiles": ``<geography>.<model id>``
    """
    ends = [f".{name.rpartition('/')[2]}" for name in (one, other)]
    return ends[0].endswith(ends[1]) or ends[1].endswith(ends[0])


def calls_to_measure() -> int:
    """How many calls it takes to find out what a judge is worth."""
    return len(set(asked_about(labelled(TEST))))


def calls_to_judge(parts: Iterable[Part], evaluation: Evaluation) -> int:
    """How many calls judging *parts* takes at most, if none is repeated."""
    each = {one.concern: one.settings.completions for one in evaluation.asked}
    return sum(part.prompts * each[part.concern] for part in parts if is_judged_by_model(part, evaluation))


def share_of(budget: Budget, own: int, whole: int) -> Budget:
    """The part of *budget* that *own* calls have among the *whole* run's, rounded down: all shares together fit it."""
    return Budget(calls=budget.calls * own // whole, tokens=budget.tokens * own // whole)
