"""Executions: real processes, step records, events."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.local_sagemaker import definitions as d
from tests.unit.local_sagemaker.conftest import Client, finished
from tests.unit.local_sagemaker.fake_aws import FakeAws, detail

# The service limits each word of a command to 256 characters on one line.
ROOT = "import json, os, pathlib, sys; root = pathlib.Path(os.environ['MODELGATE_ML_ROOT']); "
CHECK = ROOT + "(root / 'processing/output/checks/checks.json').write_text(json.dumps(sys.argv[1:]))"
UPDATE = ROOT + "(root / 'output/message').write_text((root / 'processing/input/checks/checks.json').read_text())"
EXECUTION_ID = {"Get": "Execution.PipelineExecutionId"}
CHECKS_URI = {"Std:Join": {"On": "/", "Values": ["s3://store/executions", EXECUTION_ID, "checks"]}}
CHECKS_OUTPUT = "Steps.Check.ProcessingOutputConfig.Outputs['checks'].S3Output.S3Uri"


def two_steps() -> str:
    return d.definition(
        d.processing(
            "Check", CHECK, "--arn", {"Get": "Parameters.Arn"}, ProcessingOutputConfig=d.output("checks", CHECKS_URI)
        ),
        d.processing("Update", UPDATE, ProcessingInputs=d.s3_input("checks", {"Get": CHECKS_OUTPUT})),
        parameters=[{"Name": "Arn", "Type": "String"}],
    )


def steps_of(sagemaker: Any, execution: str) -> dict[str, dict[str, Any]]:
    listed = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=execution)["PipelineExecutionSteps"]
    return {step["StepName"]: step for step in listed}


def test_second_step_reads_what_the_first_one_wrote(sagemaker: Client, aws: FakeAws) -> None:
    """A definition of two Processing steps runs both, handing the output over through S3."""
    governance = sagemaker()
    d.create(governance, two_steps())

    execution = d.started(governance, Arn="arn:x")

    described = finished(governance, execution)
    assert described["PipelineExecutionStatus"] == "Succeeded", steps_of(governance, execution)
    update = steps_of(governance, execution)["Update"]
    job = governance.describe_processing_job(
        ProcessingJobName=update["Metadata"]["ProcessingJob"]["Arn"].rsplit("/", 1)[1]
    )
    assert job["ExitMessage"] == '["--arn", "arn:x"]'
    assert list(aws.objects) == [f"store/executions/{execution.rsplit('/', 1)[1]}/checks/checks.json"]


def test_failed_step_fails_the_execution_and_stops_what_depends_on_it(sagemaker: Client) -> None:
    """A non-zero exit code is the step's failure, with its exit message; the next step never begins."""
    governance = sagemaker()
    program = ROOT + "(root / 'output/message').write_text('é' * 600); sys.exit(3)"
    d.create(governance, d.definition(d.processing("A", program), d.processing("B", "", DependsOn=["A"])))

    execution = d.started(governance)

    described = finished(governance, execution)
    assert described["PipelineExecutionStatus"] == "Failed"
    assert described["FailureReason"] == "Step failure: One or multiple steps failed."
    steps = steps_of(governance, execution)
    assert list(steps) == ["A"]
    assert steps["A"]["FailureReason"] == f"AlgorithmError: {'é' * 512}, exit code: 3"


def test_events_tell_each_change_of_execution_and_steps(sagemaker: Client, aws: FakeAws) -> None:
    """Execution and step status changes reach the default bus of the pipeline's account, in order."""
    governance = sagemaker()
    pipeline = d.create(governance, d.definition(d.processing("A", "")))
    execution = d.started(governance)
    finished(governance, execution)

    told = aws.await_events("SageMaker Model Building Pipeline Execution Status Change", 2)

    assert [e["account"] for e in told] == ["222222222222"] * 2
    changes = [detail(e) for e in told]
    assert [c["currentPipelineExecutionStatus"] for c in changes] == ["Executing", "Succeeded"]
    assert changes[1]["previousPipelineExecutionStatus"] == "Executing"
    assert changes[1]["pipelineArn"] == pipeline
    steps = [detail(e) for e in aws.await_events("SageMaker Model Building Pipeline Execution Step Status Change", 3)]
    assert [s["currentStepStatus"] for s in steps] == ["Starting", "Executing", "Succeeded"]
    assert steps[2]["metadata"]["processingJob"]["arn"].startswith(
        f"arn:aws:sagemaker:eu-west-1:222222222222:processing-job/pipelines-{execution.rsplit('/', 1)[1]}-A-"
    )


def test_repeated_token_gets_the_first_execution(sagemaker: Client) -> None:
    """The same token and parameters answer the first ARN; other parameters are an error."""
    governance = sagemaker()
    d.create(governance, two_steps())
    first = d.started(governance, Arn="arn:x")

    assert d.started(governance, Arn="arn:x") == first
    with pytest.raises(ClientError, match="already used with a different request"):
        d.started(governance, Arn="arn:y")
    finished(governance, first)


@pytest.mark.parametrize(
    ("parameters", "said"),
    [({}, "no default value"), ({"Arn": "a", "Other": "b"}, "Unknown parameters: Other")],
)
def test_parameters_must_be_those_declared(sagemaker: Client, parameters: dict[str, str], said: str) -> None:
    """Missing and unknown parameters are refused before anything runs."""
    governance = sagemaker()
    d.create(governance, two_steps())

    with pytest.raises(ClientError, match=said) as caught:
        d.started(governance, **parameters)

    assert caught.value.response["Error"]["Code"] == "ValidationException"
