"""The model files that a target is made from: the copies that the check step pins, by their digests."""

from dataclasses import replace
from typing import TYPE_CHECKING

from modelgate.aws.served_model import copy_in
from modelgate.contracts.package import ModelPackage
from modelgate.contracts.subject import Subject
from modelgate.contracts.uris import S3Uri
from modelgate.errors import BindingError, ContentError
from modelgate.generative.collection import Model
from modelgate.generative.evaluation import Evaluation
from modelgate.generative.evaluators import judge_model
from modelgate.generative.judging import is_same_model
from modelgate.generative.naming import NamedModel, is_made, named_model
from modelgate.steps.pinned import Pinned

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


def model_of(s3: "S3Client", pinned: Pinned, evaluation: Evaluation, package: ModelPackage) -> NamedModel:
    """Which model answers for *package*, with the digests of its files where it is made from them.

    A package whose model is the evaluation's judge is at fault: nobody judges their own answers.

    Raises:
        PinError: the evaluation's plan lacks what its kind needs.
        InfrastructureError: S3 did not answer, or a file has not arrived.
    """
    named = _named(s3, pinned, evaluation, package)
    if named.fault is None and (judge := _own_judge(evaluation, package)) is not None:
        fault = f"model {judge!a} judges the answers of this evaluation, and must not judge its own"
        return replace(named, fault=fault)
    return named


def _own_judge(evaluation: Evaluation, package: ModelPackage) -> str | None:
    judge = judge_model(evaluation.judge.name)
    named = [container.model_id for container in package.containers if container.model_id is not None]
    return next((name for name in named if judge is not None and is_same_model(name, judge)), None)


def _named(s3: "S3Client", pinned: Pinned, evaluation: Evaluation, package: ModelPackage) -> NamedModel:
    if not is_made(evaluation.target):
        return named_model(evaluation.target, package)
    find = copy_in(pinned.artifacts(s3), pinned.gate, pinned.group.account)
    try:
        digests = tuple(find(S3Uri.parse(named.uri)).digest for named in package.model_data)
    except ContentError as error:
        return NamedModel(model=named_model(evaluation.target, package).model, fault=str(error))
    return named_model(evaluation.target, package, digests)


def require_same_files(model: Model, subject: Subject) -> None:
    """Refuse to judge other model files than those that answered (BindingError)."""
    pinned = tuple(artifact.digest for artifact in subject.artifacts if not artifact.is_report)
    if model.model_data and pinned != model.model_data:
        raise BindingError("a model file was uploaded again while the model was asked; have the package judged again")
