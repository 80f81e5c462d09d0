"""Every door that reads JSON, with a document that passes it and the errors that it may raise."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from modelgate.contracts.check_report import Binding, CheckReport, Runtime
from modelgate.contracts.gate import Gate
from modelgate.contracts.messages import parse_message
from modelgate.contracts.review import ReviewRecord, ReviewVerdict
from modelgate.decide import judge
from modelgate.errors import (
    BindingError,
    ContentError,
    MalformedMessageError,
    ModelgateError,
    PinError,
    PolicyError,
    UnreadableReportError,
)
from modelgate.evidence.envelope import open_envelope, seal
from modelgate.evidence.notes import ApprovalNote, BundleNote, RefusalNote
from modelgate.evidence.signing_keys import SigningKeys
from modelgate.policy.model import Bundle
from modelgate.replay import segment
from modelgate.reports.read import read_report

from tests.unit.checks.subjects import subject
from tests.unit.evidence.records_made_up import record
from tests.unit.signing_made_up import TestSigner, signing_keys_document
from tests.unit.steps import reports_made_up as made_up
from tests.unit.steps.world import shipped_policies

DIGEST = "sha256:" + "a" * 64
PACKAGE = "arn:aws:sagemaker:eu-west-1:222222222222:model-package/loan-approval/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """*read* takes bytes and answers, or raises *error*; *sound* is a document that it takes."""

    read: Callable[[bytes], Any]
    sound: bytes
    error: type[ModelgateError]


def message(data: bytes) -> Any:
    """Read a queue message, which arrives as a text."""
    return parse_message(data.decode("utf-8", "surrogateescape"))


def check_report() -> CheckReport:
    """A report on a good package."""
    judged = subject({"ModelQuality.Statistics": made_up.quality(), "Bias.Report": made_up.bias()})
    binding = Binding(
        **{field: DIGEST for field in Binding.__dataclass_fields__ if field.endswith("digest")},
        package_arn=PACKAGE,
        execution_arn="arn:aws:sagemaker:eu-west-1:222222222222:pipeline/gate/execution/run1",
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
    reviewed_at="2026-11-25T10:00:00+00:00",
)
NOTE = ApprovalNote(
    decision_id="loan-approval/1/run1", record_key="decisions/loan-approval/1/run1.json", record_digest=DIGEST
)
REFUSAL = RefusalNote(
    package_arn=PACKAGE, execution_arn="arn", report_digest=DIGEST, reason="forged", refused_at="2026-11-25T10:00:00Z"
)
SIGNER = TestSigner()

DOORS = {
    "report": Door(
        read=lambda data: read_report("Bias.Report", data),
        sound=json.dumps(made_up.bias()).encode(),
        error=UnreadableReportError,
    ),
    "message": Door(read=message, sound=json.dumps(REQUEST).encode(), error=MalformedMessageError),
    "gate": Door(read=Gate.from_json, sound=json.dumps(GATE).encode(), error=PinError),
    "bundle": Door(read=Bundle.from_json, sound=shipped_policies(), error=PolicyError),
    "check report": Door(read=CheckReport.from_json, sound=check_report().to_json(), error=BindingError),
    "review": Door(read=ReviewRecord.from_json, sound=REVIEW.to_json(), error=ContentError),
    "approval note": Door(read=ApprovalNote.from_json, sound=NOTE.to_json(), error=ContentError),
    "bundle note": Door(
        read=BundleNote.from_json, sound=BundleNote(version=1, digest=DIGEST).to_json(), error=ContentError
    ),
    "refusal note": Door(read=RefusalNote.from_json, sound=REFUSAL.to_json(), error=ContentError),
    "envelope": Door(read=open_envelope, sound=seal(record(), SIGNER), error=ContentError),
    "signing keys": Door(read=SigningKeys.from_json, sound=signing_keys_document((SIGNER,)), error=PinError),
    "archive": Door(read=segment.from_json, sound=segment.to_json([]), error=ContentError),
}
