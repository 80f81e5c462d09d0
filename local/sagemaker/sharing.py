"""May this caller do this? Its own account may (identity policies are not evaluated), others by the group's policy."""

import json

from local.sagemaker.arns import home_of, name_in
from local.sagemaker.errors import denied
from local.sagemaker.operations import Call, Service
from local.sagemaker.resource_policy import Access, Decision, decide

POLICY = "group-policy"


def authorize(service: Service, call: Call, resource: str, *, group: str | None = None) -> None:
    """
    Let the call through, or refuse it.

    *group* is the ARN of the group whose policy speaks for *resource*. A Deny in it binds its own account as well.

    Raises:
        ServiceError: AccessDeniedException as the service words it.
    """
    stored = service.store.get(POLICY, group) if group else None
    decision = decide(json.loads(stored["ResourcePolicy"]), _access(call, resource)) if stored else Decision.SILENT
    own = home_of(resource).account == call.caller.account
    if decision is Decision.ALLOW or (own and decision is Decision.SILENT):
        return
    action = f"sagemaker:{call.operation}"
    because = (
        "with an explicit deny in a resource-based policy"
        if decision is Decision.DENY
        else f"because no resource-based policy allows the {action} action"
    )
    raise denied(call.caller.session_arn, action, resource, because=because)


def group_of_package(arn: str) -> str | None:
    """The ARN of the group of a versioned package."""
    group, slash, _ = name_in(arn).rpartition("/")
    return home_of(arn).group(group) if slash else None


def _access(call: Call, resource: str) -> Access:
    caller, stage = call.caller, call.request.get("ModelLifeCycle") or {}
    metadata: dict[str, str] = call.request.get("CustomerMetadataProperties") or {}
    asked = {
        "sagemaker:modelapprovalstatus": call.request.get("ModelApprovalStatus"),
        "sagemaker:modellifecycle:stage": stage.get("Stage"),
        "sagemaker:modellifecycle:stagestatus": stage.get("StageStatus"),
        **{f"sagemaker:customermetadataproperties/{k.lower()}": v for k, v in metadata.items()},
        "aws:principalarn": caller.principal_arn,
        "aws:principalaccount": caller.account,
        "aws:requestedregion": call.region,
        "aws:securetransport": "true",  # loopback has no TLS; policies are written for the real endpoint
    }
    return Access(
        principals=(caller.principal_arn, caller.session_arn),
        account=caller.account,
        action=f"sagemaker:{call.operation}",
        resource=resource,
        context={key: value for key, value in asked.items() if value is not None},
    )
