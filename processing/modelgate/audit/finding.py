"""A finding: one sentence that says what is not as the gate left it, where, and what to do."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from modelgate.audit.remedy import Remedy
from modelgate.contracts.arns import ModelPackageArn


class Kind(StrEnum):
    """What was found. docs/runbook.md has a section for each, under this name."""

    APPROVED_WITHOUT_RECORD = "approved-without-record"
    RECORD_NOT_VALID = "record-not-valid"
    CHANGED_SINCE_DECISION = "changed-since-decision"
    STATUS_NOT_DECIDED = "status-not-decided"
    UNDECIDED = "undecided"
    EVALUATION_ENDPOINT_LEFT = "evaluation-endpoint-left"
    EXECUTION_FAILED = "execution-failed"
    DEAD_LETTERS = "dead-letters"
    CANARY_APPROVED = "canary-approved"
    BREAK_GLASS_USED = "break-glass-used"
    LEGACY = "legacy"


METRICS: Mapping[Kind, str] = {
    Kind.APPROVED_WITHOUT_RECORD: "ApprovedWithoutRecord",
    Kind.RECORD_NOT_VALID: "RecordNotValid",
    Kind.CHANGED_SINCE_DECISION: "ChangedSinceDecision",
    Kind.STATUS_NOT_DECIDED: "StatusNotDecided",
    Kind.UNDECIDED: "Undecided",
    Kind.EVALUATION_ENDPOINT_LEFT: "EvaluationEndpointLeft",
    Kind.EXECUTION_FAILED: "ExecutionFailed",
    Kind.DEAD_LETTERS: "DeadLetters",
    Kind.CANARY_APPROVED: "CanaryApproved",
    Kind.BREAK_GLASS_USED: "BreakGlassUsed",
    Kind.LEGACY: "LegacyListed",
}
RUNS = "AuditRuns"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found. *package* and *group* are None where it is about neither; *remedy* is what may be asked for."""

    kind: Kind
    sentence: str
    package: ModelPackageArn | None = None
    group: str | None = None
    remedy: Remedy | None = None


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """The number of each metric, zeros included: an alarm that sees a zero again is over."""
    found = Counter(finding.kind for finding in findings)
    return {RUNS: 1, **{metric: found[kind] for kind, metric in METRICS.items()}}
