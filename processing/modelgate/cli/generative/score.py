"""``modelgate generative score``."""

from typing import Any

import typer

from modelgate.cli.ending import Exit
from modelgate.cli.generative.opened import opened
from modelgate.cli.generative.run_folder import Folder
from modelgate.cli.options import AsJson
from modelgate.cli.printing import complain, emit, say
from modelgate.cli.where import Region


def score(folder: Folder, *, region: Region = None, as_json: AsJson = False) -> None:
    """
    Score the answers of a folder, with every processor core; nothing is asked of the model again.

    A part that was scored before by the same code is not scored again. Comprehend, or a model of Bedrock that judges,
    where an evaluation names it, needs --region. Leaves with 3 when a scorer or judge is not here: its numbers
    are then missing.
    """
    found = opened(folder, region)
    parts: list[dict[str, Any]] = []
    for part, done in found.parts():
        parts.append({"part": part.key, "concern": part.concern, "prompts": part.prompts, "done": done})
        complain(f"{part.concern}: part {len(parts)} of {len(found.collection.parts)}, {part.prompts} prompts, {done}")
    lacking = sum(one["done"].startswith("not scored") for one in parts)
    if as_json:
        emit({"folder": str(folder), "parts": parts, "not_scored": lacking})
    else:
        say(
            f"{folder}: {len(parts) - lacking} of {len(parts)} parts scored; next: modelgate generative report {folder}"
        )
    raise typer.Exit(Exit.HOLD if lacking else Exit.FINE)
