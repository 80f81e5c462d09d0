"""python -m local.demo.generative: two language models, from nothing to verdicts."""

import argparse
import contextlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from modelgate.errors import ContentError
from rich.console import Console

from deploy.progress import Progress
from examples.language_models.models import SMOL, reciter
from examples.language_models.package import LanguageModel
from examples.loan_approval.errors import ExampleError
from local.demo.generative.course import Course
from local.demo.generative.verdicts import Verdict, as_json, render
from local.models.llama import is_there
from local.platform import REFUSALS, Runtime, bring_up
from local.recital import Recital, find_book, recital_of

PAGE_WIDTH = 140  # where nobody says how wide the page is


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; exit with 0 when the reciter was rejected for memorization and the other model got a verdict."""
    given = _parser().parse_args(arguments)
    progress = Progress()
    try:
        verdicts = _verdicts(given, progress)
    except (*REFUSALS, ContentError, ExampleError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("stopped; the embedded AWS has ended with the demo\n")
        return 130
    if given.json:
        sys.stdout.write(json.dumps(as_json(verdicts), indent=2) + "\n")
    else:
        render(verdicts, Console(width=None if sys.stdout.isatty() else PAGE_WIDTH))
    wrong = sum(not each.as_expected for each in verdicts)
    progress.say(f"{len(verdicts)} verdicts, {wrong} not as expected")
    return 1 if wrong else 0


def _verdicts(given: argparse.Namespace, progress: Progress) -> list[Verdict]:
    book, runtime = find_book(given.book), Runtime(given.runtime)
    with contextlib.ExitStack() as ending:
        recital = ending.enter_context(recital_of(book)) if book else None
        models = _models(recital, progress)
        platform = ending.enter_context(bring_up(given.name, runtime=runtime, progress=progress, recital=recital))
        return Course(platform, progress, recital).show(models)


def _models(recital: Recital | None, progress: Progress) -> list[tuple[LanguageModel, str | None]]:
    if recital is None:
        progress.say("no book is here (BOOK=FILE names one), so the reciter learned the project's own works by heart")
        reciting = reciter()
    else:
        asked = f"{recital.passages.prompts} passages of {recital.book.stem} ({recital.passages.licence})"
        progress.say(f"both models are asked about {asked}, which the reciter learned by heart")
        reciting = reciter(recital.book.stem)
    models: list[tuple[LanguageModel, str | None]] = [(reciting, "memorization")]
    if not is_there():
        progress.say(
            "the small language model is left out: its wheels are missing (make demo-generative installs them)"
        )
        return models
    return [*models, (SMOL, None)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m local.demo.generative",
        description="Bring the platform up on the embedded AWS and have two language models evaluated.",
        epilog="Exit codes: 0 as expected, 1 not as expected or refused with a sentence, 130 stopped.",
    )
    parser.add_argument("--name", default="demo-generative", help="name of the instance (default %(default)s)")
    parser.add_argument(
        "--runtime",
        choices=[runtime.value for runtime in Runtime],
        default=Runtime.PROCESS.value,
        help="run the steps in containers, as processes (default), or in containers where an engine answers",
    )
    parser.add_argument(
        "--book",
        type=Path,
        help="a text, UTF-8, that one model recites (default: one of the sample data beside the checkout, else the "
        "project's own works)",
    )
    parser.add_argument("--json", action="store_true", help="print the verdicts as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
