"""The one write to the model registry: a package's status with the words about it.

The update step makes it, and people who break the glass.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from modelgate.aws.faults import error_code, infrastructure
from modelgate.contracts.arns import ModelPackageArn

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.client import SageMakerClient


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusWrite:
    """One write to the registry. *approval_status* is None when the package stays as it is, *description* is None when
    it is somebody else's.

    *stale* are keys of *metadata* that the package has already, with whatever value.
    """

    arn: ModelPackageArn
    approval_status: str | None
    description: str | None
    metadata: Mapping[str, str]
    stale: tuple[str, ...]
    token: str


def write_status(sagemaker: "SageMakerClient", write: StatusWrite) -> None:
    """Write status, description and metadata in one call, leaving out what the service refuses.

    A verdict must not be lost over its wording, nor because the team filled every metadata entry that a package has.
    The evidence record exists already and holds all of it; of metadata alone, nothing may remain to be written.

    Raises:
        InfrastructureError: the registry did not take the status.
    """
    with infrastructure(f"updating {write.arn}"):
        *others, last = _requests(write)
        for request in others:
            try:
                sagemaker.update_model_package(**request)
            except ClientError as error:
                if error_code(error) != "ValidationException":
                    raise
            else:
                return
        if last.keys() != {"ModelPackageArn", "ClientToken"}:
            sagemaker.update_model_package(**last)


def _requests(write: StatusWrite) -> Iterator[dict[str, Any]]:
    """The whole write, then what remains of it without description, without metadata, without both."""
    status = {} if write.approval_status is None else {"ModelApprovalStatus": write.approval_status}
    description = {} if write.description is None else {"ApprovalDescription": write.description}
    metadata = {"CustomerMetadataProperties": dict(write.metadata)}
    # Where ours finds no room, what stands under our names is not ours.
    cleared = {"CustomerMetadataPropertiesToRemove": list(write.stale)} if write.stale else {}
    parts: list[dict[str, Any]] = [
        {**status, **description, **metadata},
        {**status, **metadata},
        {**status, **description, **cleared},
        {**status, **cleared},
    ]
    different = [part for index, part in enumerate(parts) if part not in parts[:index]]
    # Something has to be said of a verdict that binds; of one that was only recorded, nothing has to.
    needed = different if write.description is None else [part for part in different if part]
    for turn, part in enumerate(needed):
        # Each with a token of its own: the service may remember the request before.
        yield {**part, "ModelPackageArn": str(write.arn), "ClientToken": write.token[turn:] + write.token[:turn]}
