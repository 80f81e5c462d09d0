"""A model package as the registry describes it, reduced to what the gate judges."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.facts import BASELINES
from modelgate.contracts.registration import registration_digest, utc
from modelgate.errors import ContentError

PENDING = "PendingManualApproval"
APPROVED = "Approved"
REJECTED = "Rejected"

# SageMaker API reference, ModelMetrics: the families, and the files of each.
REPORT_MEMBERS: tuple[tuple[str, str], ...] = (
    ("ModelQuality", "Statistics"),
    ("ModelQuality", "Constraints"),
    ("ModelDataQuality", "Statistics"),
    ("ModelDataQuality", "Constraints"),
    ("Bias", "Report"),
    ("Bias", "PreTrainingReport"),
    ("Bias", "PostTrainingReport"),
    ("Explainability", "Report"),
)

# SageMaker API reference, DriftCheckBaselines. Configuration files are pinned like the rest, and never read.
BASELINE_MEMBERS: tuple[tuple[str, str], ...] = (
    ("Bias", "ConfigFile"),
    ("Bias", "PreTrainingConstraints"),
    ("Bias", "PostTrainingConstraints"),
    ("Explainability", "Constraints"),
    ("Explainability", "ConfigFile"),
    ("ModelQuality", "Statistics"),
    ("ModelQuality", "Constraints"),
    ("ModelDataQuality", "Statistics"),
    ("ModelDataQuality", "Constraints"),
)

# SageMaker API reference, ModelPackageContainerDefinition: what else brings weights into a container.
_MORE_MODEL_DATA = ("AdditionalModelDataSources", "AdditionalS3DataSource", "BaseModel")

# Of a container's Environment, which may hold secrets: what says which model writes its text.
_ENVIRONMENT = {
    "model_id": "MODELGATE_MODEL_ID",
    "answers_uri": "MODELGATE_ANSWERS_URI",
    "answers_digest": "MODELGATE_ANSWERS_DIGEST",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedArtifact:
    """A file that the package names.

    *name* is its place in the package: ``Bias.PostTrainingReport``, or ``Model.0`` for the first model file.
    *digest* is the ``ContentDigest`` of the registration in lower case, or None when the team sent none. It is the
    team's word: whoever reads the artifact finds out whether it is a digest.
    """

    name: str
    uri: str
    digest: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """One container of an inference specification, as registered.

    *unpinned* names members that bring model data of a kind the gate cannot pin, such as a whole prefix. *model_id*,
    *answers_uri* and *answers_digest* are all that is read of its environment: the model that it calls elsewhere, and a
    file of that model's answers.
    """

    image: str | None
    image_digest: str | None
    model_data_url: str | None
    model_data_etag: str | None
    unpinned: tuple[str, ...] = ()
    model_id: str | None = None
    answers_uri: str | None = None
    answers_digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPackage:
    """One described package; *approval_status* is the registry's word, *package_status* must be ``Completed``.

    *description* is the last ApprovalDescription. *registration* is the digest of everything that was registered and
    that an approval lets into production, also of what no check looks at.
    """

    arn: ModelPackageArn
    registration: str
    creation_time: str
    last_modified_time: str | None
    package_status: str
    approval_status: str
    containers: tuple[Container, ...]
    reports: tuple[NamedArtifact, ...]
    baselines: tuple[NamedArtifact, ...]
    description: str
    metadata: Mapping[str, str]

    @classmethod
    def from_describe(cls, answer: Mapping[str, Any]) -> "ModelPackage":
        """Read the answer of DescribeModelPackage.

        Raises:
            InvalidArnError: the package is not a version of a group.
            ContentError: a required field is missing.
        """
        try:
            return cls(
                arn=ModelPackageArn.parse(answer["ModelPackageArn"]),
                registration=registration_digest(answer),
                creation_time=utc(answer["CreationTime"]),
                last_modified_time=utc(answer["LastModifiedTime"]) if answer.get("LastModifiedTime") else None,
                package_status=answer["ModelPackageStatus"],
                approval_status=answer["ModelApprovalStatus"],
                containers=tuple(_containers(answer)),
                reports=tuple(_named(answer.get("ModelMetrics") or {}, REPORT_MEMBERS, "")),
                baselines=tuple(_named(answer.get("DriftCheckBaselines") or {}, BASELINE_MEMBERS, BASELINES)),
                description=answer.get("ApprovalDescription") or "",
                metadata=dict(answer.get("CustomerMetadataProperties") or {}),
            )
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ContentError(f"the registry's description of the package lacks a field: {error!r}") from error

    @property
    def model_data(self) -> tuple[NamedArtifact, ...]:
        """The model files, named ``Model.<container index>``; the registry keeps no content digest for them."""
        return tuple(
            NamedArtifact(name=f"Model.{index}", uri=container.model_data_url, digest=None)
            for index, container in enumerate(self.containers)
            if container.model_data_url
        )

    @property
    def recorded_answers(self) -> tuple[NamedArtifact, ...]:
        """Files of answers that containers name, ``Answers.<container index>``: asked for by an evaluation alone."""
        return tuple(
            NamedArtifact(name=f"Answers.{index}", uri=container.answers_uri, digest=container.answers_digest)
            for index, container in enumerate(self.containers)
            if container.answers_uri and container.answers_digest
        )

    @property
    def artifacts(self) -> tuple[NamedArtifact, ...]:
        """Everything that must have arrived in the artifact store before the package can be judged."""
        return self.model_data + self.reports + self.baselines


def _containers(answer: Mapping[str, Any]) -> Iterator[Container]:
    """Every container that an approval would let into production, those of additional specifications too."""
    specifications = [answer.get("InferenceSpecification"), *(answer.get("AdditionalInferenceSpecifications") or [])]
    for specification in specifications:
        for container in (specification or {}).get("Containers") or []:
            yield _container(container)


def _container(container: Mapping[str, Any]) -> Container:
    source = ((container.get("ModelDataSource") or {}).get("S3DataSource")) or {}
    one_object = source.get("S3Uri") if source.get("S3DataType") == "S3Object" else None
    url = container.get("ModelDataUrl") or one_object
    whole = one_object is not None and one_object == url and "ManifestS3Uri" not in source
    unpinned = {
        "ModelDataSource": bool(container.get("ModelDataSource")) and not whole,
        **{member: bool(container.get(member)) for member in _MORE_MODEL_DATA},
    }
    return Container(
        image=container.get("Image"),  # not required: a container may name a nearest model only
        image_digest=container.get("ImageDigest"),
        model_data_url=url,
        model_data_etag=container.get("ModelDataETag"),
        unpinned=tuple(name for name, present in unpinned.items() if present),
        **_named_in(container.get("Environment") or {}),
    )


def _named_in(environment: Mapping[str, Any]) -> dict[str, str | None]:
    found = {field: environment.get(name) for field, name in _ENVIRONMENT.items()}
    if not all(value is None or isinstance(value, str) for value in found.values()):
        raise TypeError("a container's Environment holds another value than a text")
    return found


def _named(metrics: Mapping[str, Any], members: tuple[tuple[str, str], ...], prefix: str) -> Iterator[NamedArtifact]:
    for family, member in members:
        source = (metrics.get(family) or {}).get(member)
        if source is None:
            continue
        digest = source.get("ContentDigest")
        yield NamedArtifact(name=f"{prefix}{family}.{member}", uri=source["S3Uri"], digest=digest and digest.lower())
