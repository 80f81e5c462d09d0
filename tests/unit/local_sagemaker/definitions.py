"""Pipeline definitions for tests: steps are one-line Python programs."""

import json
from typing import Any

IMAGE = "222222222222.dkr.ecr.eu-west-1.amazonaws.com/modelgate-approval@sha256:" + "0" * 64
ROLE = "arn:aws:iam::222222222222:role/modelgate-check"


def processing(name: str, program: str, *arguments: Any, **members: Any) -> dict[str, Any]:
    """A Processing step that runs *program*; *members* go into its arguments, or beside them (see STEP_MEMBERS)."""
    beside = {k: members.pop(k) for k in STEP_MEMBERS if k in members}
    return {
        "Name": name,
        "Type": "Processing",
        "Arguments": {
            "ProcessingResources": {
                "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.t3.medium", "VolumeSizeInGB": 1}
            },
            "AppSpecification": {
                "ImageUri": IMAGE,
                "ContainerEntrypoint": ["python3", "-c", program],
                **({"ContainerArguments": list(arguments)} if arguments else {}),
            },
            "RoleArn": ROLE,
            **members,
        },
        **beside,
    }


STEP_MEMBERS = ("DependsOn", "RetryPolicies", "PropertyFiles")


def output(name: str, uri: Any) -> dict[str, Any]:
    """A ProcessingOutputConfig with one output, read from ``processing/output/<name>``."""
    target = {"S3Uri": uri, "LocalPath": f"/opt/ml/processing/output/{name}", "S3UploadMode": "EndOfJob"}
    return {"Outputs": [{"OutputName": name, "S3Output": target}]}


def s3_input(name: str, uri: Any) -> list[dict[str, Any]]:
    """ProcessingInputs with one input, put into ``processing/input/<name>``."""
    source = {
        "S3Uri": uri,
        "LocalPath": f"/opt/ml/processing/input/{name}",
        "S3DataType": "S3Prefix",
        "S3InputMode": "File",
    }
    return [{"InputName": name, "S3Input": source}]


def definition(*steps: dict[str, Any], parameters: list[dict[str, Any]] | None = None) -> str:
    """The text of a definition."""
    return json.dumps({"Version": "2020-12-01", "Metadata": {}, "Parameters": parameters or [], "Steps": list(steps)})


def create(sagemaker: Any, text: str, name: str = "approval") -> str:
    """Create a pipeline; returns its ARN."""
    arn: str = sagemaker.create_pipeline(
        PipelineName=name, PipelineDefinition=text, RoleArn=ROLE, ClientRequestToken="c" * 32
    )["PipelineArn"]
    return arn


def started(sagemaker: Any, name: str = "approval", token: str = "t" * 32, **parameters: str) -> str:
    """Start an execution; returns its ARN."""
    given = [{"Name": k, "Value": v} for k, v in parameters.items()]
    arn: str = sagemaker.start_pipeline_execution(
        PipelineName=name, ClientRequestToken=token, **({"PipelineParameters": given} if given else {})
    )["PipelineExecutionArn"]
    return arn
