"""python -m local.demo: the whole platform, from nothing to verdicts."""

import argparse
import json
import sys
from collections.abc import Sequence

from rich.console import Console

from deploy.progress import Progress
from local.demo.course import show
from local.demo.table import as_json, render
from local.platform import REFUSALS, Runtime, bring_up

PAGE_WIDTH = 140  # where nobody says how wide the page is


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; exit with 0 only when every package got the verdict expected of it."""
    given = _parser().parse_args(arguments)
    progress = Progress()
    try:
        with bring_up(given.name, runtime=Runtime(given.runtime), progress=progress) as platform:
            rows = show(platform, progress)
    except REFUSALS as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("stopped; the embedded AWS has ended with the demo\n")
        return 130
    if given.json:
        sys.stdout.write(json.dumps(as_json(rows), indent=2) + "\n")
    else:
        render(rows, Console(width=None if sys.stdout.isatty() else PAGE_WIDTH))
    wrong = sum(not row.as_expected for row in rows)
    progress.say(f"{len(rows)} verdicts, {wrong} not as expected")
    return 1 if wrong else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m local.demo",
        description="Bring the platform up on the embedded AWS, register real models, and watch their verdicts.",
    )
    parser.add_argument("--name", default="demo", help="name of the instance (default %(default)s)")
    parser.add_argument(
        "--runtime",
        choices=[runtime.value for runtime in Runtime],
        default=Runtime.AUTO.value,
        help="run the steps in containers, as processes, or in containers where an engine answers (default)",
    )
    parser.add_argument("--json", action="store_true", help="print the table as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
