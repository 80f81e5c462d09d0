"""Executions of the approval pipeline that failed or were stopped, and the package that each was about."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from modelgate.audit.execution import UnfinishedExecution
from modelgate.aws.faults import infrastructure
from modelgate.aws.objects import in_utc
from modelgate.contracts.arns import ExecutionArn, ModelPackageArn
from modelgate.errors import InvalidArnError

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.client import SageMakerClient
    from mypy_boto3_sagemaker.type_defs import PipelineExecutionSummaryTypeDef

UNFINISHED = frozenset({"Failed", "Stopped"})


def list_unfinished(
    sagemaker: "SageMakerClient", pipeline: str, *, after: datetime
) -> Iterator["PipelineExecutionSummaryTypeDef"]:
    """Every execution of *pipeline* started after *after* that failed or was stopped, the newest first.

    Raises:
        InfrastructureError: the service did not answer.
    """
    with infrastructure(f"listing executions of {pipeline}"):
        token: dict[str, Any] = {}
        while True:
            page = sagemaker.list_pipeline_executions(
                PipelineName=pipeline,
                CreatedAfter=after,
                SortBy="CreationTime",
                SortOrder="Descending",
                MaxResults=100,
                **token,
            )
            for summary in page["PipelineExecutionSummaries"]:
                if summary.get("PipelineExecutionStatus") in UNFINISHED:
                    yield summary
            if not page.get("NextToken"):
                return
            token = {"NextToken": page["NextToken"]}


def about(sagemaker: "SageMakerClient", summary: "PipelineExecutionSummaryTypeDef") -> UnfinishedExecution:
    """The execution with the package that its parameters name, where the pipeline's own account and region have it.

    Raises:
        InfrastructureError: the service did not answer.
    """
    arn = ExecutionArn.parse(summary["PipelineExecutionArn"])
    with infrastructure(f"reading the parameters of {arn}"):
        answer = sagemaker.list_pipeline_parameters_for_execution(PipelineExecutionArn=str(arn), MaxResults=50)
    given = {parameter["Name"]: parameter["Value"] for parameter in answer["PipelineParameters"]}
    return UnfinishedExecution(
        arn=arn,
        package=_package(given.get("ModelPackageArn"), arn),
        status=summary["PipelineExecutionStatus"],
        reason=summary.get("PipelineExecutionFailureReason", ""),
        started_at=in_utc(summary["StartTime"]),
    )


def _package(named: str | None, execution: ExecutionArn) -> ModelPackageArn | None:
    try:
        found = ModelPackageArn.parse(named)
    except InvalidArnError:
        return None
    # A namesake elsewhere is not the group under the gate.
    at_home = (found.partition, found.region, found.account)
    return found if at_home == (execution.partition, execution.region, execution.account) else None
