"""From evaluation files to the document that the steps read, and the prompts that it names.

An evaluation whose imported prompts are not on this machine is left out, and said to be. The same files give the same
bytes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from modelgate.errors import ContentError, ModelgateError, PolicyError
from modelgate.generative.collecting import fits_part, fits_record, most_in_part
from modelgate.generative.evaluation import Evaluation, Evaluations
from modelgate.generative.evaluators import DISINFORMATION, require_known
from modelgate.generative.judging import calls_to_measure
from modelgate.policy.evaluation_files import EvaluationFile
from modelgate.policy.evaluation_prompts import NotImportedError, Places, ask
from modelgate.policy.load import Located, load_file

EVALUATIONS_FOLDER = "evaluations"  # inside the folder of policies


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What came of the files, and a sentence for each evaluation that was left out."""

    evaluations: Evaluations
    left_out: tuple[str, ...]


def build(files: Sequence[Path], datasets: Path | None, prompts: Path) -> Built:
    """The evaluations of *files*; their prompts go to the folder *prompts*, each set as ``<hex of its digest>.jsonl``.

    *datasets* is the folder below which imported prompts lie, None where there is none.

    Raises:
        PolicyError: a file is wrong; the message holds every fault, one a line.
    """
    faults: list[str] = []
    loaded = [found for path in files if (found := load_file(path, EvaluationFile, faults))]
    faults.extend(_twice(loaded))
    evaluations: dict[str, Evaluation] = {}
    left_out: list[str] = []
    for located in loaded:
        try:
            evaluations[located.model.evaluation] = _evaluation(located, Places(datasets=datasets, target=prompts))
        except NotImportedError as error:
            left_out.append(str(error))
        except ModelgateError as error:
            faults.append(str(error))
    if faults:
        raise PolicyError("\n".join(faults))
    return Built(evaluations=Evaluations(evaluations=evaluations), left_out=tuple(left_out))


def load_evaluations(folder: Path) -> dict[str, EvaluationFile]:
    """The evaluation files of *folder* by the name of the evaluation; none where there is no such folder.

    Raises:
        PolicyError: a file is wrong; the message holds every fault, one a line.
    """
    faults: list[str] = []
    loaded = [found for path in sorted(folder.glob("*.yaml")) if (found := load_file(path, EvaluationFile, faults))]
    faults.extend(_twice(loaded))
    if faults:
        raise PolicyError("\n".join(faults))
    return {located.model.evaluation: located.model for located in loaded}


def growth_faults(old: Mapping[str, EvaluationFile], new: Mapping[str, EvaluationFile]) -> list[str]:
    """What keeps *new* from being published after *old*, a sentence each: versions only grow."""
    faults: list[str] = []
    for name, evaluation in new.items():
        before = old.get(name)
        if before is None or evaluation == before or evaluation.version > before.version:
            continue
        told = f"evaluation {name!r} changed since its version {before.version} was built"
        faults.append(f"{told} and has version {evaluation.version}; write version: {before.version + 1}")
    return faults


def _evaluation(located: Located[EvaluationFile], places: Places) -> Evaluation:
    file = located.model
    asked = tuple(ask(located, concern, places) for concern, _ in file.ask.by_concern())
    calls = sum(one.prompts * one.settings.completions for one in asked)
    if calls > file.budget.calls:
        place = located.file.place(("budget", "calls"))
        raise ContentError(f"{place}: 'calls' is {file.budget.calls}, and its prompts need {calls}; allow more")
    evaluation = Evaluation(
        name=file.evaluation,
        version=file.version,
        asked=asked,
        target=file.target.to_plan(),
        budget=file.to_budget(),
        scorer=file.scorer,
        judge=file.to_judge(),
    )
    require_known(evaluation)
    _require_records(located, evaluation)
    _require_judging(located, evaluation)
    return evaluation


def _require_judging(located: Located[EvaluationFile], evaluation: Evaluation) -> None:
    """Repeated calls, and measuring once more on each machine, come on top: nobody knows them before."""
    budget = evaluation.judge.budget
    judged = [one for one in evaluation.asked if one.concern == DISINFORMATION]
    calls = sum(one.prompts * one.settings.completions for one in judged) + calls_to_measure()
    if budget is not None and judged and budget.calls < calls:
        place = located.file.place(("judge", "budget", "calls"))
        raise ContentError(
            f"{place}: 'calls' is {budget.calls}, and judging needs {calls}, {calls_to_measure()} of them to find out "
            "what the judge is worth; allow more"
        )


def _require_records(located: Located[EvaluationFile], evaluation: Evaluation) -> None:
    most = evaluation.target.pace.answer_bytes
    for one in evaluation.asked:
        if not fits_record(one, most):
            place = located.file.place(("target",))
            raise ContentError(
                f"{place}: {one.settings.completions} answers of {most:,} bytes ('answer_bytes' of the pace) to one "
                f"prompt of {one.concern} do not fit a record; lower either"
            )
        if not fits_part(one, most):
            place = located.file.place(("ask", one.concern))
            raise ContentError(
                f"{place}: {one.part_size:,} prompts with {one.settings.completions} answers of {most:,} bytes "
                f"('answer_bytes' of the pace) do not fit what is kept of a part; lower 'part_size' to "
                f"{most_in_part(one, most)}, or 'answer_bytes'"
            )


def _twice(files: Sequence[Located[EvaluationFile]]) -> Iterator[str]:
    owners: dict[str, str] = {}
    for located in files:
        other = owners.setdefault(located.model.evaluation, located.file.name)
        if other != located.file.name:
            place = located.file.place(("evaluation",))
            yield f"{place}: 'evaluation' is {located.model.evaluation!r}, as in {other}; rename one"
