"""A record of a judgement, without any store."""

from dataclasses import replace
from typing import Any

from modelgate.contracts.check_report import Binding, CheckReport, Runtime
from modelgate.decide import judge
from modelgate.evidence.record import EvidenceRecord, Outcome

from tests.unit.checks.subjects import DIGEST, artifact, bundle, check, subject

EXECUTION = "arn:aws:sagemaker:eu-west-1:222222222222:pipeline/gate-approval/execution/run1"
MODEL = artifact("Model.0", digest="sha256:" + "B" * 64)


def record(**changes: Any) -> EvidenceRecord:
    """A record of one judged package with a model and one report; *changes* are made to its subject."""
    judged = replace(subject({}, artifacts=(MODEL, artifact("Bias.Report"))), **changes)
    binding = Binding(
        package_arn=judged.package_arn,
        execution_arn=EXECUTION,
        gate_digest=DIGEST,
        policy_digest=DIGEST,
        policy_bundle_version=1,
        signing_keys_digest=DIGEST,
        image_digest=DIGEST,
        runtime=Runtime.CONTAINER,
    )
    report = CheckReport(
        binding=binding,
        subject=judged,
        judgement=judge(judged, bundle(check("metric", metric="auc", low=0.5))),
        note=None,
        checked_at=judged.as_of,
    )
    return EvidenceRecord(
        decision_id="loan-approval/1/run1",
        outcome=Outcome.REJECTED,
        registry_status="PendingManualApproval",
        description="Rejected by policy made-up v1.",
        report=report,
        decided_at="2026-11-23T07:00:01+00:00",
    )
