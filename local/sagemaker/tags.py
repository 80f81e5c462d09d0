"""Tags of the resources that the front keeps itself."""

from local.sagemaker.arns import home_of
from local.sagemaker.errors import denied, invalid
from local.sagemaker.operations import Answer, Call, Service
from local.sagemaker.store import Document, Store

TAGS = "tags"
OWN_TYPES = frozenset({"model-package-group", "model-package", "pipeline"})
MOST = 50


def is_ours(arn: str) -> bool:
    """Whether the front keeps the tags of this resource; moto has the others."""
    return arn.split(":", 5)[-1].split("/", 1)[0] in OWN_TYPES


def set_tags(store: Store, arn: str, tags: list[Document] | None) -> None:
    """Add *tags* to a resource, over older ones of the same key."""
    known = {t["Key"]: t["Value"] for t in read_tags(store, arn)} | {t["Key"]: t["Value"] for t in tags or []}
    if len(known) > MOST:
        raise invalid(f"{arn} would have {len(known)} tags; a resource has at most {MOST}.")
    if tags:
        store.put(TAGS, arn, {"Tags": [{"Key": k, "Value": v} for k, v in known.items()]})


def read_tags(store: Store, arn: str) -> list[Document]:
    """The tags of a resource."""
    tags: list[Document] = (store.get(TAGS, arn) or {"Tags": []})["Tags"]
    return tags


def list_tags(service: Service, call: Call) -> Answer:
    return {"Tags": read_tags(service.store, _owned(call))}


def add_tags(service: Service, call: Call) -> Answer:
    set_tags(service.store, _owned(call), call.request["Tags"])
    return {"Tags": read_tags(service.store, call.request["ResourceArn"])}


def delete_tags(service: Service, call: Call) -> Answer:
    arn, gone = _owned(call), set(call.request["TagKeys"])
    service.store.put(TAGS, arn, {"Tags": [t for t in read_tags(service.store, arn) if t["Key"] not in gone]})
    return {}


def _owned(call: Call) -> str:
    arn: str = call.request["ResourceArn"]
    if home_of(arn).account != call.caller.account:
        raise denied(
            call.caller.session_arn,
            f"sagemaker:{call.operation}",
            arn,
            because=f"because no resource-based policy allows the sagemaker:{call.operation} action",
        )
    return arn


OPERATIONS = {"ListTags": list_tags, "AddTags": add_tags, "DeleteTags": delete_tags}
