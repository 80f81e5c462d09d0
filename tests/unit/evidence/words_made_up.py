"""What may be said of one package: decisions signed by the key of the gate, and break-glass records."""

from dataclasses import replace
from typing import Any

from modelgate.contracts.package import ModelPackage
from modelgate.contracts.results import Verdict
from modelgate.evidence.break_glass import BreakGlass
from modelgate.evidence.envelope import seal
from modelgate.evidence.proof import FoundBreakGlass, RecordFault, SignedRecord, examine_record
from modelgate.evidence.public_keys import PublicKeys
from modelgate.evidence.record import OUTCOMES, EvidenceRecord, Outcome

from tests.unit.evidence.records_made_up import record
from tests.unit.signing_made_up import TestSigner, signing_keys

ADA = "arn:aws:sts::222222222222:assumed-role/gate-break-glass/ada@example.org"
SIGNER, STRANGER = TestSigner("2026"), TestSigner("stranger")
VERIFIER = PublicKeys(signing_keys(SIGNER))
PACKAGE = ModelPackage.from_describe(
    {
        "ModelPackageArn": "arn:aws:sagemaker:eu-west-1:222222222222:model-package/loan-approval/1",
        "CreationTime": "2026-11-23T06:00:00+00:00",
        "ModelPackageStatus": "Completed",
        "ModelApprovalStatus": "Approved",
    }
)
_VERDICTS = {outcome: verdict for verdict, outcome in OUTCOMES.items()}


def decided(outcome: Outcome, *, execution: str = "run1", **changes: Any) -> EvidenceRecord:
    """A decision on PACKAGE with this *outcome*, in *execution*; *changes* are made to its subject."""
    made = record(registration=PACKAGE.registration, **changes)
    arn = made.report.binding.execution_arn.rpartition("/")[0] + f"/{execution}"
    judgement = replace(made.judgement, verdict=_VERDICTS.get(outcome, Verdict.APPROVE))
    report = replace(made.report, judgement=judgement, binding=replace(made.report.binding, execution_arn=arn))
    return replace(made, decision_id=f"loan-approval/1/{execution}", outcome=outcome, report=report)


def found(said: EvidenceRecord, *, at: str = "10:00:00", signer: TestSigner = SIGNER) -> SignedRecord | RecordFault:
    """The decision as it is found in the store, written at that time of the day."""
    key = f"decisions/{said.decision_id}.json"
    return examine_record(seal(said, signer), VERIFIER, key=key, written_at=f"2026-11-25T{at}+00:00")


def broken_glass(**changes: Any) -> BreakGlass:
    """Ada has approved PACKAGE past the gate."""
    made = BreakGlass(
        package_arn=str(PACKAGE.arn),
        registration=PACKAGE.registration,
        status="Approved",
        reason="the fraud model fails open and the fix waits for labels",
        opened_by=ADA,
        second_person="grace@example.org",
        at="2026-11-25T11:00:00+00:00",
    )
    return replace(made, **changes)


def found_glass(note: BreakGlass, *, at: str = "11:00:00") -> FoundBreakGlass:
    """The record as it is found in the store."""
    return FoundBreakGlass(key="break-glass/loan-approval/1/x.json", written_at=f"2026-11-25T{at}+00:00", note=note)
