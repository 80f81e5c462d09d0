"""Scoring what a folder holds, and what it comes to; the steps of the pipeline do the same on S3."""

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass

from modelgate.cli.generative.run_folder import RunFolder
from modelgate.contracts.digests import sha256_of
from modelgate.errors import BindingError, ContentError
from modelgate.generative.collecting import answers_key
from modelgate.generative.collection import Collection, Part
from modelgate.generative.concluding import Scored, conclude, require_about, require_parts
from modelgate.generative.evaluation import Evaluation
from modelgate.generative.evaluators import DISINFORMATION, TOXICITY, judge_named
from modelgate.generative.records import lines_of
from modelgate.generative.scoring import FindScorer, score_part
from modelgate.generative.tallies import read_tally, tally_key
from modelgate.generative.tally import Tally
from modelgate.steps.package_digest import package_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A run folder whose answers are all there, with whatever scores them here; *code* is the digest of our own."""

    run: RunFolder
    evaluation: Evaluation
    collection: Collection
    find_scorer: FindScorer
    code: str

    def parts(self) -> Iterator[tuple[Part, str]]:
        """Score one part after the other, those that are not scored yet; say of each what was done."""
        for part in self.collection.parts:
            if self._found(part) is not None:
                yield part, "scored before"
            elif (lacking := self.lacking(part.concern)) is not None:
                yield part, f"not scored: {lacking}"
            else:
                self._score(part)
                yield part, "scored"

    def report(self) -> bytes:
        """The report on all parts.

        Raises:
            ContentError: one has not been scored.
            BindingError: answers, parts or tallies are not those of this evaluation.
        """
        scored = tuple(Scored(part=part, tally=self._tally(part)) for part in self.collection.parts)
        return conclude(self.collection, scored, self.evaluation, scoring_image_digest=self.code)

    def lacking(self, concern: str) -> str | None:
        """The scorer or judge that *concern* cannot be scored without and that is not here."""
        evaluation = self.evaluation
        if concern == TOXICITY and self.find_scorer(evaluation.scorer) is None:
            return f"the scorer {evaluation.scorer} is not here; install it (`pip install 'modelgate[generative]'`)"
        if concern == DISINFORMATION and judge_named(evaluation.judge.name) is None:
            return f"the judge {evaluation.judge.name} is not here"
        return None

    def _score(self, part: Part) -> None:
        key = answers_key(part.key)
        data = self.run.answers.get(key)
        if data is None or sha256_of(data) != part.answers_digest:
            raise BindingError(
                f"{self.run.root}/answers/{key} {'is gone' if data is None else 'was changed'} since it was collected; "
                "collect into a new folder"
            )
        tally = score_part(
            part,
            lines_of(io.BytesIO(data)),
            self.evaluation,
            find_scorer=self.find_scorer,
            processes=os.cpu_count() or 1,
        )
        self.run.tallies.put_once(self._key(part), tally.to_json())

    def _tally(self, part: Part) -> Tally:
        if (found := self._found(part)) is not None:
            return found
        if self.lacking(part.concern) is None:
            raise ContentError(
                f"{self.run.root}: part {part.key} has not been scored by the code that is installed now; run "
                "`modelgate generative score` with this folder first"
            )
        return Tally().of_shard(part.key)  # from which no number comes

    def _found(self, part: Part) -> Tally | None:
        data = self.run.tallies.get(self._key(part))
        return None if data is None else read_tally(data, part, self.evaluation)

    def _key(self, part: Part) -> str:
        return tally_key(part, self.evaluation, self.code)


def open_collected(run: RunFolder, find_scorer: FindScorer) -> Folder:
    """Open a folder whose answers have been collected.

    Raises:
        ContentError: not all have been.
        BindingError: they are answers to something else than the folder's evaluation asks.
    """
    given, collection = run.given(), run.collection()
    require_about(collection, given.evaluation)
    require_parts(collection, given.evaluation, given.lines_of)
    return Folder(
        run=run,
        evaluation=given.evaluation,
        collection=collection,
        find_scorer=find_scorer,
        code=package_digest(),
    )
