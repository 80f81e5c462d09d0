"""Steps: conditions, failures, retries, limits, inputs, stopping."""

import contextlib
import http.client
import json
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.local_sagemaker import definitions as d
from tests.unit.local_sagemaker.conftest import Client, finished
from tests.unit.local_sagemaker.fake_aws import FakeAws
from tests.unit.local_sagemaker.test_sagemaker_executions import ROOT, steps_of

SAY = ROOT + "(root / 'output/message').write_text(' '.join(sys.argv[1:]))"
AGAIN = [{"ExceptionType": ["SageMaker.JOB_INTERNAL_ERROR"], "IntervalSeconds": 0, "MaxAttempts": 2}]


def run(sagemaker: Any, *steps: dict[str, Any], **parameters: Any) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Run a pipeline of these steps to its end."""
    declared = [{"Name": k, "Type": v} for k, v in parameters.pop("declared", {}).items()]
    d.create(sagemaker, d.definition(*steps, parameters=declared))
    execution = d.started(sagemaker, **parameters)
    return finished(sagemaker, execution), steps_of(sagemaker, execution)


def message(sagemaker: Any, step: dict[str, Any]) -> str:
    name = step["Metadata"]["ProcessingJob"]["Arn"].rsplit("/", 1)[1]
    said: str = sagemaker.describe_processing_job(ProcessingJobName=name)["ExitMessage"]
    return said


def plan_fault(client: Any, order: dict[str, Any]) -> None:
    assert post_fault(client, order, {"x-modelgate-faults": "1"}) == 200


def post_fault(client: Any, order: dict[str, Any], headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection(client.meta.endpoint_url.removeprefix("http://"))
    connection.request("POST", "/_modelgate/faults", json.dumps(order), headers)
    with contextlib.closing(connection):
        return connection.getresponse().status


def test_step_sees_its_contract_and_nothing_of_the_developer(
    sagemaker: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process gets PATH, endpoints, its role's credentials, the region and SageMaker's folder."""
    monkeypatch.setenv("TOKEN_OF_A_DEVELOPER", "secret")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    governance = sagemaker()
    program = ROOT + "(root / 'output/message').write_text(' '.join(sorted(os.environ)))"

    _, steps = run(governance, d.processing("A", program, Environment={"COLOUR": "blue"}))

    assert set(message(governance, steps["A"]).split()) - {"LC_CTYPE", "__CF_USER_TEXT_ENCODING"} == {
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_DEFAULT_REGION",
        "AWS_REGION",
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_SAGEMAKER",
        "AWS_EC2_METADATA_DISABLED",
        "COLOUR",
        "HOME",
        "LANG",
        "MODELGATE_ML_ROOT",
        "MODELGATE_RUNTIME",
        "PATH",
        "PYTHONSAFEPATH",
        "PYTHONUNBUFFERED",
        "TMPDIR",
    }


def test_job_configuration_is_in_the_service_s_shape(sagemaker: Client) -> None:
    """processingjobconfig.json holds the request and the job's name and ARN; resourceconfig.json the one host."""
    governance = sagemaker()
    program = ROOT + "(root / 'output/message').write_text((root / 'config' / sys.argv[1]).read_text())"

    _, steps = run(
        governance,
        d.processing("A", program, "processingjobconfig.json"),
        d.processing("B", program, "resourceconfig.json"),
    )

    config = json.loads(message(governance, steps["A"]))
    assert config["ProcessingJobArn"] == steps["A"]["Metadata"]["ProcessingJob"]["Arn"]
    assert config["AppSpecification"]["ContainerArguments"] == ["processingjobconfig.json"]
    assert {"ProcessingJobName", "ProcessingResources", "RoleArn"} <= set(config)
    assert json.loads(message(governance, steps["B"])) == {"current_host": "algo-1", "hosts": ["algo-1"]}


@pytest.mark.parametrize(("value", "ran"), [("1", "Yes"), ("2", "No")])
def test_condition_runs_one_branch(sagemaker: Client, value: str, ran: str) -> None:
    """Integer parameters compare as numbers; the other branch has no record."""
    condition = {
        "Name": "C",
        "Type": "Condition",
        "Arguments": {
            "Conditions": [
                {"Type": "LessThanOrEqualTo", "LeftValue": {"Get": "Parameters.N"}, "RightValue": 1},
                {"Type": "Not", "Expression": {"Type": "In", "QueryValue": "a", "Values": ["b"]}},
            ],
            "IfSteps": [d.processing("Yes", "")],
            "ElseSteps": [d.processing("No", "")],
        },
    }

    description, steps = run(sagemaker(), condition, declared={"N": "Integer"}, N=value)

    assert description["PipelineExecutionStatus"] == "Succeeded"
    assert set(steps) == {"C", ran}
    assert steps["C"]["Metadata"]["Condition"]["Outcome"] == str(ran == "Yes")


def test_fail_step_fails_with_its_message(sagemaker: Client) -> None:
    """The joined message is the step's reason and in its metadata."""
    joined = {"Std:Join": {"On": " ", "Values": ["run", {"Get": "Execution.PipelineName"}, "is off:", True]}}

    description, steps = run(sagemaker(), {"Name": "F", "Type": "Fail", "Arguments": {"ErrorMessage": joined}})

    assert description["PipelineExecutionStatus"] == "Failed"
    assert steps["F"]["FailureReason"] == "run approval is off: true"
    assert steps["F"]["Metadata"]["Fail"]["ErrorMessage"] == "run approval is off: true"


def test_property_file_feeds_a_later_step(sagemaker: Client) -> None:
    """Std:JsonGet reads a value, list positions included, from a file that a step wrote."""
    governance = sagemaker()
    write = ROOT + "(root / 'processing/output/out/r.json').write_text('{\"a\": [{\"b\": 0.5}]}')"
    value = {"Std:JsonGet": {"PropertyFile": {"Get": "Steps.A.PropertyFiles.Result"}, "Path": "a[0].b"}}
    files = [{"PropertyFileName": "Result", "OutputName": "out", "FilePath": "r.json"}]
    first = d.processing("A", write, ProcessingOutputConfig=d.output("out", "s3://b/p"), PropertyFiles=files)

    _, steps = run(governance, first, d.processing("B", SAY, {"Std:Join": {"On": "", "Values": ["v=", value]}}))

    assert message(governance, steps["B"]) == "v=0.5"


def test_every_page_of_an_input_is_fetched(sagemaker: Client, aws: FakeAws) -> None:
    """An input prefix of more than one listing page arrives whole, in its folders."""
    aws.objects |= {f"b/in/f{n}/x": str(n).encode() for n in range(5)}
    governance = sagemaker()
    program = ROOT + "(root / 'output/message').write_text(str(len(list((root / 'processing/input/i').rglob('x')))))"

    _, steps = run(governance, d.processing("A", program, ProcessingInputs=d.s3_input("i", "s3://b/in/")))

    assert message(governance, steps["A"]) == "5"


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"ProcessingInputs": d.s3_input("i", "s3://b/in/")}, "leaves its input folder"),
        ({"ProcessingInputs": d.s3_input("i", "s3://b/none/")}, "No S3 objects found"),
        ({"ProcessingInputs": d.s3_input("../../x", "s3://b/in/")}, "must lie below"),
        ({"StoppingCondition": {"MaxRuntimeInSeconds": 1}}, "time limit of 1 s"),
        ({"RoleArn": "nonsense"}, "Failed to invoke sagemaker:CreateProcessingJob"),
    ],
)
def test_jobs_that_fail(sagemaker: Client, aws: FakeAws, members: dict[str, Any], said: str) -> None:
    """Each with a reason; nothing is written outside the job's folder."""
    aws.objects["b/in/../../../escaped"] = b"x"

    _, steps = run(sagemaker(), d.processing("A", "import time; time.sleep(20)", **members))

    assert steps["A"]["StepStatus"] == "Failed"
    assert said in steps["A"]["FailureReason"]


def test_infrastructure_fault_is_retried_as_declared(sagemaker: Client) -> None:
    """SageMaker.JOB_INTERNAL_ERROR is tried again; the record counts the attempts."""
    governance = sagemaker()
    plan_fault(governance, {"fail_step": "A", "times": 2, "kind": "infrastructure"})

    description, steps = run(governance, d.processing("A", "", RetryPolicies=AGAIN))

    assert description["PipelineExecutionStatus"] == "Succeeded"
    assert steps["A"]["AttemptCount"] == 3


def test_retries_end(sagemaker: Client) -> None:
    """After MaxAttempts retries the fault is the step's failure."""
    governance = sagemaker()
    plan_fault(governance, {"fail_step": "A", "times": 9, "kind": "infrastructure"})

    _, steps = run(governance, d.processing("A", "", RetryPolicies=AGAIN))

    assert steps["A"]["FailureReason"] == "InternalServerError: injected fault"
    assert steps["A"]["AttemptCount"] == 3


def test_crash_is_not_retried(sagemaker: Client) -> None:
    """What the step's own code does is no exception type of any policy."""
    governance = sagemaker()
    plan_fault(governance, {"fail_step": "A"})

    _, steps = run(governance, d.processing("A", "", RetryPolicies=AGAIN))

    assert steps["A"]["FailureReason"] == "AlgorithmError: injected crash, exit code: 137"
    assert steps["A"]["AttemptCount"] == 1


def test_fault_door_needs_its_header(sagemaker: Client) -> None:
    """A web page cannot plan faults."""
    assert post_fault(sagemaker(), {"fail_step": "A"}, {}) == 403


def test_stopped_execution_ends_its_running_step(sagemaker: Client) -> None:
    """StopPipelineExecution kills the step; both end as Stopped, and the next step never begins."""
    governance = sagemaker()
    sleep = d.processing("A", "import time; time.sleep(60)")
    d.create(governance, d.definition(sleep, d.processing("B", "", DependsOn=["A"])))
    execution = d.started(governance)

    governance.stop_pipeline_execution(PipelineExecutionArn=execution, ClientRequestToken="s" * 32)

    assert finished(governance, execution)["PipelineExecutionStatus"] == "Stopped"
    assert {name: s["StepStatus"] for name, s in steps_of(governance, execution).items()} in (
        {"A": "Stopped"},
        {},  # stopped before it began
    )
    with pytest.raises(ClientError, match="cannot be stopped"):
        governance.stop_pipeline_execution(PipelineExecutionArn=execution, ClientRequestToken="s" * 32)


def test_executions_are_listed_newest_first_in_pages(sagemaker: Client) -> None:
    """ListPipelineExecutions honours MaxResults, NextToken, SortOrder."""
    governance = sagemaker()
    d.create(governance, d.definition({"Name": "F", "Type": "Fail", "Arguments": {"ErrorMessage": "x"}}))
    made = [d.started(governance, token=str(n) * 32) for n in range(3)]
    for arn in made:
        finished(governance, arn)

    first = governance.list_pipeline_executions(PipelineName="approval", MaxResults=2)
    second = governance.list_pipeline_executions(PipelineName="approval", MaxResults=2, NextToken=first["NextToken"])

    listed = [e["PipelineExecutionArn"] for p in (first, second) for e in p["PipelineExecutionSummaries"]]
    assert set(listed) == set(made)
    assert listed[0] == made[2] or len({e["StartTime"] for e in first["PipelineExecutionSummaries"]}) == 1
    assert "NextToken" not in second


MODULE = """
import json, os, pathlib, sys, time
root = pathlib.Path(os.environ["MODELGATE_ML_ROOT"])
if sys.argv[1] == "sleep":
    time.sleep(60)
if sys.argv[1] == "fail":
    sys.exit("one sentence")
said = [sys.argv[1:], os.getcwd() == str(root), sorted(k for k in os.environ if "DEVELOPER" in k), __name__]
(root / "output/message").write_text(json.dumps(said))
"""


def module_step(name: str, folder: Path, *arguments: str, **members: Any) -> dict[str, Any]:
    """A step that runs a module, as `python3 -m` does, from a folder on its PYTHONPATH."""
    (folder / "a_step.py").write_text(MODULE)
    step = d.processing(name, "", *arguments, Environment={"PYTHONPATH": str(folder)}, **members)
    step["Arguments"]["AppSpecification"]["ContainerEntrypoint"] = ["python3", "-m", "a_step"]
    return step


def test_module_steps_meet_the_same_contract(
    sagemaker: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A forked `python3 -m` step has its arguments, folder and environment, and nothing of the developer."""
    monkeypatch.setenv("TOKEN_OF_A_DEVELOPER", "secret")
    governance = sagemaker()

    _, steps = run(governance, module_step("A", tmp_path, "--x", "é"))

    assert json.loads(message(governance, steps["A"])) == [["--x", "é"], True, [], "__main__"]


@pytest.mark.parametrize(
    ("argument", "members", "said"),
    [
        ("fail", {}, "exit code: 1"),
        ("sleep", {"StoppingCondition": {"MaxRuntimeInSeconds": 1}}, "time limit of 1 s"),
    ],
)
def test_module_steps_that_fail(
    sagemaker: Client, tmp_path: Path, argument: str, members: dict[str, Any], said: str
) -> None:
    """Exit codes and time limits of forked steps count as those of others."""
    _, steps = run(sagemaker(), module_step("A", tmp_path, argument, **members))

    assert said in steps["A"]["FailureReason"]


def test_module_steps_can_be_stopped(sagemaker: Client, tmp_path: Path) -> None:
    """Stopping an execution kills a forked step."""
    governance = sagemaker()
    d.create(governance, d.definition(module_step("A", tmp_path, "sleep")))
    execution = d.started(governance)
    while "Metadata" not in steps_of(governance, execution).get("A", {}):
        time.sleep(0.02)

    governance.stop_pipeline_execution(PipelineExecutionArn=execution, ClientRequestToken="s" * 32)

    assert finished(governance, execution)["PipelineExecutionStatus"] == "Stopped"


def test_late_crash_leaves_what_the_step_did(sagemaker: Client) -> None:
    """The step has run, and its message is there; the execution fails all the same."""
    governance = sagemaker()
    plan_fault(governance, {"fail_step": "A", "kind": "late-crash"})

    description, steps = run(governance, d.processing("A", SAY, "done"))

    assert description["PipelineExecutionStatus"] == "Failed"
    assert message(governance, steps["A"]) == "done"
