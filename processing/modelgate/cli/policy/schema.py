"""``modelgate policy schema``."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from modelgate.cli.options import AsJson
from modelgate.cli.printing import emit, say
from modelgate.policy.json_schema import schema_of, write_schemas


class Format(StrEnum):
    """The kinds of file in a folder of policies."""

    POLICY = "policy"
    WAIVERS = "waivers"
    BUNDLE = "bundle"
    CASES = "cases"
    EVALUATION = "evaluation"


def schema(
    format_: Annotated[Format, typer.Argument(help="The kind of file.", metavar="FORMAT")] = Format.POLICY,
    *,
    write: Annotated[
        Path | None, typer.Option("--write", help="Write the schemas of all kinds to this folder.", file_okay=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """
    Print the JSON Schema of policy files, which editors complete and check by.

    It is JSON in any case; --json matters with --write only.
    """
    if write is None:
        emit(schema_of(format_))
        return
    written = write_schemas(write)
    if as_json:
        emit({"written": [str(path) for path in written]})
    else:
        for path in written:
            say(str(path))
