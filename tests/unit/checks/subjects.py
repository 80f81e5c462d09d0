"""Subjects made of report data, without any store."""

import json
from dataclasses import replace
from typing import Any

from modelgate.contracts.gate import Group
from modelgate.contracts.package import Container
from modelgate.contracts.results import Bound
from modelgate.contracts.subject import Artifact, ArtifactState, Subject
from modelgate.policy.model import Check
from modelgate.reports.read import read_report

DIGEST = "sha256:" + "a" * 64


def artifact(name: str, **changes: Any) -> Artifact:
    """A pinned artifact."""
    made = Artifact(
        name=name,
        uri=f"s3://team-bucket/{name}.json",
        content_digest=DIGEST,
        stored_uri=f"s3://gate-artifacts/333333333333/team-bucket/{name}.json",
        version_id="v1",
        digest=DIGEST,
        size=10,
        state=ArtifactState.PINNED,
        problem=None,
    )
    return replace(made, **changes)


def subject(reports: dict[str, dict[str, Any]], **changes: Any) -> Subject:
    """A subject whose facts are read from *reports* (by their name in the package)."""
    made = Subject(
        package_arn="arn:aws:sagemaker:eu-west-1:222222222222:model-package/loan-approval/1",
        creation_time="2026-11-23T06:00:00+00:00",
        package_status="Completed",
        group=Group(name="loan-approval", team="lending", account="333333333333", tags={"policy": "credit"}),
        containers=(Container(image="i", image_digest=None, model_data_url="s3://b/m", model_data_etag=None),),
        artifacts=tuple(artifact(name) for name in reports),
        facts=tuple(f for name, report in reports.items() for f in read_report(name, json.dumps(report).encode())),
    )
    return replace(made, **changes)


def check(kind: str, *, low: float | None = None, high: float | None = None, **changes: Any) -> Check:
    """A check of *kind* within [low, high]."""
    made = Check(
        id="it",
        kind=kind,
        metric=None,
        facets=None,
        features=(),
        may_be_absent=False,
        bound=Bound(min=low, max=high),
        reason="made up",
    )
    return replace(made, **changes)
