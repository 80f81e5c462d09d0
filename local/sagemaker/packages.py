"""Model packages: registration, description, update, and the events of each change."""

from typing import Any

from local.sagemaker import groups
from local.sagemaker.arns import arn_of, home_of
from local.sagemaker.clock import iso, now
from local.sagemaker.errors import conflict, invalid
from local.sagemaker.groups import GROUP, PACKAGE
from local.sagemaker.operations import Answer, Call, Service, user_context
from local.sagemaker.paging import created_between, page
from local.sagemaker.sharing import authorize, group_of_package
from local.sagemaker.store import Document
from local.sagemaker.tags import TAGS, set_tags
from local.sagemaker.tokens import answered, remember

DETAIL_TYPE = "SageMaker Model Package State Change"
NOT_STORED = frozenset({"Tags", "ClientToken", "ModelPackageName", "ModelPackageGroupName"})
REPLACED_BY_UPDATE = (
    "ModelApprovalStatus",
    "ApprovalDescription",
    "InferenceSpecification",
    "SourceUri",
    "ModelCard",
    "ModelLifeCycle",
    "ModelPackageRegistrationType",
)
MOST_METADATA = 50
# sagemaker:UpdatedModelPackageFields spells this one with a small letter
SPELLED = {"SourceUri": "sourceUri", "CustomerMetadataPropertiesToRemove": "CustomerMetadataProperties"}
EVENT_FIELDS = (
    "ModelPackageName",
    "ModelPackageGroupName",
    "ModelPackageVersion",
    "ModelPackageArn",
    "ModelPackageDescription",
    "CreationTime",
    "InferenceSpecification",
    "ModelPackageStatus",
    "ModelPackageStatusDetails",
    "CertifyForMarketplace",
    "ModelApprovalStatus",
    "ApprovalDescription",
    "MetadataProperties",
    "ModelMetrics",
    "ModelLifeCycle",
    "CustomerMetadataProperties",
    "SourceUri",
    "LastModifiedTime",
)


def create(service: Service, call: Call) -> Answer:
    token = call.request.get("ClientToken")
    group_name = call.request.get("ModelPackageGroupName")
    if group_name is None:
        arn, identity = _unversioned(service, call)
    else:
        if call.request.get("Tags"):
            raise invalid("Tags of a model package version are those of its group; tag the group instead.")
        arn, identity = _next_version(service, call)
    if first := answered(service, call, token):
        return first
    if service.store.get(PACKAGE, arn):
        raise conflict(f"Model Package already exists: {arn}")
    package = {
        **{name: value for name, value in call.request.items() if name not in NOT_STORED},
        **identity,
        "ModelPackageArn": arn,
        "CreationTime": now(),
        "CreatedBy": user_context(call.caller),
        "ModelPackageStatus": "Completed",
        "ModelPackageStatusDetails": {"ValidationStatuses": [], "ImageScanStatuses": []},
        "CertifyForMarketplace": call.request.get("CertifyForMarketplace", False),
    }
    if group_name is not None:
        package.setdefault("ModelApprovalStatus", "PendingManualApproval")
        package.setdefault("ModelPackageRegistrationType", "Registered")
        service.store.change(GROUP, _group_arn(arn), versions=package["ModelPackageVersion"])
    service.store.put(PACKAGE, arn, package)
    set_tags(service.store, arn, call.request.get("Tags"))
    answer = remember(service, call, token, {"ModelPackageArn": arn})
    _tell(service, package)
    return answer


def _unversioned(service: Service, call: Call) -> tuple[str, Document]:
    name = call.request.get("ModelPackageName")
    if name is None:
        raise invalid("Either ModelPackageName or ModelPackageGroupName is required.")
    arn = call.home.package(name)
    return arn, {"ModelPackageName": name}


def _next_version(service: Service, call: Call) -> tuple[str, Document]:
    group_arn = groups.group_arn(call)
    home = home_of(group_arn)
    name = group_arn.rsplit("/", 1)[1]
    group = service.store.get(GROUP, group_arn)
    version = (group["versions"] if group else 0) + 1
    arn = home.package(f"{name}/{version}")
    authorize(service, call, arn, group=group_arn)  # before saying whether the group is there
    groups.existing(service, group_arn)
    return arn, {
        "ModelPackageName": f"{name}/{version}",
        "ModelPackageGroupName": name,
        "ModelPackageVersion": version,
    }


def describe(service: Service, call: Call) -> Answer:
    return _named(service, call, call.request["ModelPackageName"])


def list_packages(service: Service, call: Call) -> Answer:
    request = call.request
    if request.get("ModelPackageGroupName"):
        group_arn = groups.group_arn(call)
        home, name = home_of(group_arn), group_arn.rsplit("/", 1)[1]
        authorize(service, call, home.package(f"{name}/*"), group=group_arn)
        groups.existing(service, group_arn)
        found = service.store.all(PACKAGE, home.package(f"{name}/"))
    else:
        wanted = request.get("ModelPackageType") or "Unversioned"
        found = [p for p in service.store.all(PACKAGE, call.home.prefix) if wanted in ("Both", _type_of(p))]
    found = created_between(found, request.get("CreationTimeAfter"), request.get("CreationTimeBefore"))
    status, part = request.get("ModelApprovalStatus"), request.get("NameContains")
    found = [p for p in found if status in (None, p.get("ModelApprovalStatus"))]
    found = [p for p in found if not part or part.lower() in p["ModelPackageName"].lower()]
    order = {"CreationTime": "CreationTime", "Name": "ModelPackageName"}
    packages, token = page(found, request, key="ModelPackageArn", sort_by=order, order="Ascending", size=100)
    fields = service.shapes.members("ModelPackageSummary")
    return {
        "ModelPackageSummaryList": [{f: p[f] for f in fields if p.get(f) is not None} for p in packages],
        **token,
    }


def update(service: Service, call: Call) -> Answer:
    request, token = call.request, call.request.get("ClientToken")
    package = _named(service, call, request["ModelPackageArn"])
    if first := answered(service, call, token):
        return first
    changed: Document = {name: request[name] for name in REPLACED_BY_UPDATE if request.get(name) is not None}
    if request.get("CustomerMetadataProperties") or request.get("CustomerMetadataPropertiesToRemove"):
        changed["CustomerMetadataProperties"] = _metadata(package, request)
    if additions := request.get("AdditionalInferenceSpecificationsToAdd"):
        changed["AdditionalInferenceSpecifications"] = [
            *package.get("AdditionalInferenceSpecifications", []),
            *additions,
        ]
    if not changed:
        raise invalid("No fields to update were given.")
    arn = package["ModelPackageArn"]
    package = service.store.change(
        PACKAGE, arn, **changed, LastModifiedTime=now(), LastModifiedBy=user_context(call.caller)
    )
    answer = remember(service, call, token, {"ModelPackageArn": arn})
    _tell(service, package, updated=[SPELLED.get(name, name) for name in changed])
    return answer


def delete(service: Service, call: Call) -> Answer:
    arn = _named(service, call, call.request["ModelPackageName"])["ModelPackageArn"]
    for kind in (PACKAGE, TAGS):
        service.store.delete(kind, arn)
    return {}


def _named(service: Service, call: Call, name: str) -> Document:
    arn = arn_of("model-package", name, call.home)
    authorize(service, call, arn, group=group_of_package(arn))
    package = service.store.get(PACKAGE, arn)
    if package is None:
        raise invalid(f"ModelPackage {arn} does not exist.")
    return package


def _metadata(package: Document, request: dict[str, Any]) -> Document:
    gone = set(request.get("CustomerMetadataPropertiesToRemove") or [])
    kept = {k: v for k, v in package.get("CustomerMetadataProperties", {}).items() if k not in gone}
    merged = kept | (request.get("CustomerMetadataProperties") or {})
    if len(merged) > MOST_METADATA:
        raise invalid(f"{package['ModelPackageArn']} would have {len(merged)} metadata properties, over 50.")
    return merged


def _type_of(package: Document) -> str:
    return "Versioned" if "ModelPackageVersion" in package else "Unversioned"


def _group_arn(arn: str) -> str:
    return group_of_package(arn) or ""


def _tell(service: Service, package: Document, updated: list[str] | None = None) -> None:
    detail = {name: package[name] for name in EVENT_FIELDS if package.get(name) is not None}
    for name in ("CreationTime", "LastModifiedTime"):
        if name in detail:
            detail[name] = iso(detail[name])
    if updated is not None:
        detail["UpdatedModelPackageFields"] = updated
    service.events.emit(DETAIL_TYPE, package["ModelPackageArn"], detail)


OPERATIONS = {
    "CreateModelPackage": create,
    "DescribeModelPackage": describe,
    "ListModelPackages": list_packages,
    "UpdateModelPackage": update,
    "DeleteModelPackage": delete,
}
