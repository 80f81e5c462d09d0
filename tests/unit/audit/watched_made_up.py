"""Packages as an audit reads them, without any service."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from modelgate.audit.execution import UnfinishedExecution
from modelgate.audit.finding import Finding, Kind
from modelgate.audit.package import Rules, Watched, findings_of
from modelgate.contracts.arns import ExecutionArn
from modelgate.contracts.gate import Group, Mode
from modelgate.contracts.package import ModelPackage
from modelgate.contracts.results import Verdict
from modelgate.evidence.adoption import Adoption
from modelgate.evidence.break_glass import BreakGlass
from modelgate.evidence.envelope import Sealed
from modelgate.evidence.proof import FoundBreakGlass, RecordFault, SignedRecord
from modelgate.evidence.record import EvidenceRecord, Outcome

from tests.unit.evidence.records_made_up import record

ARN = "arn:aws:sagemaker:eu-west-1:222222222222:model-package/loan-approval/1"
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
CREATED = "2026-11-20T06:00:00+00:00"
BOUND = 7200
RULES = Rules(now=NOW, undecided_seconds=BOUND)
EMPTY = Adoption(group="loan-approval", adopted_at="2026-11-01T00:00:00+00:00", packages={})
ENFORCED = Group(name="loan-approval", team="lending", account="333333333333", tags={"policy": "credit"})
SHADOW = replace(ENFORCED, mode=Mode.SHADOW)
VERDICTS = {
    Outcome.APPROVED: Verdict.APPROVE,
    Outcome.REJECTED: Verdict.REJECT,
    Outcome.HELD: Verdict.HOLD,
    Outcome.CONFLICT: Verdict.APPROVE,
    Outcome.SHADOW: Verdict.APPROVE,
}


def ago(**passed: float) -> str:
    """A moment before the audit."""
    return (NOW - timedelta(**passed)).isoformat()


def package(status: str, *, model: str = "s3://bucket/model", **said: Any) -> ModelPackage:
    """A registered package; another *model* is an edit."""
    return ModelPackage.from_describe(
        {
            "ModelPackageArn": ARN,
            "CreationTime": datetime.fromisoformat(CREATED),
            "ModelPackageStatus": "Completed",
            "ModelApprovalStatus": status,
            "InferenceSpecification": {"Containers": [{"ModelDataUrl": model}]},
            **said,
        }
    )


def signed(outcome: Outcome, *, written_at: str, verdict: Verdict | None = None, **subject: Any) -> SignedRecord:
    """A record on the package as registered, unless *subject* says otherwise."""
    about = package("PendingManualApproval")
    judged = {"package_arn": ARN, "creation_time": CREATED, "registration": about.registration, **subject}
    made = record(**judged)
    judgement = replace(made.judgement, verdict=verdict or VERDICTS[outcome])
    decided: EvidenceRecord = replace(
        made, outcome=outcome, decided_at=written_at, report=replace(made.report, judgement=judgement)
    )
    sealed = Sealed(record=decided, digest="sha256:" + "d" * 64, message=b"", signatures=())
    return SignedRecord(key="decisions/loan-approval/1/run1.json", written_at=written_at, keyid="k", sealed=sealed)


def fault(*, written_at: str, name: str = "run1") -> RecordFault:
    """An object where a record should be."""
    key = f"decisions/loan-approval/1/{name}.json"
    return RecordFault(key=key, written_at=written_at, sentence=f"{key}: nobody signed it")


def broken_glass(status: str, *, written_at: str, model: str = "s3://bucket/model") -> FoundBreakGlass:
    """A use of break-glass on the package as registered."""
    note = BreakGlass(
        package_arn=ARN,
        registration=package(status, model=model).registration,
        status=status,
        reason="the region is down",
        opened_by="arn:aws:sts::222222222222:assumed-role/break-glass/ada",
        second_person="grace",
        at=written_at,
    )
    return FoundBreakGlass(key="break-glass/loan-approval/1/1.json", written_at=written_at, note=note)


def failed(*, started_at: str, status: str = "Failed") -> UnfinishedExecution:
    """An execution about the package that ended without a decision."""
    arn = ExecutionArn.parse("arn:aws:sagemaker:eu-west-1:222222222222:pipeline/gate-approval/execution/run9")
    about = package("Approved").arn
    return UnfinishedExecution(arn=arn, package=about, status=status, reason="out of memory", started_at=started_at)


def watched(what: ModelPackage, *words: SignedRecord | RecordFault | FoundBreakGlass, **more: Any) -> Watched:
    """That package with what was said of it."""
    records = tuple(word for word in words if not isinstance(word, FoundBreakGlass))
    used = tuple(word for word in words if isinstance(word, FoundBreakGlass))
    return Watched(package=what, records=records, break_glass=used, **{"group": ENFORCED, **more})


def found(seen: Watched, adoption: Adoption | None = EMPTY) -> tuple[Finding, ...]:
    """What the audit says of it."""
    return findings_of(seen, adoption, RULES)


def kinds(seen: Watched, adoption: Adoption | None = EMPTY) -> list[Kind]:
    """The kinds of that."""
    return [finding.kind for finding in found(seen, adoption)]
