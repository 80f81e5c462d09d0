"""Change rules, waivers and reviews, each usual unless a test says otherwise."""

from dataclasses import replace
from typing import Any

from modelgate.contracts.review import Review, ReviewRecord, ReviewVerdict
from modelgate.contracts.subject import Prior, Subject
from modelgate.decide import judge
from modelgate.policy.model import Against, Better, Bundle, Change, FirstVersion, Waiver

from tests.unit.checks.report_data import Reports
from tests.unit.checks.subjects import DIGEST, subject


def change(**changes: Any) -> Change:
    """A rule that a number may be 0.02 lower than in the last approved version."""
    made = Change(
        against=Against.LAST_APPROVED,
        of=1,
        better=Better.HIGHER,
        worse_by=0.02,
        worse_by_percent=None,
        suspicious_gain=None,
        first_version=FirstVersion.HOLD,
    )
    return replace(made, **changes)


def approved(*newest_first: Reports) -> tuple[Prior, ...]:
    """Approved versions with these reports; the oldest is version 1."""
    return tuple(
        Prior(version=len(newest_first) - at, decision_id=f"d{at}", record_digest=DIGEST, facts=subject(reports).facts)
        for at, reports in enumerate(newest_first)
    )


def waiver(**changes: Any) -> Waiver:
    """A waiver of the check ``it`` down to 0.76, in force on the day of `subject`."""
    made = Waiver(
        id="w",
        policy="made-up",
        check="it",
        group="loan-approval",
        team="lending",
        facet=None,
        facet_value=None,
        floor=0.76,
        ceiling=None,
        reason="a small portfolio",
        ticket="RISK-7",
        owner="ada",
        approver="grace",
        granted="2026-11-01",
        expires="2026-11-30",
    )
    return replace(made, **changes)


def review(of: Subject, under: Bundle, verdict: str = "approve", **changes: Any) -> Review:
    """A review of the judgement that *under* gives of the subject."""
    record = ReviewRecord(
        package_arn=of.package_arn,
        decision_id="loan-approval/1/run1",
        basis=judge(replace(of, reviews=()), under).basis,
        verdict=ReviewVerdict(verdict),
        reason="looked at it",
        reviewed_at="2026-11-23T08:00:00+00:00",
    )
    record = replace(record, **{key: value for key, value in changes.items() if key != "reviewer"})
    reviewer = changes.get("reviewer", "AROA:ada")
    return Review(
        reviewer=reviewer, uri=f"s3://evidence/{reviewer}.json", version_id="v1", digest=DIGEST, record=record
    )
