"""The report of the generative pipeline, written by the check step from the collection and the tallies.

What `modelgate.generative.concluding` says of what can be computed again holds here; the rest is a matter of rights.
"""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from modelgate.aws.answer_store import AnswerStore
from modelgate.aws.evidence import write_once
from modelgate.contracts.layout import GENERATIVE, TALLIES, collection_key, extra_report_key
from modelgate.contracts.package import ModelPackage
from modelgate.errors import BindingError, ContentError, InfrastructureError
from modelgate.generative.collection import Collection, Model
from modelgate.generative.concluding import Scored, conclude, conclude_fault, require_about, require_parts
from modelgate.generative.disinformation.agreement import Agreement
from modelgate.generative.evaluation import Evaluation
from modelgate.generative.judging import is_judged_by_model, kept_worth
from modelgate.generative.tallies import is_unscored, read_tally, tally_key, unscored_key
from modelgate.steps.arguments import Arguments
from modelgate.steps.model_data import model_of
from modelgate.steps.pinned import Pinned
from modelgate.steps.prompts import PinnedPrompts

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

MAX_COLLECTION_BYTES = 64_000_000


def write_generative_report(
    arguments: Arguments, s3: "S3Client", pinned: Pinned, evaluation: Evaluation, package: ModelPackage
) -> Model:
    """Conclude on *package* and keep the report where extra reports lie; an earlier attempt has written the same.

    Return the model that answered.

    Raises:
        BindingError: collection, parts or tallies are not those of this package and evaluation, or another report is
            there already.
        PinError: prompts are not there, or the evaluation cannot be carried out.
        InfrastructureError: an earlier step left something out, or S3 did not answer.
    """
    store, collection = pinned.artifacts(s3), read_collection(arguments, s3, pinned)
    report = _report(arguments, s3, pinned, evaluation, package, collection)
    key = extra_report_key(arguments.execution.id, GENERATIVE)
    if write_once(store, key, report) != report:
        raise BindingError(f"{store.uri(key)} is another report than the answers give; find out who wrote it")
    return collection.model


def read_collection(arguments: Arguments, s3: "S3Client", pinned: Pinned) -> Collection:
    """What the collect step of this execution collected.

    Raises:
        BindingError: it is no collection.
        InfrastructureError: it is not there, or S3 did not answer.
    """
    store, key = pinned.artifacts(s3), collection_key(arguments.execution.id)
    try:
        found = store.read(key, max_bytes=MAX_COLLECTION_BYTES)
    except ContentError as error:
        raise BindingError(f"the collection cannot be read: {error}") from error
    if found is None:
        raise InfrastructureError(f"the collect step has left no {store.uri(key)}; run the pipeline again")
    return Collection.from_json(found.data)


def _report(
    arguments: Arguments,
    s3: "S3Client",
    pinned: Pinned,
    evaluation: Evaluation,
    package: ModelPackage,
    collection: Collection,
) -> bytes:
    named = model_of(s3, pinned, evaluation, package)
    require_about(collection, evaluation, named.model)
    image = scoring_image(arguments)
    if (fault := named.fault or collection.fault) is not None:
        if collection.parts:
            raise BindingError(f"the collection has answers, but of this package nothing can be asked: {fault}")
        return conclude_fault(collection, fault, evaluation, scoring_image_digest=image)
    with tempfile.TemporaryDirectory() as folder:
        prompts = PinnedPrompts(s3=s3, pinned=pinned, evaluation=evaluation, folder=Path(folder))
        require_parts(collection, evaluation, prompts.lines)
    store = tally_store(s3, pinned)
    scored = tuple(_scored(collection, evaluation, image, store))
    reached = _reached(scored, evaluation, image, store)
    return conclude(collection, scored, evaluation, scoring_image_digest=image, reached=reached)


def _reached(scored: Sequence[Scored], evaluation: Evaluation, image: str, store: AnswerStore) -> Agreement | None:
    """What the judge was found to be worth, where it is a model and has judged."""
    if not any(is_judged_by_model(one.part, evaluation) and not is_unscored(one.tally) for one in scored):
        return None
    reached = kept_worth(evaluation.judge, image, store)
    if reached is None:
        raise InfrastructureError(
            f"judge {evaluation.judge.name} has judged, and what it is worth was not measured by {image}; delete the "
            "tallies of this evaluation and run the pipeline again"
        )
    return reached


def scoring_image(arguments: Arguments) -> str:
    """The digest of the image that scores.

    Raises:
        BindingError: this is a pipeline that evaluates nothing.
    """
    if arguments.scoring_image_digest is None:
        raise BindingError("the step's arguments lack --scoring-image-digest; apply the governance root again")
    return arguments.scoring_image_digest


def tally_store(s3: "S3Client", pinned: Pinned) -> AnswerStore:
    """Where tallies are kept."""
    gate = pinned.gate
    return AnswerStore(s3=s3, bucket=gate.artifact_store, prefix=TALLIES, owner=gate.governance_account)


def _scored(collection: Collection, evaluation: Evaluation, image: str, store: AnswerStore) -> Iterator[Scored]:
    for part in collection.parts:
        data = store.get(tally_key(part, evaluation, image))
        if data is None:
            data = store.get(unscored_key(part, evaluation, image))
        if data is None:
            raise InfrastructureError(
                f"part {part.key} of the answers has not been scored by {image}; run the pipeline again"
            )
        yield Scored(part=part, tally=read_tally(data, part, evaluation))
