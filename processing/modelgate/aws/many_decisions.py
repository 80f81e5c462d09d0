"""Many records at once: an archive is fetched in the order in which it was written, several reads at a time."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from modelgate.aws.decisions import ListedDecision, existing_decision
from modelgate.aws.objects import Bucket
from modelgate.evidence.record import EvidenceRecord

READS = 16  # at a time; S3 answers each in some ten milliseconds, wherever it has to look


def read_records(evidence: Bucket, listed: Sequence[ListedDecision], *, reads: int = READS) -> Iterator[EvidenceRecord]:
    """Read the records of *listed*, in that order; only as many are held as are under way.

    Raises:
        ContentError: one is not a record that this code reads.
        InfrastructureError: S3 did not answer, or a record is gone.
    """
    with ThreadPoolExecutor(reads) as pool:
        under_way: deque[Future[EvidenceRecord]] = deque()
        for decision in listed:
            under_way.append(pool.submit(_read, evidence, decision.key))
            if len(under_way) >= 2 * reads:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()


def _read(evidence: Bucket, key: str) -> EvidenceRecord:
    return existing_decision(evidence, key).record
