"""The judge of an evaluation where it is a model of Amazon Bedrock: asked by the score step, and by no other.

What it is worth is measured before it judges anything, once for all machines and runs of one scoring image.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from modelgate.aws.bedrock_target import BedrockTarget
from modelgate.aws.target_clients import bedrock_runtime
from modelgate.errors import ContentError, PinError
from modelgate.generative.asking import Asking
from modelgate.generative.attempts import Attempts
from modelgate.generative.budget import Spending
from modelgate.generative.collection import Collection, Part
from modelgate.generative.evaluation import Evaluation, Pace
from modelgate.generative.evaluators import judge_model
from modelgate.generative.judging import (
    Judging,
    calls_to_judge,
    calls_to_measure,
    keep_worth,
    kept_worth,
    share_of,
)
from modelgate.generative.store import Store
from modelgate.generative.target import Target
from modelgate.steps.progress import say

FindJudge = Callable[[str, Pace], Target]  # by the model's id


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whose judge is wanted, on one of *machines* that run *image*, and the *store* of tallies."""

    evaluation: Evaluation
    image: str
    store: Store
    machines: int


def bedrock_judge(region: str, model_id: str, pace: Pace) -> Target:
    """The model *model_id* of Amazon Bedrock.

    Raises:
        ContentError: it names no one model.
    """
    return BedrockTarget(bedrock_runtime(region, pace), model_id, pace)


def judging_of(wanted: Wanted, collection: Collection, parts: Sequence[Part], find_judge: FindJudge) -> Judging:
    """The judge for *parts*, those of *collection* that this machine has still to judge; it has been measured then.

    Every machine may use the share of the budget that its calls are of all calls: those of measuring, for each
    machine, and of judging every part. What was judged before is paid, so that a run that goes on has less to use.

    Raises:
        PinError: the evaluation names no judge that can be asked.
        BudgetSpentError, InfrastructureError: measuring took too much, or could not be done; nothing is kept of it.
    """
    evaluation = wanted.evaluation
    plan, calls = evaluation.judge, calls_to_judge(parts, evaluation)
    model = judge_model(plan.name)
    if model is None or plan.pace is None or plan.budget is None:
        raise PinError(f"the judge {plan.name!a} is no model, or has no pace and budget; build the evaluation again")
    reached = kept_worth(plan, wanted.image, wanted.store)
    own = calls if reached is not None else calls + calls_to_measure()
    whole = calls_to_judge(collection.parts, evaluation) + wanted.machines * calls_to_measure()
    try:
        target = find_judge(model, plan.pace)
    except ContentError as error:
        raise PinError(f"evaluation {evaluation.name!a} names a judge that cannot be asked: {error}") from error
    attempts = Attempts(target, plan.pace, Spending(share_of(plan.budget, own, whole)))
    judging = Judging(name=plan.name, source=Asking(attempts))
    if reached is None:
        reached = keep_worth(plan, wanted.image, judging.measured(), wanted.store)
    worth = f"agrees on {reached.agreed} of {reached.n} labelled texts, finds {reached.found} of {reached.supporting}"
    say(f"judge {reached.judge_name} {worth} that support")
    return judging
