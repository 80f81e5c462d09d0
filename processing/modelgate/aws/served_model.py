"""A package's own model, as it is served for an evaluation: its containers, on governance's copies, within a cost.

Unverified against the service. Source of shapes: botocore's service model of sagemaker 2017-07-24, operations
DescribeModelPackage and CreateModel, held to it by tests.

An approval lets the containers of the package into production, so those are what is evaluated: the first inference
specification, image and environment as registered, the image by its digest where one was registered. Model data are
the copies in the artifact store (`Gate.stored`), and the network is cut off: weights that a container would fetch from
elsewhere were never registered, so such a container does not start.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from modelgate.aws.evaluation_marks import PREFIX
from modelgate.aws.faults import infrastructure
from modelgate.aws.objects import Bucket
from modelgate.aws.owner import owned_by
from modelgate.aws.store import StoredCopy, find_copy
from modelgate.contracts.digests import sha256_of
from modelgate.contracts.gate import Gate
from modelgate.contracts.package import ModelPackage
from modelgate.contracts.strict import canonical
from modelgate.contracts.uris import S3Uri
from modelgate.errors import BudgetSpentError, ContentError, InfrastructureError
from modelgate.generative.cost import machines
from modelgate.generative.evaluation import Machine

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.client import SageMakerClient

_HOUR = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedContainer:
    """One container; *model_data* is the copy that it gets, with *compression* where that is said of a data source."""

    image: str
    hostname: str | None
    environment: Mapping[str, str]
    model_data: StoredCopy | None
    compression: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The VPC that the containers run in."""

    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """What is served, for which execution, on what. *role_arn* reads image and model data, *kms_key* encrypts disks."""

    execution_id: str
    package_arn: str
    containers: tuple[ServedContainer, ...]
    role_arn: str
    machine: Machine
    network: Network | None = None
    kms_key: str | None = None

    @property
    def name(self) -> str:
        """The name of everything that is made: the same again after a kill, another for another model or machine."""
        return named(*map(str, (self.execution_id, self.package_arn, self.containers, self.machine, self.role_arn)))


def named(*parts: str) -> str:
    """A name of 53 characters that depends on *parts* alone."""
    return PREFIX + sha256_of(canonical(list(parts))).removeprefix("sha256:")[:32]


def copy_in(bucket: Bucket, gate: Gate, account: str) -> Callable[[S3Uri], StoredCopy]:
    """Where to find the copy of a location that *account* registered: the one that counts for the check step too.

    The function that comes back raises:
        UnmappedUriError: the location has no place in the store.
        InfrastructureError: S3 did not answer, or the copy has not arrived.
    """

    def find(source: S3Uri) -> StoredCopy:
        stored = gate.stored(account, source)
        if (copy := find_copy(bucket.s3, stored, None, owner=bucket.owner)) is None:
            raise InfrastructureError(f"the copy of {source} has not arrived at {stored}; run the pipeline again later")
        return copy

    return find


def served_containers(answer: Mapping[str, Any], find: Callable[[S3Uri], StoredCopy]) -> tuple[ServedContainer, ...]:
    """The containers of the first inference specification in *answer*, of DescribeModelPackage.

    Raises:
        ContentError: there is none, one has no image, or its model data are of a kind that the gate cannot pin.
        Others as of *find*.
    """
    registered = (answer.get("InferenceSpecification") or {}).get("Containers") or []
    if not registered:
        raise ContentError("the package has no inference specification, so that there is no model to ask")
    return tuple(
        _served(at, raw, read.unpinned, read.model_data_url, find)
        for at, (raw, read) in enumerate(zip(registered, ModelPackage.from_describe(answer).containers, strict=False))
    )


def _served(
    at: int, raw: Mapping[str, Any], unpinned: tuple[str, ...], url: str | None, find: Callable[[S3Uri], StoredCopy]
) -> ServedContainer:
    if unpinned:
        raise ContentError(f"container {at} gets model data by {', '.join(unpinned)}, which the gate cannot pin")
    if not raw.get("Image"):
        raise ContentError(f"container {at} has no image, so that there is no model to ask")
    source = (raw.get("ModelDataSource") or {}).get("S3DataSource") or {}
    return ServedContainer(
        image=_by_digest(raw["Image"], raw.get("ImageDigest")),
        hostname=raw.get("ContainerHostname"),
        environment=dict(sorted((raw.get("Environment") or {}).items())),  # the service promises no order
        model_data=find(S3Uri.parse(url)) if url else None,
        compression=source.get("CompressionType"),
    )


def _by_digest(image: str, digest: str | None) -> str:
    if digest is None or "@" in image:
        return image
    place, _, name = image.rpartition("/")
    return f"{place}/{name.partition(':')[0]}@{digest}".lstrip("/")


def require_current(bucket: Bucket, containers: tuple[ServedContainer, ...]) -> None:
    """Refuse model data that are not what a container downloads now: SageMaker reads the newest version of a key.

    Raises:
        InfrastructureError: another copy came meanwhile, or S3 did not answer.
    """
    for copy in (one.model_data for one in containers if one.model_data):
        with infrastructure(f"looking at {copy.uri}"):
            head = bucket.s3.head_object(Bucket=copy.uri.bucket, Key=copy.uri.key, **owned_by(bucket.owner))
        if head.get("VersionId") != copy.version_id:
            raise InfrastructureError(
                f"{copy.uri} is not at version {copy.version_id} any more, so that another model would be asked than "
                "is judged; run the pipeline again"
            )


def require_affordable(machine: Machine) -> None:
    """Refuse a machine that may cost more than the evaluation allows, before anything is made.

    Raises:
        BudgetSpentError: it may; or a number is none. It is governance's own plan, so no fault of the package.
    """
    cost = machines(machine, hours=machine.maximum_seconds / _HOUR)
    if not (math.isfinite(cost) and 0 <= cost <= machine.maximum_cost):
        raise BudgetSpentError(
            f"{machine.instance_count} × {machine.instance_type} for {machine.maximum_seconds} seconds may cost "
            f"{cost:.2f}, at most {machine.maximum_cost:.2f} is allowed; change the evaluation's machine"
        )


def create_model(sagemaker: "SageMakerClient", serving: Serving, tags: list[dict[str, str]]) -> None:
    """CreateModel under the serving's name; errors are botocore's."""
    containers = [_definition(one) for one in serving.containers]
    several: dict[str, Any] = {"Containers": containers} if containers[1:] else {"PrimaryContainer": containers[0]}
    if serving.network is not None:
        several["VpcConfig"] = {
            "Subnets": list(serving.network.subnets),
            "SecurityGroupIds": list(serving.network.security_groups),
        }
    sagemaker.create_model(
        ModelName=serving.name,
        ExecutionRoleArn=serving.role_arn,
        EnableNetworkIsolation=True,
        Tags=tags,  # type: ignore[arg-type]
        **several,
    )


def _definition(container: ServedContainer) -> dict[str, Any]:
    made: dict[str, Any] = {"Image": container.image}
    if container.hostname:
        made["ContainerHostname"] = container.hostname
    if container.environment:
        made["Environment"] = dict(container.environment)
    if container.model_data is None:
        return made
    place = str(container.model_data.uri)
    if container.compression is None:
        return {**made, "ModelDataUrl": place}
    source = {"S3Uri": place, "S3DataType": "S3Object", "CompressionType": container.compression}
    return {**made, "ModelDataSource": {"S3DataSource": source}}
