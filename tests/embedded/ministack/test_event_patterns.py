"""The matching of event patterns as the platform's rules use it."""

import json
from typing import Any

import pytest
from ministack_probe import Client

pytestmark = pytest.mark.embedded

REGISTRY = {
    "source": ["aws.sagemaker"],
    "detail-type": ["SageMaker Model Package State Change"],
    "detail": {
        "ModelApprovalStatus": ["PendingManualApproval"],
        "ModelPackageGroupName": ["lending-default", {"prefix": "insurance-"}],
        "$or": [
            {"UpdatedModelPackageFields": [{"exists": False}]},
            {"UpdatedModelPackageFields": ["ModelApprovalStatus"]},
        ],
    },
}
ARTIFACTS = {
    "source": ["aws.s3"],
    "detail": {
        "bucket": {"name": ["artifacts"]},
        "object": {"key": [{"anything-but": {"prefix": ["executions/", "pinned/"]}}]},
    },
}


def registered(**changes: Any) -> dict[str, Any]:
    detail = {"ModelApprovalStatus": "PendingManualApproval", "ModelPackageGroupName": "lending-default", **changes}
    return {"source": "aws.sagemaker", "detail-type": "SageMaker Model Package State Change", "detail": detail}


def stored(key: str, bucket: str = "artifacts") -> dict[str, Any]:
    return {
        "source": "aws.s3",
        "detail-type": "Object Created",
        "detail": {"bucket": {"name": bucket}, "object": {"key": key}},
    }


@pytest.mark.parametrize(
    ("pattern", "event", "matches"),
    [
        (REGISTRY, registered(), True),
        (REGISTRY, registered(ModelPackageGroupName="insurance-fraud"), True),
        (REGISTRY, registered(UpdatedModelPackageFields=["CustomerMetadata", "ModelApprovalStatus"]), True),
        (REGISTRY, registered(UpdatedModelPackageFields=["CustomerMetadataProperties"]), False),
        (REGISTRY, registered(ModelApprovalStatus="Approved"), False),
        (REGISTRY, registered(ModelPackageGroupName="marketing"), False),
        (REGISTRY, {**registered(), "source": "impostor"}, False),
        (ARTIFACTS, stored("333333333333/model.tar.gz"), True),
        (ARTIFACTS, stored("pinned/gate.json"), False),
        (ARTIFACTS, stored("executions/abc/checks/checks.json"), False),
        (ARTIFACTS, stored("333333333333/model.tar.gz", bucket="other"), False),
        (
            {"detail": {"key": [{"wildcard": "*/reports/*.json"}]}},
            {"detail": {"key": "lending/reports/bias.json"}},
            True,
        ),
        ({"detail": {"key": [{"wildcard": "*/reports/*.json"}]}}, {"detail": {"key": "lending/model.json"}}, False),
        ({"detail": {"key": [{"anything-but": {"wildcard": "*/tmp/*"}}]}}, {"detail": {"key": "a/tmp/b"}}, False),
        ({"detail": {"key": [{"suffix": ".json"}]}}, {"detail": {"key": "bias.json"}}, True),
        ({"detail": {"size": [{"numeric": [">", 0, "<=", 5]}]}}, {"detail": {"size": 6}}, False),
    ],
)
def test_pattern(client: Client, pattern: dict[str, Any], event: dict[str, Any], matches: bool) -> None:
    """A rule matches the events it is meant for, and none of the near misses."""
    envelope: dict[str, Any] = {"id": "1", "account": "222222222222", "source": "s", "time": "2026-01-01T00:00:00Z"}
    envelope |= {"region": "eu-west-1", "resources": [], "detail-type": "t", **event}

    answer = client("events").test_event_pattern(EventPattern=json.dumps(pattern), Event=json.dumps(envelope))

    assert answer["Result"] is matches
