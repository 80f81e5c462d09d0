"""The steps' registry, which also says what it holds and how the pipeline's executions ended."""

from typing import Any

from tests.unit.steps.registry_double import RegistryDouble


class ListingRegistry:
    """*registry* with the calls that only an audit makes; *executions* are summaries, with the parameters of each."""

    def __init__(self, registry: RegistryDouble) -> None:
        self.registry = registry
        self.executions: list[tuple[dict[str, Any], dict[str, str]]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.registry, name)

    def list_model_packages(self, *, ModelPackageGroupName: str, **_: Any) -> dict[str, Any]:  # noqa: N803 as boto3 has it
        """Every version of the group."""
        arns = [arn for arn in self.registry.packages if arn.split("/")[1] == ModelPackageGroupName]
        return {"ModelPackageSummaryList": [{"ModelPackageArn": arn} for arn in arns]}

    def list_pipeline_executions(self, **_: Any) -> dict[str, Any]:
        """Every execution."""
        return {"PipelineExecutionSummaries": [summary for summary, _ in self.executions]}

    def list_pipeline_parameters_for_execution(self, *, PipelineExecutionArn: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        """What an execution was started with."""
        (given,) = (
            given for summary, given in self.executions if summary["PipelineExecutionArn"] == PipelineExecutionArn
        )
        return {"PipelineParameters": [{"Name": name, "Value": value} for name, value in given.items()]}
