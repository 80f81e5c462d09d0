"""Pipelines: the stored definitions."""

import hashlib
from typing import Any

from local.sagemaker.arns import arn_of
from local.sagemaker.clock import now
from local.sagemaker.errors import conflict, denied, invalid, not_found
from local.sagemaker.executor import DEFINITION, EXECUTION, RUNNING, STEP
from local.sagemaker.interpreter.definition import parse
from local.sagemaker.interpreter.failures import DefinitionError
from local.sagemaker.operations import Answer, Call, Service, user_context
from local.sagemaker.paging import created_between, page
from local.sagemaker.store import Document
from local.sagemaker.tags import TAGS, set_tags
from local.sagemaker.tokens import answered, remember

PIPELINE = "pipeline"
MOST_CHARACTERS = 1_048_576


def own(call: Call, kind: str, name_or_arn: str) -> str:
    """The ARN of a resource that only its own account may use (sharing by RAM is not imitated)."""
    arn = arn_of(kind, name_or_arn, call.home)
    if not arn.startswith(f"arn:aws:sagemaker:{call.region}:{call.caller.account}:"):
        action = f"sagemaker:{call.operation}"
        because = f"because no resource-based policy allows the {action} action"
        raise denied(call.caller.session_arn, action, arn, because=because)
    return arn


def existing(service: Service, call: Call) -> Document:
    """The pipeline a call names."""
    arn = own(call, "pipeline", call.request["PipelineName"])
    pipeline = service.store.get(PIPELINE, arn)
    if pipeline is None:
        raise not_found(f"Pipeline '{arn}' does not exist.")
    return pipeline


def create(service: Service, call: Call) -> Answer:
    request, token = call.request, call.request["ClientRequestToken"]
    if first := answered(service, call, token):
        return first
    name = request["PipelineName"]
    arn = call.home.pipeline(name)
    if service.store.get(PIPELINE, arn):
        raise invalid(
            "Pipeline names must be unique within an AWS account and region. "
            f"Pipeline with name ({name}) already exists."
        )
    definition = _definition(service, call)
    if definition is None:
        raise invalid("Either PipelineDefinition or PipelineDefinitionS3Location is required.")
    at = now()
    pipeline = {
        "PipelineArn": arn,
        "PipelineName": name,
        "PipelineDisplayName": request.get("PipelineDisplayName") or name,
        "PipelineDescription": request.get("PipelineDescription"),
        "RoleArn": request["RoleArn"],
        "ParallelismConfiguration": request.get("ParallelismConfiguration"),
        "PipelineStatus": "Active",
        "CreationTime": at,
        "LastModifiedTime": at,
        "CreatedBy": user_context(call.caller),
        "LastModifiedBy": user_context(call.caller),
        "definition": definition,
    }
    service.store.put(PIPELINE, arn, pipeline)
    set_tags(service.store, arn, request.get("Tags"))
    return remember(service, call, token, {"PipelineArn": arn})


def update(service: Service, call: Call) -> Answer:
    pipeline = existing(service, call)
    definition = _definition(service, call)
    fields = ("PipelineDisplayName", "PipelineDescription", "RoleArn", "ParallelismConfiguration")
    changed: dict[str, Any] = {name: call.request[name] for name in fields if call.request.get(name) is not None}
    if definition is not None:
        changed["definition"] = definition
    arn = pipeline["PipelineArn"]
    service.store.change(PIPELINE, arn, **changed, LastModifiedTime=now(), LastModifiedBy=user_context(call.caller))
    return {"PipelineArn": arn}


def describe(service: Service, call: Call) -> Answer:
    pipeline = existing(service, call)
    return {**pipeline, "PipelineDefinition": definition_text(service, pipeline)}


def list_pipelines(service: Service, call: Call) -> Answer:
    request = call.request
    found = created_between(
        service.store.all(PIPELINE, call.home.prefix), request.get("CreatedAfter"), request.get("CreatedBefore")
    )
    found = [p for p in found if p["PipelineName"].startswith(request.get("PipelineNamePrefix") or "")]
    order = {"CreationTime": "CreationTime", "Name": "PipelineName"}
    pipelines, token = page(found, request, key="PipelineArn", sort_by=order, order="Descending", size=10)
    fields = (*service.shapes.members("PipelineSummary"),)
    renamed = {"LastExecutionTime": "LastRunTime"}
    return {
        "PipelineSummaries": [
            {f: p[renamed.get(f, f)] for f in fields if p.get(renamed.get(f, f)) is not None} for p in pipelines
        ],
        **token,
    }


def delete(service: Service, call: Call) -> Answer:
    arn = existing(service, call)["PipelineArn"]
    executions = service.store.all(EXECUTION, arn + "/execution/")
    if any(e["PipelineExecutionStatus"] in RUNNING for e in executions):
        raise conflict(f"Pipeline {arn} has running executions; stop them before deleting it.")
    for execution in executions:
        prefix = execution["PipelineExecutionArn"]
        for step in service.store.all(STEP, prefix + "/"):
            service.store.delete(STEP, f"{prefix}/{step['StepName']}")
        service.store.delete(EXECUTION, prefix)
    for kind in (PIPELINE, TAGS):
        service.store.delete(kind, arn)
    return {"PipelineArn": arn}


def definition_text(service: Service, document: Document) -> str:
    """The definition that a pipeline or an execution holds."""
    stored = service.store.get(DEFINITION, document["definition"])
    return str(stored["text"]) if stored else ""


def _definition(service: Service, call: Call) -> str | None:
    """Check and keep the definition of a request; returns the name it is kept by."""
    text = call.request.get("PipelineDefinition")
    if place := call.request.get("PipelineDefinitionS3Location"):
        objects = service.storage.objects(call.caller.account, call.region)
        text = objects.read(place["Bucket"], place["ObjectKey"]).decode()
    if text is None:
        return None
    if len(text) > MOST_CHARACTERS:
        raise invalid(f"The pipeline definition has {len(text)} characters, over {MOST_CHARACTERS}.")
    try:
        parse(text)
    except DefinitionError as error:
        raise invalid(f"Invalid pipeline definition: {error}") from error
    name = hashlib.sha256(text.encode()).hexdigest()
    service.store.put(DEFINITION, name, {"text": text})
    return name


OPERATIONS = {
    "CreatePipeline": create,
    "UpdatePipeline": update,
    "DescribePipeline": describe,
    "ListPipelines": list_pipelines,
    "DeletePipeline": delete,
}
