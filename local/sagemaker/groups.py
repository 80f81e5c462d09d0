"""Model package groups and their resource policies."""

import json

from local.sagemaker.arns import arn_of, home_of
from local.sagemaker.clock import now
from local.sagemaker.errors import conflict, invalid
from local.sagemaker.operations import Answer, Call, Service, user_context
from local.sagemaker.paging import created_between, page
from local.sagemaker.resource_policy import problem_with
from local.sagemaker.sharing import POLICY, authorize
from local.sagemaker.store import Document
from local.sagemaker.tags import TAGS, set_tags

GROUP = "group"
PACKAGE = "package"


def group_arn(call: Call) -> str:
    """The ARN of the group a call names."""
    return arn_of("model-package-group", call.request["ModelPackageGroupName"], call.home)


def existing(service: Service, arn: str) -> Document:
    """The group, or the service's sentence that it is not there (which Terraform reads)."""
    group = service.store.get(GROUP, arn)
    if group is None:
        raise invalid(f"ModelPackageGroup {arn} does not exist.")
    return group


def create(service: Service, call: Call) -> Answer:
    name = call.request["ModelPackageGroupName"]
    arn = call.home.group(name)
    if service.store.get(GROUP, arn):
        raise invalid(f"Model Package Group already exists: {arn}")
    group = {
        "ModelPackageGroupName": name,
        "ModelPackageGroupArn": arn,
        "ModelPackageGroupDescription": call.request.get("ModelPackageGroupDescription"),
        "ModelPackageGroupStatus": "Completed",
        "CreationTime": now(),
        "CreatedBy": user_context(call.caller),
        "versions": 0,  # the last number given out: a deleted version's number never comes back
    }
    service.store.put(GROUP, arn, group)
    set_tags(service.store, arn, call.request.get("Tags"))
    return {"ModelPackageGroupArn": arn}


def describe(service: Service, call: Call) -> Answer:
    arn = group_arn(call)
    authorize(service, call, arn, group=arn)
    return existing(service, arn)


def list_groups(service: Service, call: Call) -> Answer:
    if call.request.get("CrossAccountFilterOption") == "CrossAccount":
        return {"ModelPackageGroupSummaryList": []}  # the service lists shares by RAM here, never by resource policy
    found = service.store.all(GROUP, call.home.prefix)
    found = created_between(found, call.request.get("CreationTimeAfter"), call.request.get("CreationTimeBefore"))
    part = call.request.get("NameContains")
    found = [g for g in found if not part or part.lower() in g["ModelPackageGroupName"].lower()]
    summaries, token = page(
        found,
        call.request,
        key="ModelPackageGroupArn",
        sort_by={"CreationTime": "CreationTime", "Name": "ModelPackageGroupName"},
        order="Ascending",
        size=100,
    )
    fields = service.shapes.members("ModelPackageGroupSummary")
    return {
        "ModelPackageGroupSummaryList": [{f: g[f] for f in fields if g.get(f) is not None} for g in summaries],
        **token,
    }


def delete(service: Service, call: Call) -> Answer:
    arn = group_arn(call)
    authorize(service, call, arn, group=arn)
    group = existing(service, arn)
    if service.store.all(PACKAGE, home_of(arn).package(group["ModelPackageGroupName"]) + "/"):
        raise conflict(f"Model Package Group {arn} still contains model packages; delete them first.")
    for kind in (GROUP, POLICY, TAGS):
        service.store.delete(kind, arn)
    return {}


def put_policy(service: Service, call: Call) -> Answer:
    arn = _own_group(service, call)
    text = call.request["ResourcePolicy"]
    try:
        problem = problem_with(json.loads(text))
    except ValueError as error:
        problem = f"it is not JSON: {error}"
    if problem:
        raise invalid(f"Invalid resource policy for {arn}: {problem}.")
    service.store.put(POLICY, arn, {"ResourcePolicy": text})
    return {"ModelPackageGroupArn": arn}


def get_policy(service: Service, call: Call) -> Answer:
    arn = _own_group(service, call)
    policy = service.store.get(POLICY, arn)
    if policy is None:
        raise invalid(f"Cannot find resource policy for: {arn}")
    return policy


def delete_policy(service: Service, call: Call) -> Answer:
    service.store.delete(POLICY, _own_group(service, call))
    return {}


def _own_group(service: Service, call: Call) -> str:
    arn = group_arn(call)
    authorize(service, call, arn, group=arn)
    if service.store.get(GROUP, arn) is None:
        raise invalid(f"Cannot find Model Package Group: {arn}")
    return arn


OPERATIONS = {
    "CreateModelPackageGroup": create,
    "DescribeModelPackageGroup": describe,
    "ListModelPackageGroups": list_groups,
    "DeleteModelPackageGroup": delete,
    "PutModelPackageGroupPolicy": put_policy,
    "GetModelPackageGroupPolicy": get_policy,
    "DeleteModelPackageGroupPolicy": delete_policy,
}
