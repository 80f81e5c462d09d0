"""The step that scores: answers in, a tally for each part out, on one machine of several.

SageMaker gives each machine the files of its own (ShardedByS3Key): it scores what it was given. A part whose tally is
there already is not scored again.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

from modelgate.aws.answer_store import AnswerStore
from modelgate.aws.clients import Clients, clients_for
from modelgate.contracts.strict_json import Limits, read_object
from modelgate.errors import BindingError, ContentError, InfrastructureError
from modelgate.generative.collection import NOTHING, Collection, Part
from modelgate.generative.concluding import require_about
from modelgate.generative.evaluation import Evaluation
from modelgate.generative.judging import is_judged_by_model
from modelgate.generative.part_files import PartFile, judge_files, score_files
from modelgate.generative.scoring import FindScorer
from modelgate.generative.tallies import is_unscored, read_tally, tally_key, unscored_key
from modelgate.generative.tally import Tally
from modelgate.steps.arguments import Arguments, ml_root
from modelgate.steps.generative_report import read_collection, scoring_image, tally_store
from modelgate.steps.judges import FindJudge, Wanted, bedrock_judge, judging_of
from modelgate.steps.pinned import load_pinned
from modelgate.steps.progress import say
from modelgate.steps.run import run
from modelgate.steps.scorers import find_scorer

_RESOURCES = Limits(size=1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    evaluation: Evaluation
    store: AnswerStore
    image: str

    def is_scored(self, part: Part) -> bool:
        """Whether a tally of *part* is kept; one that does not fit is refused."""
        there = self.store.get(tally_key(part, self.evaluation, self.image))
        if there is not None:
            read_tally(there, part, self.evaluation)
        return there is not None

    def keep(self, part: Part, tally: Tally) -> None:
        """Keep *tally*, unless another machine came first: what lies there then has to fit as well.

        That it could not be scored is kept apart, so that it can be once the scorer is there.
        """
        key_of = unscored_key if is_unscored(tally) else tally_key
        key = key_of(part, self.evaluation, self.image)
        read_tally(self.store.put_once(key, tally.to_json()), part, self.evaluation)


def score(
    arguments: Arguments,
    clients: Clients,
    folder: Path,
    *,
    machines: int,
    processes: int,
    find_scorer: FindScorer,
    find_judge: FindJudge,
) -> str:
    """Score the files of *folder*, those of one of *machines*, with *processes* processes; return what was done.

    Raises:
        BindingError: a file is none that was collected, one is missing, or has other bytes than were collected.
        ContentError: a prompt is not what its concern asks.
        PinError: the evaluation names a judge that is no model of Bedrock.
        BudgetSpentError: the judge would be asked more than it may; what is stored stays.
        InfrastructureError: S3, a scorer or the judge did not answer; what is stored stays.
    """
    pinned = load_pinned(clients.s3, arguments)
    evaluation = pinned.evaluation
    if evaluation is None:
        raise BindingError(f"group {pinned.group.name} names no evaluation, so nothing is scored")
    collection = read_collection(arguments, clients.s3, pinned)
    require_about(collection, evaluation)
    if collection.model.package_arn != str(arguments.package):
        raise BindingError(f"the collection is about {collection.model.package_arn[:200]!a}, not {arguments.package}")
    given = given_files(collection, folder, machines=machines)
    work = _Work(evaluation=evaluation, store=tally_store(clients.s3, pinned), image=scoring_image(arguments))
    left = [file for file in given if not work.is_scored(file.part)]
    before = len(given) - len(left)
    say(f"{len(given)} of {len(collection.parts)} parts are for this machine, {before} were scored before")
    counted = [file for file in left if not is_judged_by_model(file.part, evaluation)]
    judged = [file for file in left if file not in counted]
    tallies = score_files(counted, evaluation, find_scorer=find_scorer, processes=processes)
    if judged:
        judging = judging_of(
            Wanted(evaluation=evaluation, image=work.image, store=work.store, machines=machines),
            collection,
            [file.part for file in judged],
            find_judge,
        )
        tallies = chain(tallies, judge_files(judged, evaluation, judging))
    for number, (file, tally) in enumerate(zip(counted + judged, tallies, strict=True), start=1):
        work.keep(file.part, tally)
        done = "not scored: the scorer or judge is not here" if is_unscored(tally) else "scored"
        say(f"part {number} of {len(left)}: {file.part.concern}, {file.part.prompts} prompts, {done}")
    return f"{len(given)} of {len(collection.parts)} parts have their tally"


def given_files(collection: Collection, folder: Path, *, machines: int) -> Sequence[PartFile]:
    """The files of *folder* with the parts that they hold, in the order of the collection.

    Raises:
        BindingError: there is another file, or a single machine lacks one.
    """
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    by_name = {f"{part.key}.jsonl": part for part in collection.parts}
    if strangers := names - by_name.keys() - (set() if by_name else {NOTHING}):
        raise BindingError(
            f"{min(strangers)[:200]!a} is among the answers and was not collected; run the pipeline again"
        )
    if machines == 1 and (lacking := by_name.keys() - names):
        raise BindingError(f"{min(lacking)} was collected and is not among the answers; run the pipeline again")
    return [PartFile(path=folder / name, part=part) for name, part in by_name.items() if name in names]


def machines_of(root: Path) -> int:
    """How many machines share the work.

    Source: SageMaker developer guide, "Build your own processing container": config/resourceconfig.json.

    Raises:
        InfrastructureError: the file is there and cannot be read.
    """
    path = root / "config" / "resourceconfig.json"
    try:
        hosts = read_object(path.read_bytes(), _RESOURCES).get("hosts")
    except FileNotFoundError:
        return 1  # a process, or a job run by hand
    except (OSError, ContentError) as error:
        raise InfrastructureError(f"{path} does not say which machines share the work: {error}") from error
    if not isinstance(hosts, list) or not hosts:
        raise InfrastructureError(f"{path} does not say which machines share the work; run the pipeline again")
    return len(hosts)


def _step(argv: Sequence[str] | None) -> str:
    arguments = Arguments.parse("modelgate.steps.score", "Score the answers of one model package.", argv)
    region, root = arguments.package.region, ml_root()
    return score(
        arguments,
        clients_for(region),
        root / "processing" / "input" / "answers",
        machines=machines_of(root),
        processes=os.cpu_count() or 1,
        find_scorer=partial(find_scorer, region),
        find_judge=partial(bedrock_judge, region),
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the step as a process."""
    return run(lambda: _step(argv))


if __name__ == "__main__":
    sys.exit(main())
