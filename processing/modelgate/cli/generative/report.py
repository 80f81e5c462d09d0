"""``modelgate generative report``."""

from pathlib import Path
from typing import Annotated, Any

import typer

from modelgate.cli.generative.measured import reasons_of, slices_of, table_of
from modelgate.cli.generative.opened import opened
from modelgate.cli.generative.page import page
from modelgate.cli.generative.run_folder import Folder, RunFolder
from modelgate.cli.options import AsJson
from modelgate.cli.printing import complain, console, emit, say
from modelgate.cli.where import Region
from modelgate.contracts.strict_json import Limits, read_object
from modelgate.generative.measurement import SECTION

LIMITS = Limits(size=64_000_000, values=5_000_000)
Html = Annotated[Path | None, typer.Option("--html", help="Write the numbers as a page to this file.", dir_okay=False)]


def report(
    folder: Folder,
    *,
    slices: Annotated[bool, typer.Option("--slices", help="Every slice too.")] = False,
    html: Html = None,
    region: Region = None,
    as_json: AsJson = False,
) -> None:
    """
    Say what the scores of a folder come to, and write the report that the gate would judge, which
    `modelgate check FOLDER` then judges: generative.json there.

    Leaves with 0 whatever the numbers are; a number that is missing has its reason on stderr.
    """
    run = RunFolder(root=folder)
    data = opened(folder, region).report()
    run.report.write_bytes(data)
    document = read_object(data, LIMITS)
    metrics, about = document[SECTION], document["dataset"]["evaluation"]
    if html is not None:
        html.write_text(page(metrics, about), encoding="utf-8")
        complain(f"written to {html}")
    if as_json:
        emit({"report": str(run.report), "evaluation": about, "metrics": metrics})
        return
    say(f"{about['target']}, asked by evaluation {about['name']} version {about['version']}")
    console().print(table_of(metrics))
    if slices:
        console().print(slices_of(metrics))
    _tell(about)
    for reason in reasons_of(metrics):
        complain(reason)
    say(f"written to {run.report}")


def _tell(about: dict[str, Any]) -> None:
    usage = about["usage"]
    say(
        f"{usage['calls']:,} calls, {usage['failed']:,} failed; {usage['input_tokens']:,} tokens read, "
        f"{usage['output_tokens']:,} written; scorer {about['scorer']}, judge {about['judge']}"
    )
