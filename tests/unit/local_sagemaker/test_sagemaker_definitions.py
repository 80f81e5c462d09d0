"""Pipeline definitions: what is refused when a pipeline is created."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.sagemaker.interpreter.definition import parse
from local.sagemaker.interpreter.failures import DefinitionError
from tests.unit.local_sagemaker import definitions as d
from tests.unit.local_sagemaker.conftest import Client

FAIL = {"Name": "F", "Type": "Fail", "Arguments": {"ErrorMessage": "no"}}
IS_ONE = {"Type": "Equals", "LeftValue": 1, "RightValue": {"Get": "Parameters.N"}}
LAMBDA = {"Name": "L", "Type": "Lambda", "Arguments": {}}
LIMIT = {"ExceptionType": ["SageMaker.RESOURCE_LIMIT"], "MaxAttempts": 2, "ExpireAfterMin": 5}


def get(path: str) -> dict[str, str]:
    return {"Get": path}


def condition(*conditions: Any, then: list[Any], otherwise: list[Any]) -> dict[str, Any]:
    arguments = {"Conditions": list(conditions), "IfSteps": then, "ElseSteps": otherwise}
    return {"Name": "C", "Type": "Condition", "Arguments": arguments}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "Unable to parse"),
        (json.dumps({"Version": "2019", "Steps": []}), "Version is '2019'"),
        (d.definition(), "at least one step"),
        (d.definition(FAIL, FAIL), "unique"),
        (d.definition({**FAIL, "Name": "a b"}), "must match"),
        (d.definition(LAMBDA), "Step 'L' is of type 'Lambda'; supported here: Condition, Fail, Processing"),
        (d.definition(condition(IS_ONE, then=[LAMBDA], otherwise=[])), "'Lambda'"),
        (d.definition(d.processing("A", "", get("Parameters.Gone"))), "refers to 'Parameters.Gone'"),
        (d.definition(d.processing("A", "", get("Execution.Mood"))), "refers to 'Execution.Mood'"),
        (d.definition(d.processing("A", "", get("Steps.B.ExitMessage"))), "unknown steps: B"),
        (d.definition(d.processing("A", "", DependsOn=["B"])), "unknown steps: B"),
        (
            d.definition(d.processing("A", "", DependsOn=["B"]), d.processing("B", "", get("Steps.A.ExitMessage"))),
            "A, B wait for each other",
        ),
        (d.definition(d.processing("A", "", RetryPolicies=[LIMIT])), "not both"),
        (d.definition(d.processing("A", "", RetryPolicies=[{"ExceptionType": ["X"]}])), "unknown ExceptionType"),
        (d.definition(FAIL, parameters=[{"Name": "N", "Type": "Date"}]), "has type 'Date'"),
        (d.definition(condition({"Type": "Near"}, then=[], otherwise=[])), "condition type 'Near'"),
    ],
)
def test_definitions_that_are_refused(text: str, said: str) -> None:
    """Each with a sentence that names the step and the fault."""
    with pytest.raises(DefinitionError) as caught:
        parse(text)

    assert said in str(caught.value)


def test_condition_does_not_wait_for_what_only_its_branches_read() -> None:
    """A branch step may read a step that runs beside the condition."""
    branch = d.processing("B", "", get("Steps.A.ExitMessage"))

    definition = parse(
        d.definition(d.processing("A", ""), condition(IS_ONE, then=[branch], otherwise=[]), parameters=[N_DECLARED])
    )

    assert definition.steps["C"].waits_for == frozenset()
    assert definition.steps["B"].waits_for == {"A", "C"}


N_DECLARED = {"Name": "N", "Type": "Integer"}


def test_bad_definition_is_refused_at_creation_and_update(sagemaker: Client) -> None:
    """ValidationException, and the pipeline keeps its last good definition."""
    governance = sagemaker()
    with pytest.raises(ClientError, match="Invalid pipeline definition: Step 'L'"):
        d.create(governance, d.definition(LAMBDA))
    good = d.definition(FAIL)
    d.create(governance, good)

    with pytest.raises(ClientError, match="Invalid pipeline definition"):
        governance.update_pipeline(PipelineName="approval", PipelineDefinition="{}")

    assert governance.describe_pipeline(PipelineName="approval")["PipelineDefinition"] == good


def test_pipeline_reads_back_for_terraform(sagemaker: Client) -> None:
    """Name, role, definition, description, parallelism and tags come back; a missing one is ResourceNotFound."""
    governance = sagemaker()
    with pytest.raises(ClientError) as missing:
        governance.describe_pipeline(PipelineName="approval")
    assert missing.value.response["Error"]["Code"] == "ResourceNotFound"
    arn = governance.create_pipeline(
        PipelineName="approval",
        PipelineDisplayName="Approval",
        PipelineDescription="judges",
        PipelineDefinition=d.definition(FAIL),
        RoleArn=d.ROLE,
        ClientRequestToken="c" * 32,
        ParallelismConfiguration={"MaxParallelExecutionSteps": 2},
        Tags=[{"Key": "a", "Value": "b"}],
    )["PipelineArn"]
    governance.add_tags(ResourceArn=arn, Tags=[{"Key": "c", "Value": "d"}])
    governance.delete_tags(ResourceArn=arn, TagKeys=["a"])

    described = governance.describe_pipeline(PipelineName=arn)

    assert described["PipelineDisplayName"] == "Approval"
    assert described["PipelineDescription"] == "judges"
    assert described["RoleArn"] == d.ROLE
    assert described["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 2}
    assert governance.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "c", "Value": "d"}]
    governance.delete_pipeline(PipelineName="approval", ClientRequestToken="e" * 32)
    assert governance.list_pipelines()["PipelineSummaries"] == []


def test_pipelines_of_other_accounts_cannot_be_started(sagemaker: Client) -> None:
    """By ARN neither: sharing by RAM is not imitated."""
    arn = d.create(sagemaker(), d.definition(FAIL))

    with pytest.raises(ClientError, match="is not authorized to perform: sagemaker:StartPipelineExecution"):
        d.started(sagemaker("333333333333"), name=arn)
