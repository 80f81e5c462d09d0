"""From a collection and the tallies of its parts to the report that a policy judges.

Everything that follows from the pinned evaluation and the package is computed again and compared: target, keys of the
parts, number of prompts, keys of the tallies, how many completions each counts. What cannot be computed again is what
the model answered, and what a scorer said of it: that only the collect step writes answers and only the score step
tallies is a matter of rights. The report holds nothing that differs between runs over the same answers.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from modelgate.errors import BindingError, OverlappingShardsError, PinError
from modelgate.generative.collection import Collection, Model, Part, parts_of
from modelgate.generative.disinformation.agreement import Agreement
from modelgate.generative.evaluation import Asked, Evaluation
from modelgate.generative.evaluators import EVALUATORS, unmeasured
from modelgate.generative.measurement import Measurement, report
from modelgate.generative.tallies import asked_of, is_unscored, require_fitting
from modelgate.generative.tally import Tally, merge_all

LinesOf = Callable[[Asked], Iterable[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A part and its tally."""

    part: Part
    tally: Tally


def require_about(collection: Collection, evaluation: Evaluation, model: Model | None = None) -> None:
    """Refuse a collection of another evaluation, or of another *model* where that is known (BindingError)."""
    found: dict[str, object] = {"evaluation": collection.evaluation, "evaluation_digest": collection.evaluation_digest}
    expected: dict[str, object] = {"evaluation": evaluation.name, "evaluation_digest": evaluation.digest}
    for field in Model.__dataclass_fields__ if model is not None else ():
        found[field], expected[field] = getattr(collection.model, field), getattr(model, field)
    for field, value in found.items():
        if value != expected[field]:
            shown = f"{str(value)[:200]!a}, expected {str(expected[field])[:200]!a}"
            raise BindingError(f"the collection is not this run's: {field} is {shown}; run the pipeline again")


def require_parts(collection: Collection, evaluation: Evaluation, lines_of: LinesOf) -> None:
    """Compare the parts with those that the prompts give.

    Raises:
        BindingError: one is missing, changed, or of something else.
        PinError: the prompts are not as many as the evaluation says.
    """
    rest, pace = iter(collection.parts), evaluation.target.pace
    for asked in evaluation.asked:
        prompts = 0
        for key, lines in parts_of(collection.model, asked, pace, lines_of(asked)):
            prompts += len(lines)
            expected = (key, asked.concern, asked.dataset_id, len(lines))
            part = next(rest, None)
            if part is None or (part.key, part.concern, part.dataset_id, part.prompts) != expected:
                raise BindingError(
                    f"the collection has other parts of {asked.concern} than the evaluation asks: expected was {key} "
                    f"with {len(lines)} prompts, found {'none' if part is None else part.key[:100]!a}; "
                    "run the pipeline again"
                )
        require_number(asked, prompts)
    if (extra := next(rest, None)) is not None:
        raise BindingError(f"the collection has the part {extra.key[:100]!a}, which the evaluation does not ask")


def require_number(asked: Asked, prompts: int) -> None:
    """Refuse prompts that are more or fewer than the evaluation says (PinError)."""
    if prompts != asked.prompts:
        raise PinError(f"the prompts of {asked.concern} are {prompts}, the evaluation says {asked.prompts}")


def conclude(
    collection: Collection,
    scored: Sequence[Scored],
    evaluation: Evaluation,
    *,
    scoring_image_digest: str,
    reached: Agreement | None = None,
) -> bytes:
    """The report on *scored*, which has to hold every part of *collection*, in whatever order.

    *reached* is what the judge is worth where a model judged; without it no rate comes from its judgements.

    Raises:
        BindingError: parts are missing or come twice, or a tally does not fit its part.
    """
    _require_whole(collection, scored)
    for one in scored:
        require_fitting(one.tally, one.part, evaluation)
    return _written(
        collection,
        [
            measured
            for asked in evaluation.asked
            for measured in _measured(
                asked, [s for s in scored if s.part.concern == asked.concern], evaluation, reached
            )
        ],
        evaluation,
        scoring_image_digest,
    )


def conclude_fault(collection: Collection, fault: str, evaluation: Evaluation, *, scoring_image_digest: str) -> bytes:
    """The report on a package that nothing could be asked of, because of the *fault*: every number is missing."""
    measured = [
        one
        for asked in evaluation.asked
        for one in unmeasured(asked.concern, asked.dataset_id, evaluation, f"the model was not asked: {fault}")
    ]
    return _written(collection, measured, evaluation, scoring_image_digest)


def _require_whole(collection: Collection, scored: Sequence[Scored]) -> None:
    if sorted(one.part.key for one in scored) != sorted(part.key for part in collection.parts):
        raise BindingError("the tallies are not those of the collection's parts, each once; run the pipeline again")


def _measured(
    asked: Asked, scored: Sequence[Scored], evaluation: Evaluation, reached: Agreement | None
) -> tuple[Measurement, ...]:
    evaluator = EVALUATORS[asked.concern]
    lacking = sum(is_unscored(one.tally) for one in scored)
    if lacking:
        reason = f"{evaluator.tool(evaluation)} was not there for {lacking} of {len(scored)} parts of the answers"
        return unmeasured(asked.concern, asked.dataset_id, evaluation, f"{reason}; install it in the scoring image")
    try:
        whole = merge_all(one.tally for one in scored)
    except OverlappingShardsError as error:
        raise BindingError(f"the tallies of {asked.concern} overlap: {error}") from error
    return evaluator.finalise(whole, asked.dataset_id, evaluation, reached)


def _written(
    collection: Collection, measured: Sequence[Measurement], evaluation: Evaluation, scoring_image_digest: str
) -> bytes:
    return report(
        measured,
        item_count=sum(part.prompts for part in collection.parts),
        evaluation=_about(collection, evaluation, scoring_image_digest),
    )


def _about(collection: Collection, evaluation: Evaluation, scoring_image_digest: str) -> Mapping[str, Any]:
    """What a person wants to know of where the numbers come from."""
    parts = collection.parts
    return {
        "name": evaluation.name,
        "version": evaluation.version,
        "digest": evaluation.digest,
        "target": collection.model.target,
        "collection_digest": collection.digest,
        "scoring_image_digest": scoring_image_digest,
        "scorer": evaluation.scorer,
        "judge": evaluation.judge.name,
        "datasets": [
            {"concern": asked.concern, "id": asked.dataset_id, "prompts": asked.prompts, "licence": asked.licence}
            for asked in evaluation.asked
        ],
        "usage": {
            "calls": sum(part.prompts * asked_of(part, evaluation).settings.completions for part in parts),
            "failed": sum(part.failed for part in parts),
            "input_tokens": sum(part.input_tokens for part in parts),
            "output_tokens": sum(part.output_tokens for part in parts),
        },
        "fault": collection.fault,
    }
