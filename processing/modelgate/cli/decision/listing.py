"""Decisions found by what they say: records are read a few at a time, and no more than are asked for."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from modelgate.aws.decisions import ListedDecision, read_decision
from modelgate.aws.objects import Bucket
from modelgate.contracts.results import Judgement, Status, Verdict, WaiverState, WaiverUse
from modelgate.errors import ContentError
from modelgate.evidence.record import EvidenceRecord, Outcome

_READS = 8  # at a time, and read ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One decision in a list. *problem* says why its record cannot be read; then only its place is known."""

    key: str
    decision_id: str
    recorded_at: str
    outcome: Outcome | None = None
    verdict: Verdict | None = None
    policy: str | None = None
    policy_version: int | None = None
    bundle_version: int | None = None
    waivers: tuple[WaiverUse, ...] = ()
    reason: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a decision must be; None or False asks for nothing."""

    outcome: Outcome | None
    policy: str | None
    waiver: str | None
    unused_waivers: bool

    def wants(self, row: Row) -> bool:
        """Whether *row* is asked for; what cannot be read is always shown, or it would be hidden for good."""
        return row.problem is not None or (
            (self.outcome is None or row.outcome is self.outcome)
            and (self.policy is None or row.policy == self.policy)
            and (self.waiver is None or any(use.waiver == self.waiver for use in row.waivers))
            and (not self.unused_waivers or any(use.state is WaiverState.UNUSED for use in row.waivers))
        )


def rows_of(evidence: Bucket, listed: Sequence[ListedDecision]) -> Iterator[Row]:
    """The decisions of *listed*, in that order, each read shortly before it is asked for.

    Raises:
        InfrastructureError: S3 did not answer.
    """
    pool = ThreadPoolExecutor(_READS)
    under_way: deque[Future[Row]] = deque()
    try:
        for decision in listed:
            under_way.append(pool.submit(_row, evidence, decision))
            if len(under_way) >= _READS:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _row(evidence: Bucket, listed: ListedDecision) -> Row:
    place: dict[str, Any] = {
        "key": listed.key,
        "decision_id": f"{listed.group}/{listed.version}/{listed.execution_id}",
        "recorded_at": listed.written_at,
    }
    try:
        found = read_decision(evidence, listed.key)
        return Row(**place, problem="it is gone") if found is None else Row(**place, **_said(found.record))
    except (ContentError, ValueError) as error:  # a bound that is none is a ValueError
        return Row(**place, problem=str(error))


def _said(record: EvidenceRecord) -> dict[str, Any]:
    judgement = record.judgement
    return {
        "outcome": record.outcome,
        "verdict": judgement.verdict,
        "policy": judgement.policy,
        "policy_version": judgement.policy_version,
        "bundle_version": record.report.binding.policy_bundle_version,
        "waivers": judgement.waivers,
        "reason": _reason(judgement),
    }


def _reason(judgement: Judgement) -> str | None:
    """The first reason; an approval lists all that passed, so of one by the checks alone they are counted."""
    if judgement.verdict is Verdict.APPROVE and judgement.review is None:
        passed = [result.check for result in judgement.results if result.status is Status.PASS]
        waived = sum(result.status is Status.WAIVED for result in judgement.results)
        exceptions = f", {waived} waived" if waived else ""
        return f"{len(passed)} results of {len(set(passed))} checks passed{exceptions}"
    return judgement.reasons[0] if judgement.reasons else None
