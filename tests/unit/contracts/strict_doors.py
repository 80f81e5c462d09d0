"""A sound document for every door that reads JSON."""

import json

from modelgate.contracts.check_report import Binding, CheckReport, Runtime
from modelgate.contracts.review import ReviewRecord, ReviewVerdict
from modelgate.decide import judge
from modelgate.evidence.adoption import Adoption, LegacyPackage
from modelgate.evidence.break_glass import BreakGlass
from modelgate.evidence.envelope import seal
from modelgate.evidence.notes import ApprovalNote, BundleNote, RefusalNote, RevertNote
from modelgate.policy.model import Bundle
from modelgate.replay import segment
from modelgate.replay.pack import frames_of

from tests.unit.checks.subjects import subject
from tests.unit.evidence.records_made_up import record
from tests.unit.signing_made_up import TestSigner, signing_keys_document
from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.world import shipped_policies

DIGEST = "sha256:" + "a" * 64
TIME = "2026-11-25T10:00:00+00:00"
EXECUTION = "arn:aws:sagemaker:eu-west-1:222222222222:pipeline/gate/execution/run1"
PACKAGE = "arn:aws:sagemaker:eu-west-1:222222222222:model-package/loan-approval/1"


def check_report() -> CheckReport:
    """A report on a good package."""
    judged = subject({"ModelQuality.Statistics": made_up.quality(), "Bias.Report": made_up.bias()})
    binding = Binding(
        **{field: DIGEST for field in Binding.__dataclass_fields__ if field.endswith("digest")},
        package_arn=PACKAGE,
        execution_arn=EXECUTION,
        policy_bundle_version=1,
        runtime=Runtime.CONTAINER,
    )
    judgement = judge(judged, Bundle.from_json(shipped_policies()))
    return CheckReport(binding=binding, subject=judged, judgement=judgement, note=None, checked_at=judged.as_of)


GATE = {
    "schema": "modelgate/gate/v1",
    "artifact_store": "artifacts",
    "evidence_store": "evidence",
    "governance_account": "222222222222",
    "products": {"333333333333": {"name": "lending", "bucket": "lending-bucket"}},
    "groups": {"loan-approval": {"team": "t", "account": "333333333333", "tags": {}, "mode": "enforce"}},
}
REQUEST = {"schema": "modelgate/approval-request/v1", "model_package_arn": PACKAGE, "change": "c", "attempt": 1}
REVIEW = ReviewRecord(
    package_arn=PACKAGE,
    decision_id="loan-approval/1/run1",
    basis=DIGEST,
    verdict=ReviewVerdict.APPROVE,
    reason="looked at",
    reviewed_at=TIME,
)
NOTE = ApprovalNote(
    decision_id="loan-approval/1/run1", record_key="decisions/loan-approval/1/run1.json", record_digest=DIGEST
)
REFUSAL = RefusalNote(
    package_arn=PACKAGE, execution_arn="arn", report_digest=DIGEST, reason="forged", refused_at="2026-11-25T10:00:00Z"
)
SIGNER = TestSigner()

REFUSAL = RefusalNote(
    package_arn=PACKAGE, execution_arn=EXECUTION, report_digest=DIGEST, reason="forged", refused_at=TIME
)
REVERT = RevertNote(
    package_arn=PACKAGE,
    registration=DIGEST,
    execution_arn=EXECUTION,
    flaw="none",
    reasons=("no record",),
    reverted_at=TIME,
)
GLASS = BreakGlass(
    package_arn=PACKAGE,
    registration=DIGEST,
    status="Approved",
    reason="an outage",
    opened_by="arn:aws:sts::222222222222:assumed-role/gate-break-glass/ada",
    second_person="bob",
    at=TIME,
)
ADOPTION = Adoption(
    group="loan-approval",
    adopted_at=TIME,
    packages={"1": LegacyPackage(registration=DIGEST, creation_time=TIME)},
)

# A document that each reader takes.
SOUND = {
    "bias report": json.dumps(made_up.bias()).encode(),
    "extra report": json.dumps(made_up.quality()).encode(),
    "message": json.dumps(REQUEST).encode(),
    "gate": json.dumps(GATE).encode(),
    "bundle": shipped_policies(),
    "signing keys": signing_keys_document([TestSigner("2026")]),
    "check report": check_report().to_json(),
    "signed record": seal(record(), TestSigner("2026")),
    "review": REVIEW.to_json(),
    "approval note": NOTE.to_json(),
    "bundle note": BundleNote(version=1, digest=DIGEST).to_json(),
    "refusal note": REFUSAL.to_json(),
    "revert note": REVERT.to_json(),
    "adoption": ADOPTION.to_json(),
    "break glass": GLASS.to_json(),
    "archive": segment.to_json(frames_of([record()])),
}
