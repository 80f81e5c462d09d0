"""Scoring what a folder holds, and what it comes to; the steps of the pipeline do the same on S3."""

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelgate.cli.generative.run_folder import RunFolder
from modelgate.contracts.digests import sha256_of
from modelgate.errors import BindingError, ContentError
from modelgate.generative.collecting import answers_key
from modelgate.generative.collection import Collection, Part
from modelgate.generative.concluding import Scored, conclude, require_about, require_parts
from modelgate.generative.evaluation import Evaluation
from modelgate.generative.evaluators import DISINFORMATION, TOXICITY, judge_model, judge_named
from modelgate.generative.judging import Judging, is_judged_by_model, kept_worth
from modelgate.generative.records import lines_of
from modelgate.generative.scoring import FindScorer, score_part
from modelgate.generative.tallies import read_tally, tally_key
from modelgate.generative.tally import Tally
from modelgate.steps.package_digest import package_digest

if TYPE_CHECKING:
    from modelgate.steps.judges import FindJudge


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A run folder whose answers are all there, with whatever scores them here; *code* is the digest of our own.

    *judges* finds the judge where it is a model; None where no model can be asked.
    """

    run: RunFolder
    evaluation: Evaluation
    collection: Collection
    find_scorer: FindScorer
    judges: "FindJudge | None"
    code: str

    def parts(self) -> Iterator[tuple[Part, str]]:
        """Score one part after the other, those that are not scored yet; say of each what was done."""
        judging = self._judging()
        for part in self.collection.parts:
            if self._found(part) is not None:
                yield part, "scored before"
            elif (lacking := self.lacking(part.concern)) is not None:
                yield part, f"not scored: {lacking}"
            else:
                self._score(part, judging)
                yield part, "scored"

    def _judging(self) -> Judging | None:
        """The judge, where it is a model that can be asked and something is left to judge."""
        left = [part for part in self.collection.parts if self._found(part) is None]
        judged = [part for part in left if is_judged_by_model(part, self.evaluation)]
        if not judged or self.judges is None:
            return None
        # Imported here: scoring on this machine does not wait for AWS.
        from modelgate.steps.judges import Wanted, judging_of

        wanted = Wanted(evaluation=self.evaluation, image=self.code, store=self.run.tallies, machines=1)
        return judging_of(wanted, self.collection, judged, self.judges)

    def report(self) -> bytes:
        """The report on all parts.

        Raises:
            ContentError: one has not been scored.
            BindingError: answers, parts or tallies are not those of this evaluation.
        """
        scored = tuple(Scored(part=part, tally=self._tally(part)) for part in self.collection.parts)
        judge, reached = self.evaluation.judge, None
        if judge_model(judge.name) is not None:
            reached = kept_worth(judge, self.code, self.run.tallies)
        return conclude(self.collection, scored, self.evaluation, scoring_image_digest=self.code, reached=reached)

    def lacking(self, concern: str) -> str | None:
        """The scorer or judge that *concern* cannot be scored without and that is not here."""
        evaluation = self.evaluation
        if concern == TOXICITY and self.find_scorer(evaluation.scorer) is None:
            return f"the scorer {evaluation.scorer} is not here; install it (`pip install 'modelgate[generative]'`)"
        judge = evaluation.judge.name
        if concern == DISINFORMATION and judge_model(judge) is not None:
            return f"the judge {judge} is asked at Amazon Bedrock; give --region" if self.judges is None else None
        if concern == DISINFORMATION and judge_named(judge) is None:
            return f"the judge {judge} is not here"
        return None

    def _score(self, part: Part, judging: Judging | None) -> None:
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
            judging=judging,
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


def open_collected(run: RunFolder, find_scorer: FindScorer, judges: "FindJudge | None") -> Folder:
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
        judges=judges,
        code=package_digest(),
    )
