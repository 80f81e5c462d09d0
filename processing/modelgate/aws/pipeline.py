"""The approval pipeline, as the one who starts executions sees it."""

import hashlib
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from modelgate.aws.faults import error_code, infrastructure
from modelgate.contracts.arns import ModelPackageArn

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.client import SageMakerClient

MAX_PAGES = 3  # of 100, newest first: what runs is among the newest
_RUNNING = frozenset({"Executing", "Stopping"})
_BUSY = frozenset({"ThrottlingException", "Throttling", "ResourceLimitExceeded", "TooManyRequestsException"})


class TooBusyError(Exception):
    """The service takes no further execution now; nothing was started."""


def count_running(sagemaker: "SageMakerClient", pipeline: str, *, limit: int) -> int:
    """Count running executions, newest first, up to *limit*.

    Raises:
        InfrastructureError: the service did not answer.
    """
    running = 0
    token: dict[str, Any] = {}
    with infrastructure(f"counting executions of {pipeline}"):
        for _ in range(MAX_PAGES):
            page = sagemaker.list_pipeline_executions(
                PipelineName=pipeline, SortBy="CreationTime", SortOrder="Descending", MaxResults=100, **token
            )
            summaries = page["PipelineExecutionSummaries"]
            running += sum(summary["PipelineExecutionStatus"] in _RUNNING for summary in summaries)
            if running >= limit or not page.get("NextToken"):
                break
            token = {"NextToken": page["NextToken"]}
    return min(running, limit)


def start_execution(
    sagemaker: "SageMakerClient", *, pipeline: str, arn: ModelPackageArn, change: str, bucket: str
) -> str:
    """Start the one execution that answers *change* of *arn*; the same again gives the same execution.

    Raises:
        TooBusyError: throttled, or a limit is reached.
        InfrastructureError: the service did not answer; whether it started is not known.
    """
    token = request_token(arn, change)
    parameters = {"ModelPackageGroupName": arn.group, "Bucket": bucket, "ModelPackageArn": str(arn)}
    with infrastructure(f"starting {pipeline} for {arn}"):
        try:
            answer = sagemaker.start_pipeline_execution(
                PipelineName=pipeline,
                PipelineExecutionDisplayName=display_name(arn, token),
                PipelineExecutionDescription=f"Approval of {arn}",
                PipelineParameters=[{"Name": name, "Value": value} for name, value in parameters.items()],
                ClientRequestToken=token,
            )
        except ClientError as error:
            if error_code(error) in _BUSY:
                raise TooBusyError(str(error)) from error
            raise
    return answer["PipelineExecutionArn"]


def request_token(arn: ModelPackageArn, change: str) -> str:
    """The token that names this start: 64 hexadecimal digits over ARN and change."""
    return hashlib.sha256(f"{arn}\n{change}".encode()).hexdigest()


def display_name(arn: ModelPackageArn, token: str) -> str:
    """A name for people: group, version, and eight digits that tell two runs of one version apart.

    At most 82 characters, the service's limit: 63 for a group, 9 for a version.
    """
    return f"{arn.group}-{arn.version}-{token[:8]}"
