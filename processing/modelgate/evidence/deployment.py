"""What a deployment may take, and from where: the answer to "may this package be deployed?"."""

from collections.abc import Iterator
from dataclasses import dataclass

from modelgate.contracts.package import Container
from modelgate.contracts.subject import Artifact, ArtifactState
from modelgate.errors import ContentError
from modelgate.evidence.exhibits import artifact_exhibit
from modelgate.evidence.proof import ProofKind
from modelgate.evidence.record import EvidenceRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCopy:
    """The version of a model file that was judged: deploy exactly this one, never the registered address."""

    name: str
    uri: str
    version_id: str
    digest: str
    size: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image of the registration; *digest* is None where the team registered none.

    *model_id* is the model elsewhere that it says it calls, where it says so; that one was asked by the evaluation.
    """

    image: str | None
    digest: str | None
    model_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Whether *package_arn* may be deployed, and what. *reasons* are sentences, at least one.

    *copies* and *images* are empty unless it may. *decision_id* is the record that pinned the copies; None where a
    package was never judged as it is registered, or names what cannot be pinned: nobody knows which copy is meant.
    """

    package_arn: str
    allowed: bool
    proof: ProofKind
    reasons: tuple[str, ...]
    decision_id: str | None = None
    copies: tuple[ModelCopy, ...] = ()
    images: tuple[Image, ...] = ()


def copies_of(record: EvidenceRecord) -> tuple[ModelCopy, ...]:
    """The model files that *record* pinned.

    Raises:
        ContentError: one of them was not pinned, so the record cannot be deployed from.
    """
    return tuple(map(_copy, _models(record)))


def images_of(containers: tuple[Container, ...]) -> tuple[Image, ...]:
    """The images of *containers*, each once."""
    return tuple(dict.fromkeys(_image(one) for one in containers))


def _image(container: Container) -> Image:
    return Image(image=container.image, digest=container.image_digest, model_id=container.model_id)


def _models(record: EvidenceRecord) -> Iterator[Artifact]:
    return (artifact for artifact in record.subject.artifacts if not artifact.is_report)


def _copy(artifact: Artifact) -> ModelCopy:
    if artifact.state is not ArtifactState.PINNED:
        raise ContentError(f"{artifact.name} was {artifact.state} when the package was judged: no copy of it is known")
    exhibit = artifact_exhibit(artifact)
    return ModelCopy(
        name=artifact.name,
        uri=f"s3://{exhibit.bucket}/{exhibit.key}",
        version_id=exhibit.version_id or "",
        digest=exhibit.digest,
        size=artifact.size,
    )
