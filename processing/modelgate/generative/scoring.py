"""Scoring one part of the answers to one tally, by the scorer and the judge that the evaluation names.

A scorer or judge that is not there leaves a tally of nothing but its shard, from which no number comes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from modelgate.generative import evaluators
from modelgate.generative.bias.score import score as score_bias
from modelgate.generative.collection import Part
from modelgate.generative.disinformation import support
from modelgate.generative.evaluation import Evaluation
from modelgate.generative.evaluators import JUDGE_MET, full_name, judge_named
from modelgate.generative.judging import Judging, is_judged_by_model
from modelgate.generative.memorization import score as memorization
from modelgate.generative.parallel import Score, score_lines
from modelgate.generative.records import Answered
from modelgate.generative.tallies import is_unscored, require_fitting
from modelgate.generative.tally import Tally
from modelgate.generative.toxicity import profanity
from modelgate.generative.toxicity import score as toxicity
from modelgate.generative.toxicity.scorer import Scorer

FindScorer = Callable[[str], Scorer | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """How the answers of one concern are counted, by any process: *find_scorer* has to be picklable."""

    concern: str
    scorer: str
    judge: str
    find_scorer: FindScorer

    def __call__(self, answers: Iterable[Answered]) -> Tally:
        """The tally of *answers*, of no shard yet.

        Raises:
            ContentError: a prompt is not one of this concern's.
        """
        match self.concern:
            case evaluators.MEMORIZATION:
                return memorization.score(answers)
            case evaluators.BIAS:
                return score_bias(answers)
            case evaluators.DISINFORMATION:
                judge = judge_named(self.judge)
                return Tally() if judge is None else support.score(answers, judge)
            case evaluators.TOXICITY:
                scorer = self.find_scorer(self.scorer)
                return Tally() if scorer is None else toxicity.score(answers, scorer)
        raise ValueError(f"nothing scores {self.concern!a}")


def score_part(
    part: Part,
    lines: Iterable[bytes],
    evaluation: Evaluation,
    *,
    find_scorer: FindScorer,
    processes: int,
    judging: Judging | None = None,
) -> Tally:
    """Score the answers of *part*, whose *lines* are read as a stream, with *processes* processes.

    *judging* asks the judge where that is a model; this process alone does, because its pace and budget are counted
    here.

    Raises:
        BindingError: they are not as many as the part has.
        ContentError: a line is no answer, or its prompt is not one of this concern's.
        InfrastructureError: a scorer or judge is a service, and did not answer.
        BudgetSpentError: judging would take more calls or tokens than it may.
    """
    scoring: Score = Scoring(
        concern=part.concern, scorer=evaluation.scorer, judge=evaluation.judge.name, find_scorer=find_scorer
    )
    if judging is not None and is_judged_by_model(part, evaluation):
        scoring, processes = judging.score, 1
    tally = score_lines(lines, scoring, processes=processes)
    judge = full_name(evaluation.judge.name)
    if part.concern == evaluators.DISINFORMATION and judge is not None and not is_unscored(tally):
        tally = replace(tally, counts={**tally.counts, (JUDGE_MET, judge): 1})
    scored = tally.of_shard(part.key)
    require_fitting(scored, part, evaluation)
    return scored


@lru_cache(maxsize=8)
def local_scorer(name: str) -> Scorer | None:
    """The scorer called *name* that comes with this installation and needs no service; None where it is not here."""
    if name != f"{profanity.ProfanityScorer.id}@{profanity.VERSION}" or profanity.absence() is not None:
        return None
    return profanity.ProfanityScorer()
