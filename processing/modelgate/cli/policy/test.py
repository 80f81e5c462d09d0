"""``modelgate policy test``."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from modelgate.cli.cases.coverage import coverage_gaps
from modelgate.cli.cases.run import CaseResult, run_cases
from modelgate.cli.ending import Exit
from modelgate.cli.options import POLICIES, AsJson, Folder
from modelgate.cli.printing import complain, emit, say
from modelgate.errors import PolicyError
from modelgate.policy.cases import CASES_FOLDER
from modelgate.policy.load import load_folder

Cases = Annotated[
    Path | None,
    typer.Option("--cases", help=f"Folder or file of cases. Default: {CASES_FOLDER}/ in the folder.", exists=True),
]
Complete = Annotated[
    bool, typer.Option("--complete", help="Fail also where no case shows a check to pass, or not to pass.")
]


def try_cases(
    folder: Folder = POLICIES, *, cases: Cases = None, complete: Complete = False, as_json: AsJson = False
) -> None:
    """
    Run the cases of a folder of policies: packages, and what the policies must say of them.

    Each difference is one line on stderr: file:line:column, the case, and what was said instead.
    Leaves with 1 when a case does not hold, and when there is none.
    """
    bundle = load_folder(folder)
    place = cases or folder / CASES_FOLDER
    results = run_cases(place, bundle)
    if not results:
        raise PolicyError(f"{place}: holds no case, so nothing was shown; write one, and what it must lead to")
    gaps = coverage_gaps(bundle, results)
    failed = [result for result in results if not result.holds]
    if as_json:
        counts = {"cases": len(results), "failed": len(failed)}
        about = {"folder": str(folder), "bundle_version": bundle.version}
        emit({**about, **counts, "results": [_document(result) for result in results], "not_shown": gaps})
    else:
        _print(results, failed, gaps)
    raise typer.Exit(Exit.FAULTS if failed or (complete and gaps) else Exit.FINE)


def _print(results: Sequence[CaseResult], failed: Sequence[CaseResult], gaps: Sequence[str]) -> None:
    for result in failed:
        for difference in result.differences:
            complain(f"{result.place}: case {result.name!r}: {difference}")
    for gap in gaps:
        say(f"not shown: {gap}")
    say(f"{len(results) - len(failed)} of {len(results)} cases hold")


def _document(result: CaseResult) -> dict[str, Any]:
    verdict = None if result.judgement is None else result.judgement.verdict
    about = {"case": result.name, "place": result.place, "holds": result.holds, "verdict": verdict}
    return {**about, "differences": list(result.differences)}
