"""Pipeline executions as callers see them."""

import secrets
import string

from local.sagemaker.clock import now
from local.sagemaker.errors import invalid, limit_exceeded, not_found
from local.sagemaker.executor import EXECUTION, RUNNING, STEP
from local.sagemaker.interpreter.definition import parse
from local.sagemaker.interpreter.failures import DefinitionError
from local.sagemaker.interpreter.parameters import bind
from local.sagemaker.operations import Answer, Call, Service, user_context
from local.sagemaker.paging import created_between, page
from local.sagemaker.pipelines import PIPELINE, definition_text, own
from local.sagemaker.pipelines import existing as existing_pipeline
from local.sagemaker.store import Document
from local.sagemaker.tokens import answered, remember

ID_CHARACTERS = string.ascii_lowercase + string.digits
MOST_RUNNING = 200  # the service's default quota of concurrent executions in an account
NOT_IMITATED = ("SelectiveExecutionConfig", "PipelineVersionId", "MlflowExperimentName")


def start(service: Service, call: Call) -> Answer:
    request, token = call.request, call.request["ClientRequestToken"]
    pipeline = existing_pipeline(service, call)
    if first := answered(service, call, token):
        return first
    if used := [name for name in NOT_IMITATED if request.get(name)]:
        raise invalid(f"{', '.join(used)}: not imitated by the embedded SageMaker.")
    given = request.get("PipelineParameters") or []
    try:
        definition = parse(definition_text(service, pipeline))
        bind(definition.parameters, {p["Name"]: p["Value"] for p in given})  # refuses what does not fit
    except DefinitionError as error:
        raise invalid(str(error)) from error
    running = service.store.all(EXECUTION, call.home.prefix)
    if sum(e["PipelineExecutionStatus"] in RUNNING for e in running) >= MOST_RUNNING:
        raise limit_exceeded(f"The account runs {MOST_RUNNING} pipeline executions, its limit; wait for some to end.")
    at = now()
    arn = f"{pipeline['PipelineArn']}/execution/{''.join(secrets.choice(ID_CHARACTERS) for _ in range(12))}"
    execution = {
        "PipelineArn": pipeline["PipelineArn"],
        "PipelineExecutionArn": arn,
        "PipelineExecutionDisplayName": request.get("PipelineExecutionDisplayName") or f"execution-{int(at * 1000)}",
        "PipelineExecutionDescription": request.get("PipelineExecutionDescription"),
        "PipelineExecutionStatus": "Executing",
        "ParallelismConfiguration": request.get("ParallelismConfiguration") or pipeline["ParallelismConfiguration"],
        "CreationTime": at,
        "LastModifiedTime": at,
        "CreatedBy": user_context(call.caller),
        "LastModifiedBy": user_context(call.caller),
        "definition": pipeline["definition"],
        "parameters": given,
    }
    service.store.put(EXECUTION, arn, execution)
    service.store.change(PIPELINE, pipeline["PipelineArn"], LastRunTime=at)
    answer = remember(service, call, token, {"PipelineExecutionArn": arn})
    service.executor.start(execution)
    return answer


def describe(service: Service, call: Call) -> Answer:
    return _existing(service, call)


def describe_definition(service: Service, call: Call) -> Answer:
    execution = _existing(service, call)
    return {
        "PipelineDefinition": definition_text(service, execution),
        "CreationTime": execution["CreationTime"],
    }


def list_executions(service: Service, call: Call) -> Answer:
    arn = existing_pipeline(service, call)["PipelineArn"]
    request = call.request
    found = created_between(
        service.store.all(EXECUTION, f"{arn}/execution/"), request.get("CreatedAfter"), request.get("CreatedBefore")
    )
    order = {"CreationTime": "CreationTime", "PipelineExecutionArn": "PipelineExecutionArn"}
    executions, token = page(found, request, key="PipelineExecutionArn", sort_by=order, order="Descending", size=10)
    return {"PipelineExecutionSummaries": [_summary(e) for e in executions], **token}


def _summary(execution: Document) -> Document:
    summary = {
        "PipelineExecutionArn": execution["PipelineExecutionArn"],
        "StartTime": execution["CreationTime"],
        "PipelineExecutionStatus": execution["PipelineExecutionStatus"],
        "PipelineExecutionDescription": execution.get("PipelineExecutionDescription"),
        "PipelineExecutionDisplayName": execution["PipelineExecutionDisplayName"],
        "PipelineExecutionFailureReason": execution.get("FailureReason"),
    }
    return {name: value for name, value in summary.items() if value is not None}


def list_steps(service: Service, call: Call) -> Answer:
    arn = _existing(service, call)["PipelineExecutionArn"]
    steps, token = page(
        service.store.all(STEP, f"{arn}/"),
        call.request,
        key="StepName",
        sort_by={"CreationTime": "StartTime"},
        order="Descending",
        size=100,
    )
    fields = service.shapes.members("PipelineExecutionStep")
    return {"PipelineExecutionSteps": [{f: s[f] for f in fields if s.get(f) is not None} for s in steps], **token}


def list_parameters(service: Service, call: Call) -> Answer:
    execution = _existing(service, call)
    parameters, token = page(
        execution["parameters"], call.request, key="Name", sort_by={"Name": "Name"}, order="Ascending", size=100
    )
    return {"PipelineParameters": parameters, **token}


def stop(service: Service, call: Call) -> Answer:
    execution = _existing(service, call)
    arn = execution["PipelineExecutionArn"]
    if execution["PipelineExecutionStatus"] == "Executing":
        service.executor.stop(execution)
    elif execution["PipelineExecutionStatus"] != "Stopping":
        raise invalid(f"Pipeline execution {arn} is {execution['PipelineExecutionStatus']} and cannot be stopped.")
    return {"PipelineExecutionArn": arn}


def retry(service: Service, call: Call) -> Answer:
    arn = _existing(service, call)["PipelineExecutionArn"]
    raise invalid(
        f"RetryPipelineExecution is not imitated by the embedded SageMaker; start a new execution, not {arn}."
    )


def _existing(service: Service, call: Call) -> Document:
    arn = own(call, "pipeline", call.request["PipelineExecutionArn"])
    execution = service.store.get(EXECUTION, arn)
    if execution is None:
        raise not_found(f"Pipeline execution with ARN {arn} does not exist.")
    return execution


OPERATIONS = {
    "StartPipelineExecution": start,
    "DescribePipelineExecution": describe,
    "DescribePipelineDefinitionForExecution": describe_definition,
    "ListPipelineExecutions": list_executions,
    "ListPipelineExecutionSteps": list_steps,
    "ListPipelineParametersForExecution": list_parameters,
    "StopPipelineExecution": stop,
    "RetryPipelineExecution": retry,
}
