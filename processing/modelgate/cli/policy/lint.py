"""``modelgate policy lint``."""

import re
from pathlib import Path
from typing import Any

import typer

from modelgate.cli.ending import Exit
from modelgate.cli.options import POLICIES, AsJson, Folder
from modelgate.cli.printing import complain, emit, say
from modelgate.errors import PolicyError
from modelgate.policy.evaluations import EVALUATIONS_FOLDER, load_evaluations
from modelgate.policy.load import load_folder
from modelgate.policy.model import Bundle

_PLACE = re.compile(r"(?P<file>.+?):(?P<line>[0-9]+):(?P<column>[0-9]+): (?P<sentence>.+)", re.DOTALL)


def lint(folder: Folder = POLICIES, *, as_json: AsJson = False) -> None:
    """
    Check a folder of policies, waivers and evaluations, and leave with 1 when anything is wrong.

    Each fault is one line on stderr, file:line:column, what is wrong and what to do.
    """
    try:
        bundle = load_folder(folder)
        evaluations = load_evaluations(folder / EVALUATIONS_FOLDER)
    except PolicyError as error:
        faults = str(error).splitlines()
        if as_json:
            emit({"folder": str(folder), "bundle_version": None, "faults": [_fault(line) for line in faults]})
        else:
            complain(str(error))
        raise typer.Exit(Exit.FAULTS) from error
    if as_json:
        emit({"folder": str(folder), "bundle_version": bundle.version, "faults": []})
    else:
        say(_summary(folder, bundle, len(evaluations)))


def _summary(folder: Path, bundle: Bundle, evaluations: int) -> str:
    checks = sum(len(policy.checks) for policy in bundle.policies)
    policies, waivers = len(bundle.policies), len(bundle.waivers)
    counts = f"{policies} {'policy' if policies == 1 else 'policies'} with {checks} checks, and {waivers} waivers"
    if evaluations:
        counts += f"; {evaluations} {'evaluation' if evaluations == 1 else 'evaluations'}"
    return f"{folder}: bundle v{bundle.version}: {counts}; no fault found"


def _fault(line: str) -> dict[str, Any]:
    """A fault apart; one about a whole file has no line."""
    found = _PLACE.fullmatch(line)
    if found is None:
        return {"file": None, "line": None, "column": None, "sentence": line}
    return {**found.groupdict(), "line": int(found["line"]), "column": int(found["column"])}
