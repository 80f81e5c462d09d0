"""Score a stream of answers on several processor cores: in batches, in bounded memory, to the same bits as on one."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor

from modelgate.generative.records import Answered, read_answers
from modelgate.generative.tally import Tally, merge

Score = Callable[[Iterable[Answered]], Tally]

_BATCH = 2**20  # bytes of lines that one task reads; a longer line is a batch of its own
_AHEAD = 2  # batches per process that are read but not scored yet


def score_lines(lines: Iterable[bytes], score: Score, *, processes: int) -> Tally:
    """Score the answered prompts in *lines*, as `read_answers` reads them, with *processes* processes (1: this one).

    *score* has to be picklable where there are several. Its errors come out as they are; a line is then counted within
    its batch.
    """
    if processes == 1:
        return score(read_answers(lines))
    total = Tally()
    waiting: deque[Future[Tally]] = deque()
    with ProcessPoolExecutor(processes) as pool:
        try:
            for batch in _batches(lines):
                if len(waiting) >= processes * _AHEAD:
                    total = merge(total, waiting.popleft().result())
                waiting.append(pool.submit(_scored, batch, score))
            for future in waiting:
                total = merge(total, future.result())
        except BaseException:  # whatever ended it, no batch is begun after it; raised again
            pool.shutdown(cancel_futures=True)
            raise
    return total


def _scored(batch: list[bytes], score: Score) -> Tally:
    return score(read_answers(batch))


def _batches(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for line in lines:
        batch.append(line)
        size += len(line)
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
