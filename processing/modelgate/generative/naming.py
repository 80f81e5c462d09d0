"""Which model an evaluation asks: it follows from the package's containers, which an approval lets into production.

bedrock/<model id>, openai/<base url>/<model id>    the MODELGATE_MODEL_ID of the containers
recorded/sha256:<hex>                               the MODELGATE_ANSWERS_DIGEST of the first one
endpoint/<instance type>, transform/<instance type> the model is made from the package itself
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from modelgate.contracts.digests import is_digest
from modelgate.contracts.package import Container, ModelPackage
from modelgate.errors import ContentError, PinError
from modelgate.generative.collection import Model
from modelgate.generative.evaluation import TargetKind, TargetPlan

_MODEL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+-]{0,511}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedFile:
    """The file of answers that a package names, at its source; *digest* in lower case."""

    uri: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedModel:
    """The model of a package; *fault* says why it cannot be asked, and its target is then only a kind."""

    model: Model
    fault: str | None


def is_made(plan: TargetPlan) -> bool:
    """Whether the target is made from the package's own model files."""
    return plan.kind in (TargetKind.ENDPOINT, TargetKind.TRANSFORM)


def named_model(plan: TargetPlan, package: ModelPackage, model_data: tuple[str, ...] = ()) -> NamedModel:
    """Which model answers for *package*, or what is wrong with the package; *model_data* as in `Model`.

    Raises:
        PinError: the plan lacks what its kind needs.
    """
    fault = None
    try:
        target = target_id(plan, package.containers)
    except ContentError as error:
        target, fault = str(plan.kind), str(error)
    model = Model(
        package_arn=str(package.arn),
        creation_time=package.creation_time,
        registration=package.registration,
        target=target,
        model_data=model_data,
    )
    return NamedModel(model=model, fault=fault)


def target_id(plan: TargetPlan, containers: Sequence[Container]) -> str:
    """The id of the target that a package of *containers* is asked at.

    Raises:
        ContentError: the package does not say which, or one that may not be asked.
        PinError: the plan lacks what its kind needs.
    """
    match plan.kind:
        case TargetKind.BEDROCK:
            return f"bedrock/{model_id(plan, containers)}"
        case TargetKind.OPENAI:
            return f"openai/{base_url(plan)}/{model_id(plan, containers)}"
        case TargetKind.RECORDED:
            return f"recorded/{recorded_file(containers).digest}"
        case TargetKind.ENDPOINT | TargetKind.TRANSFORM:
            _require_pinned_image(_require_one(containers))
            if plan.machine is None:
                raise PinError(f"the evaluation asks at an {plan.kind} and names no machine for it")
            return f"{plan.kind}/{plan.machine.instance_type}"


def _require_pinned_image(container: Container) -> None:
    """An image by its tag can be pushed over after the approval, and of two digests one alone has answered."""
    image, _, written = (container.image or "").partition("@")
    named = {digest.lower() for digest in (written, container.image_digest) if digest}
    if not image or not named or not all(map(is_digest, named)):
        raise ContentError(
            "the container names no image by its digest, and a tag can be pushed over; register the image as "
            "repository@sha256:…, or with its ImageDigest"
        )
    if len(named) > 1:
        raise ContentError("the container's Image and ImageDigest name two images; register one of them")


def base_url(plan: TargetPlan) -> str:
    """The server's; PinError where the plan has none."""
    if plan.base_url is None:
        raise PinError("the evaluation asks at an OpenAI-compatible server and names no base_url")
    return plan.base_url


def model_id(plan: TargetPlan, containers: Sequence[Container]) -> str:
    """The model that all *containers* name and that may be asked.

    An approval is one of every container, also of those of further inference specifications: none may call another,
    and none may bring weights, which would run in production and are not what is asked. That an image calls the model
    it names, nothing can prove.

    Raises:
        ContentError: one names none, another one, or one that may not be asked, or brings weights of its own.
    """
    named = {container.model_id for container in containers}
    if not named or None in named:
        raise ContentError("a container names no model; set MODELGATE_MODEL_ID in the Environment of every container")
    (found, *others) = sorted(name for name in named if name is not None)
    if others:
        raise ContentError(f"the containers name {len(named)} models in MODELGATE_MODEL_ID; one package is one model")
    if _MODEL_ID.fullmatch(found) is None:
        raise ContentError("MODELGATE_MODEL_ID is no model id: letters, digits and ._:/+- of 512 characters at most")
    if not any(fnmatchcase(found, pattern) for pattern in plan.models):
        allowed = ", ".join(plan.models) or "none"
        raise ContentError(f"model {found!a} is none of those that the evaluation asks ({allowed})")
    if any(container.model_data_url is not None or container.unpinned for container in containers):
        raise ContentError(
            f"a container names model {found!a} and brings weights of its own, which nobody would have asked; register "
            "it without model data, with its image by digest"
        )
    return found


def recorded_file(containers: Sequence[Container]) -> RecordedFile:
    """The file of answers that the one container names.

    Raises:
        ContentError: it names none, or without a digest.
    """
    container = _require_one(containers)
    uri, digest = container.answers_uri, container.answers_digest
    if uri is None or digest is None or not is_digest(digest):
        raise ContentError(
            "the container names no recorded answers; set MODELGATE_ANSWERS_URI and MODELGATE_ANSWERS_DIGEST "
            "(sha256: and 64 hex digits) in its Environment"
        )
    return RecordedFile(uri=uri, digest=digest.lower())


def _require_one(containers: Sequence[Container]) -> Container:
    if len(containers) != 1:
        raise ContentError(
            f"the package has {len(containers)} containers in its inference specifications, the evaluation asks one; "
            "register the model with one container and no additional specification"
        )
    return containers[0]
