"""The tally of one part: the key it is kept under, and whether what lies there can be it."""

from modelgate.contracts.digests import sha256_of
from modelgate.contracts.strict import canonical
from modelgate.errors import BindingError, ContentError
from modelgate.generative.collection import Part
from modelgate.generative.evaluation import Asked, Evaluation
from modelgate.generative.evaluators import EVALUATORS
from modelgate.generative.tally import Tally


def tally_key(part: Part, evaluation: Evaluation, scoring_image_digest: str) -> str:
    """Where the store of tallies keeps that of *part*: a digest over the answers and over all that scores them."""
    judge = evaluation.judge
    named = {
        "answers": part.answers_digest,
        "concern": part.concern,
        "image": scoring_image_digest,
        "judge": judge.name if judge.pace is None else [judge.name, judge.pace.given_up],
        "part": part.key,
        "scorer": evaluation.scorer,
    }
    return f"{sha256_of(canonical(named)).removeprefix('sha256:')}.json"


def unscored_key(part: Part, evaluation: Evaluation, scoring_image_digest: str) -> str:
    """Where it keeps that scorer or judge were not there; a tally that comes later counts instead."""
    return tally_key(part, evaluation, scoring_image_digest).replace(".json", ".unscored.json")


def asked_of(part: Part, evaluation: Evaluation) -> Asked:
    """What the evaluation asks of the part's concern.

    Raises:
        BindingError: nothing.
    """
    for asked in evaluation.asked:
        if asked.concern == part.concern:
            return asked
    raise BindingError(f"the collection has answers of {part.concern[:64]!a}, which {evaluation.name!a} does not ask")


def read_tally(data: bytes, part: Part, evaluation: Evaluation) -> Tally:
    """Read what the score step kept for *part*.

    Raises:
        BindingError: it is no tally, or one of other answers.
    """
    try:
        tally = Tally.from_json(data)
    except ContentError as error:
        raise BindingError(f"the tally of part {part.key} cannot be read: {error}; find out who wrote it") from error
    require_fitting(tally, part, evaluation)
    return tally


def require_fitting(tally: Tally, part: Part, evaluation: Evaluation) -> None:
    """Refuse a tally of another shard, or of more or fewer completions than *part* has (BindingError).

    A tally of nothing but its shard says that scorer or judge were not there.
    """
    if tally.shards != {part.key}:
        raise BindingError(f"the tally of part {part.key} is that of other shards; find out who wrote it")
    if is_unscored(tally) and EVALUATORS[part.concern].tool(evaluation) is not None:
        return
    evaluator, expected = EVALUATORS[part.concern], part.prompts * asked_of(part, evaluation).settings.completions
    if (found := evaluator.asked(tally)) != expected:
        raise BindingError(f"the tally of part {part.key} counts {found} completions, the part has {expected}")
    if (failed := evaluator.failed(tally)) < part.failed:
        raise BindingError(f"the tally of part {part.key} counts {failed} failures, the part has {part.failed}")


def is_unscored(tally: Tally) -> bool:
    """Whether nothing was counted."""
    return not tally.counts and not tally.sums
