"""The files of several parts, scored side by side: parts are small, so each process takes whole ones."""

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from modelgate.errors import BindingError
from modelgate.generative.collection import Part
from modelgate.generative.evaluation import Evaluation
from modelgate.generative.evaluators import TOXICITY
from modelgate.generative.judging import Judging
from modelgate.generative.records import lines_of
from modelgate.generative.scoring import FindScorer, score_part
from modelgate.generative.tally import Tally

_CHUNK = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFile:
    """The answers of *part*, in a file."""

    path: Path
    part: Part


def judge_files(files: Sequence[PartFile], evaluation: Evaluation, judging: Judging) -> Iterator[Tally]:
    """The tally of each of *files*, whose answers a model judges; errors as of `score_files`.

    One file after the other, in this process: waiting for the judge is all that takes time, and calls are counted here.
    """
    for file in files:
        yield _scored(file, evaluation, _no_scorer, 1, judging)


def score_files(
    files: Sequence[PartFile], evaluation: Evaluation, *, find_scorer: FindScorer, processes: int
) -> Iterator[Tally]:
    """The tally of each of *files*, in their order, to the same bits with any number of *processes*.

    Fewer parts than processes are scored one after the other, each by all of them.

    Raises:
        BindingError: a file has not the answers that were collected.
        Others as of `score_part`.
    """
    if processes == 1 or len(files) < processes:
        for file in files:
            yield _scored(file, evaluation, find_scorer, processes)
        return
    if any(file.part.concern == TOXICITY for file in files):
        find_scorer(evaluation.scorer)  # processes that come of this one have it then, and read no weights again
    one = partial(_scored, evaluation=evaluation, find_scorer=find_scorer, processes=1)
    with ProcessPoolExecutor(processes) as pool:
        try:
            yield from pool.map(one, files)
        except BaseException:  # whatever ended it, no part is begun after it; raised again
            pool.shutdown(cancel_futures=True)
            raise


def _no_scorer(_: str) -> None:
    """A judge needs none."""


def _scored(
    file: PartFile, evaluation: Evaluation, find_scorer: FindScorer, processes: int, judging: Judging | None = None
) -> Tally:
    _require_digest(file)
    with file.path.open("rb") as lines:
        return score_part(
            file.part,
            lines_of(lines),
            evaluation,
            find_scorer=find_scorer,
            processes=processes,
            judging=judging,
        )


def _require_digest(file: PartFile) -> None:
    found = hashlib.sha256()
    with file.path.open("rb") as content:
        while piece := content.read(_CHUNK):
            found.update(piece)
    if f"sha256:{found.hexdigest()}" != file.part.answers_digest:
        raise BindingError(f"{file.path.name} has not the answers that were collected; find out who changed them")
