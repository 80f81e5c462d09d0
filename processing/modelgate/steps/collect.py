"""The step that asks: prompts in, answers out, and a collection that says which. It has no right to change a status.

What is wrong with the package is no trouble of the pipeline: the collection says it, and the verdict follows from it.
"""

import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from modelgate.aws.answer_store import AnswerStore
from modelgate.aws.clients import Clients, clients_for
from modelgate.aws.registry import describe_package
from modelgate.contracts.layout import ANSWERS, COLLECTION_FILE, MANIFEST_FILE
from modelgate.contracts.package import ModelPackage
from modelgate.contracts.strict import canonical
from modelgate.errors import BindingError, ContentError, InfrastructureError
from modelgate.generative import collecting
from modelgate.generative.budget import Spending
from modelgate.generative.collection import NOTHING, Collection, Model
from modelgate.generative.evaluation import Evaluation
from modelgate.generative.naming import named_model
from modelgate.generative.scorable import require_scorable
from modelgate.generative.store import Store
from modelgate.generative.target import Source
from modelgate.steps.arguments import Arguments, ml_root
from modelgate.steps.model_data import model_of
from modelgate.steps.pinned import Pinned, load_pinned
from modelgate.steps.progress import say
from modelgate.steps.prompts import PinnedPrompts
from modelgate.steps.run import run
from modelgate.steps.sources import Wanted, source_of

LONGEST_FAULT = 1000  # characters; what a package says is quoted in it

OpenSource = Callable[[Wanted], AbstractContextManager[Source]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """The two files of the step, and what it has to say."""

    collection: Collection
    manifest: bytes
    message: str


def collect(arguments: Arguments, clients: Clients, open_source: OpenSource) -> Collected:
    """Have the answers of the package's model, asked for now or stored.

    Raises:
        BindingError, PinError: what is pinned does not fit this run, or a stored part is not what its key says.
        BudgetSpentError: the evaluation asks for more than its budget; what is stored stays.
        InfrastructureError: target or store did not do their part; what is stored stays.
    """
    pinned = load_pinned(clients.s3, arguments)
    evaluation = pinned.evaluation
    if evaluation is None:
        raise BindingError(f"group {pinned.group.name} names no evaluation, so nothing is asked")
    package = describe_package(clients.sagemaker, arguments.package)
    store = _answers(clients, pinned)
    if package is None or not pinned.judges(package):
        state = "no longer there" if package is None else f"{package.approval_status} already"
        model = _unasked(arguments, package, evaluation)
        return _collected(_empty(evaluation, model), store, f"{arguments.package} is {state}; nothing was asked")
    named = model_of(clients.s3, pinned, evaluation, package)
    if named.fault is not None:
        collection = _empty(evaluation, named.model, named.fault)
    else:
        wanted = Wanted(
            arguments=arguments,
            clients=clients,
            pinned=pinned,
            package=package,
            model=named.model,
            plan=evaluation.target,
            spending=Spending(evaluation.budget),
        )
        collection = _collect(wanted, evaluation, store, open_source)
    if collection.fault is not None:
        return _collected(collection, store, f"nothing was asked: {collection.fault}")
    return _collected(collection, store, f"{len(collection.parts)} parts of answers by {collection.model.target}")


def _collect(wanted: Wanted, evaluation: Evaluation, store: Store, open_source: OpenSource) -> Collection:
    with tempfile.TemporaryDirectory() as folder:
        prompts = PinnedPrompts(s3=wanted.clients.s3, pinned=wanted.pinned, evaluation=evaluation, folder=Path(folder))
        for asked in evaluation.asked:
            require_scorable(asked, prompts.lines(asked))
        try:
            with open_source(wanted) as source:
                if source.id != wanted.model.target:
                    raise InfrastructureError(
                        f"the target calls itself {source.id!a}, expected was {wanted.model.target!a}; this is a fault "
                        "of the program"
                    )
                return collecting.collect(evaluation, wanted.model, prompts.lines, source, store, wanted.spending, say)
        except ContentError as error:
            return _empty(evaluation, wanted.model, str(error))


def _answers(clients: Clients, pinned: Pinned) -> AnswerStore:
    gate = pinned.gate
    return AnswerStore(s3=clients.s3, bucket=gate.artifact_store, prefix=ANSWERS, owner=gate.governance_account)


def _unasked(arguments: Arguments, package: ModelPackage | None, evaluation: Evaluation) -> Model:
    """The model of a package that is not to be judged."""
    if package is not None:
        return named_model(evaluation.target, package).model
    return Model(package_arn=str(arguments.package), creation_time="", registration="", target="")


def _empty(evaluation: Evaluation, model: Model, fault: str | None = None) -> Collection:
    shown = None if fault is None else fault[:LONGEST_FAULT]
    return Collection(
        evaluation=evaluation.name, evaluation_digest=evaluation.digest, model=model, parts=(), fault=shown
    )


def _collected(collection: Collection, store: AnswerStore, message: str) -> Collected:
    names = [f"{part.key}.jsonl" for part in collection.parts]
    if not names:
        store.put_once(NOTHING, b"")  # SageMaker fails a job whose manifest names no object
    # SageMaker API reference, ProcessingS3Input and S3DataSource: ManifestFile.
    manifest = [{"prefix": f"s3://{store.bucket}/{store.prefix}"}, *(names or [NOTHING])]
    return Collected(collection=collection, manifest=canonical(manifest), message=message)


def _step(argv: Sequence[str] | None) -> str:
    arguments = Arguments.parse("modelgate.steps.collect", "Ask the model of one package.", argv)
    collected = collect(arguments, clients_for(arguments.package.region), source_of)
    folder = ml_root() / "processing" / "output" / "answers"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / COLLECTION_FILE).write_bytes(collected.collection.to_json())
    (folder / MANIFEST_FILE).write_bytes(collected.manifest)
    return collected.message


def main(argv: Sequence[str] | None = None) -> int:
    """Run the step as a process."""
    return run(lambda: _step(argv))


if __name__ == "__main__":
    sys.exit(main())
