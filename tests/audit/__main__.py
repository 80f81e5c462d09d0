"""
python -m tests.audit: what scanners find in the repository, each after it has found its planted faults.

The table goes to standard output, progress to standard error. Exit code 1: findings that are neither fixed nor accepted
in accepted.yaml, or an entry there that fits nothing. Exit code 2: a tool that could not be run, read too little or
missed a planted fault.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table

from deploy.progress import Progress
from tests.audit import dockerfiles, policies, python_lint, secret_text, source_rules, terraform_code, workflows
from tests.audit.accepted import FILE, Sorted, read_accepted, sort_out
from tests.audit.findings import AuditError, Reading, Tool, see

# The slow ones first, so that two cores end together.
TOOLS = {
    tool.name: tool
    for tool in (
        terraform_code.TOOL,
        policies.PARLIAMENT,
        secret_text.TOOL,
        source_rules.TOOL,
        policies.CLOUDSPLAINING,
        workflows.ACTIONLINT,
        workflows.ZIZMOR,
        dockerfiles.TOOL,
        python_lint.TOOL,
    )
}
_AT_ONCE = 3  # tools wait for their programs; two cores are busy with three of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one tool came to; either a reading, sorted out, or why there is none."""

    tool: str
    seconds: float
    reading: Reading | None
    sorted: Sorted | None
    trouble: str | None


def audit(names: Sequence[str], progress: Progress) -> list[Outcome]:
    """Run the tools of those *names*, some at a time; in the order of *names*."""
    accepted = read_accepted()

    def run(tool: Tool) -> Outcome:
        started = time.monotonic()
        try:
            reading = see(tool)
        except AuditError as error:
            return Outcome(tool=tool.name, seconds=_since(started), reading=None, sorted=None, trouble=str(error))
        result = sort_out(reading.findings, accepted, [tool.name])
        return Outcome(tool=tool.name, seconds=_since(started), reading=reading, sorted=result, trouble=None)

    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        started = {pool.submit(run, TOOLS[name]): name for name in names}
        done = {}
        for future in as_completed(started):
            outcome = done[started[future]] = future.result()
            progress.say(f"{outcome.tool}: {outcome.trouble or _summary(outcome)}")
    return [done[name] for name in names]


def _since(started: float) -> float:
    return round(time.monotonic() - started, 1)


def _summary(outcome: Outcome) -> str:
    found, todo = outcome.reading, outcome.sorted
    return f"{len(todo.open)} findings to do in {found.read} {found.things}" if found and todo else ""


def _show(outcomes: Sequence[Outcome], out: Console) -> None:
    table = Table("tool", "read", "found", "accepted", "to do", "seconds")
    for one in outcomes:
        if one.reading is None or one.sorted is None:
            table.add_row(one.tool, "-", "-", "-", "failed", str(one.seconds))
            continue
        found, todo = len(one.reading.findings), len(one.sorted.open)
        read = f"{one.reading.read} {one.reading.things}"
        counts = (str(found), str(one.sorted.accepted), str(todo), str(one.seconds))
        table.add_row(one.tool, read, *counts)
    out.print(table)
    for one in outcomes:
        for finding in one.sorted.open if one.sorted else ():
            out.print(str(finding), markup=False, highlight=False, soft_wrap=True)
        for entry in one.sorted.stale if one.sorted else ():
            out.print(f"{FILE.name}: {entry} fits nothing any more; take it out", markup=False, soft_wrap=True)
        if one.trouble:
            out.print(f"error: {one.trouble}", markup=False, soft_wrap=True)


def _code(outcomes: Sequence[Outcome]) -> int:
    if any(one.trouble for one in outcomes):
        return 2
    return int(any(one.sorted and (one.sorted.open or one.sorted.stale) for one in outcomes))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.audit", description=__doc__.split("\n\n")[0].strip())
    parser.add_argument("--only", nargs="+", choices=list(TOOLS), metavar="TOOL", help=f"of {', '.join(TOOLS)}")
    parser.add_argument("--json", action="store_true", help="print everything as JSON, accepted findings too")
    given = parser.parse_args(arguments)
    try:
        outcomes = audit(given.only or list(TOOLS), Progress())
    except AuditError as error:  # accepted.yaml itself
        sys.stderr.write(f"error: {error}\n")
        return 2
    if given.json:
        sys.stdout.write(json.dumps([asdict(one) for one in outcomes], indent=2) + "\n")
    else:
        _show(outcomes, Console())
    return _code(outcomes)


if __name__ == "__main__":
    sys.exit(main())
