"""What the registry and its policies ask of a request, apart from the files that it names."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from modelgate.cli.package.faults import Fault
from modelgate.contracts.package import PENDING
from modelgate.evidence.registry_text import META_DECISION, META_EVIDENCE, META_POLICY, META_VERDICT, OWN_METADATA

MAX_METADATA = 50  # SageMaker API reference, CustomerMetadataProperties
_OURS = (META_VERDICT, META_DECISION, META_POLICY, META_EVIDENCE)
_GROUP_ARN = re.compile(
    r"arn:aws[a-z-]*:sagemaker:[a-z0-9-]+:[0-9]{12}:model-package-group/[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", re.ASCII
)


def request_faults(request: Mapping[str, Any]) -> Iterator[Fault]:
    """Faults of status, group, containers and metadata."""
    yield from _status(request)
    yield from _group(request)
    yield from _containers(request)
    yield from _metadata(request)


def _status(request: Mapping[str, Any]) -> Iterator[Fault]:
    status = request.get("ModelApprovalStatus")
    if status != PENDING:
        said = "is missing" if status is None else f"is {status!a}"
        wanted = f'say "{PENDING}": any other status, and none, is refused'
        yield Fault(where="ModelApprovalStatus", sentence=f"it {said}; {wanted}")


def _group(request: Mapping[str, Any]) -> Iterator[Fault]:
    group = request.get("ModelPackageGroupName")
    expected = "arn:aws:sagemaker:<region>:<governance account>:model-package-group/<name>"
    if group is None:
        yield Fault(where="ModelPackageGroupName", sentence=f"it is missing; give the group's ARN, {expected}")
    elif not isinstance(group, str) or _GROUP_ARN.fullmatch(group) is None:
        problem = f"it is {group!a}, and in another account the registry looks for groups by ARN only"
        yield Fault(where="ModelPackageGroupName", sentence=f"{problem}; give {expected}")


def _containers(request: Mapping[str, Any]) -> Iterator[Fault]:
    where = "InferenceSpecification.Containers"
    specification = request.get("InferenceSpecification")
    containers = specification.get("Containers") if isinstance(specification, Mapping) else None
    if not isinstance(containers, list) or not containers:
        yield Fault(where=where, sentence="it names no container, so there is no model to approve; add one")
        return
    for index, container in enumerate(containers):
        if not isinstance(container, Mapping):
            yield Fault(where=f"{where}[{index}]", sentence="it must be an object with Image and ModelDataUrl")
        else:
            yield from _container(container, f"{where}[{index}]")


def _container(container: Mapping[str, Any], where: str) -> Iterator[Fault]:
    image = container.get("Image")
    if not isinstance(image, str) or not image:
        yield Fault(where=f"{where}.Image", sentence="it is missing; name the image that serves the model")
    elif not container.get("ModelDataUrl") and not container.get("ModelDataSource") and "@sha256:" not in image:
        problem = "the container names no model data, so its image is the model"
        yield Fault(where=f"{where}.Image", sentence=f"{problem}; name it by digest (…@sha256:…) or add ModelDataUrl")
    for member in ("AdditionalModelDataSources", "AdditionalS3DataSource", "BaseModel"):
        if container.get(member):
            problem = "it brings model data that the gate cannot pin"
            yield Fault(where=f"{where}.{member}", sentence=f"{problem}; register one object by ModelDataUrl")
    yield from _source(container.get("ModelDataSource"), f"{where}.ModelDataSource")


def _source(source: object, where: str) -> Iterator[Fault]:
    if source is None:
        return
    inner = source.get("S3DataSource") if isinstance(source, Mapping) else None
    if not isinstance(inner, Mapping) or inner.get("S3DataType") != "S3Object" or "ManifestS3Uri" in inner:
        problem = "only one whole object (S3DataType S3Object) can be pinned"
        yield Fault(where=where, sentence=f"{problem}; pack the model into one file and register it by ModelDataUrl")


def _metadata(request: Mapping[str, Any]) -> Iterator[Fault]:
    where, metadata = "CustomerMetadataProperties", request.get("CustomerMetadataProperties") or {}
    if not isinstance(metadata, Mapping):
        yield Fault(where=where, sentence="it must be an object with texts")
        return
    for key in metadata:
        if str(key).startswith(OWN_METADATA):
            yield Fault(
                where=f"{where}.{key}", sentence=f"keys that begin with {OWN_METADATA} are the gate's; rename it"
            )
    room = MAX_METADATA - len(_OURS)
    if len(metadata) > room:
        problem = f"it has {len(metadata)} entries, and the gate needs room for {len(_OURS)} of {MAX_METADATA}"
        yield Fault(where=where, sentence=f"{problem}; keep at most {room}")
