"""Reads the policies of a plan: who may do what."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tests.terraform.offline import planned

# Every resource type that carries a policy, and the attribute: a type that nobody listed fails a test.
POLICY_ATTRIBUTES = {
    "aws_cloudwatch_event_bus_policy": "policy",
    "aws_ecr_repository_policy": "policy",
    "aws_iam_role": "assume_role_policy",
    "aws_iam_role_policy": "policy",
    "aws_kms_key": "policy",
    "aws_organizations_policy": "content",
    "aws_s3_bucket_policy": "policy",
    "aws_sagemaker_model_package_group_policy": "resource_policy",
    "aws_sns_topic_policy": "policy",
    "aws_sqs_queue": "policy",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement, with everything that may be one or many as a tuple."""

    address: str
    sid: str
    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    principals: tuple[str, ...]
    conditions: Mapping[str, Mapping[str, Any]]

    def allows(self, action: str) -> bool:
        """Whether it grants *action* on some resource."""
        return self.effect == "Allow" and any(fnmatchcase(action.lower(), one.lower()) for one in self.actions)


def statements(plan: Mapping[str, Any], kind: str | None = None) -> list[Statement]:
    """All statements of the plan's policies, of resource type *kind* or of every type."""
    return [
        statement
        for address, values in planned(plan).items()
        for resource, attribute in POLICY_ATTRIBUTES.items()
        if f".{resource}." in f".{address}" and kind in (None, resource) and values.get(attribute)
        for statement in _read(address, values[attribute])
    ]


def role_statements(plan: Mapping[str, Any], role: str) -> list[Statement]:
    """What the role of that name may do by its own policies."""
    addresses = {
        address
        for address, values in planned(plan).items()
        if ".aws_iam_role_policy." in f".{address}" and _role_of(address, values) == role
    }
    return [s for s in statements(plan, "aws_iam_role_policy") if s.address in addresses]


def _role_of(address: str, values: Mapping[str, Any]) -> str:
    return str(values.get("role") or address)


def _read(address: str, text: str) -> Iterator[Statement]:
    for found in _many(json.loads(text)["Statement"]):
        principal = found.get("Principal", {})
        names = [principal] if isinstance(principal, str) else [n for v in principal.values() for n in _many(v)]
        yield Statement(
            address=address,
            sid=found["Sid"],
            effect=found["Effect"],
            actions=tuple(_many(found["Action"])),
            resources=tuple(_many(found.get("Resource", []))),
            not_resources=tuple(_many(found.get("NotResource", []))),
            principals=tuple(names),
            conditions=found.get("Condition", {}),
        )


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
