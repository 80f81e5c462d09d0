"""Subjects made of report data, without any store."""

import json
from dataclasses import replace
from typing import Any

from modelgate.contracts.gate import Group
from modelgate.contracts.package import Container
from modelgate.contracts.results import Bound, Result, Severity
from modelgate.contracts.subject import Artifact, ArtifactState, Subject
from modelgate.evaluate import evaluate
from modelgate.policy.model import Approval, Bundle, Check, Evidence, Judge, Match, OnInfinite, Policy
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
        arrived_at="2026-11-22T06:00:00+00:00",
        state=ArtifactState.PINNED,
        problem=None,
    )
    return replace(made, **changes)


def subject(reports: dict[str, dict[str, Any]], **changes: Any) -> Subject:
    """A subject whose facts are read from *reports* (by their name in the package)."""
    made = Subject(
        package_arn="arn:aws:sagemaker:eu-west-1:222222222222:model-package/loan-approval/1",
        creation_time="2026-11-23T06:00:00+00:00",
        registration=DIGEST,
        package_status="Completed",
        group=Group(name="loan-approval", team="lending", account="333333333333", tags={"policy": "credit"}),
        containers=(Container(image="i", image_digest=None, model_data_url="s3://b/m", model_data_etag=None),),
        artifacts=tuple(artifact(name) for name in reports),
        facts=tuple(f for name, report in reports.items() for f in read_report(name, json.dumps(report).encode())),
        as_of="2026-11-23T07:00:00+00:00",
        metadata={},
    )
    return replace(made, **changes)


def bound(low: float | None, high: float | None) -> Bound | None:
    """A bound as a policy file gives it, in floats; none without any end."""
    ends = [None if end is None else float(end) for end in (low, high)]
    return None if ends == [None, None] else Bound(min=ends[0], max=ends[1])


def check(kind: str, *, low: float | None = None, high: float | None = None, **changes: Any) -> Check:
    """A check of *kind* within [low, high]."""
    made = Check(
        id="it",
        kind=kind,
        severity=Severity.FAIL,
        reason="made up",
        source=None,
        metric=None,
        measure="value",
        report=None,
        facets=None,
        features=(),
        labels=(),
        may_be_absent=False,
        judge=Judge.EACH,
        bound=bound(low, high),
        on_infinite=OnInfinite.FAIL,
        change=None,
        confidence=None,
        minimum_n=None,
        function=None,
        parameters={},
    )
    return replace(made, **changes)


def policy(*checks: Check, **changes: Any) -> Policy:
    """A policy with *checks* that governs the group of `subject` and requires no report."""
    made = Policy(
        name="made-up",
        version=1,
        owner="nobody",
        description="made up",
        match=Match(groups=("*",), accounts=(), tags={}, metadata={}, problem_types=(), risk_tiers=()),
        evidence=Evidence(required=(), content_digest_required=False, maximum_age_days=None),
        approval=Approval.AUTOMATIC,
        checks=checks,
    )
    return replace(made, **changes)


def bundle(*checks: Check, **changes: Any) -> Bundle:
    """A bundle with one policy of *checks*."""
    return replace(Bundle(version=1, policies=(policy(*checks),), waivers=(), budgets={}), **changes)


def results(checked: Check, judged: Subject) -> tuple[Result, ...]:
    """The results of one check."""
    return evaluate(judged, policy(checked))


def statuses(found: tuple[Result, ...]) -> dict[str, str]:
    """Status by slice: ``race=a``, a label, or nothing for the whole."""
    return {f"{r.facet}={r.facet_value}" if r.facet is not None else r.label or "": r.status.value for r in found}
