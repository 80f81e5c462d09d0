"""``modelgate generative prompts``."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from modelgate.cli.generative.given import EVALUATIONS_FILE, Name, read_given
from modelgate.cli.options import AsJson
from modelgate.cli.printing import emit, say
from modelgate.generative.datasets.imported import NOTE_FILE, prompts_of, read_imported
from modelgate.generative.datasets.sampling import CELLS
from modelgate.generative.datasets.shipped import ID, shipped
from modelgate.generative.records import Prompt, read_prompts

SHOWN = 200  # characters of a prompt, and then its end is left out

Source = Annotated[
    str,
    typer.Argument(
        help="A set of the project's own, such as modelgate-works@1; a folder that `import` wrote; or one with "
        f"{EVALUATIONS_FILE}.",
        metavar="FOLDER|NAME",
    ),
]
Show = Annotated[int, typer.Option("--show", min=0, help="So many prompts of each set, on one line each.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Set:
    id: str
    concern: str
    licence: str | None
    prompts: Callable[[], Iterable[Prompt]]


def prompts(source: Source, *, name: Name = None, show: Show = 0, as_json: AsJson = False) -> None:
    """Count what would be asked, by what it is broken down by, and show some of it."""
    sets = [_document(one, show) for one in _sets(source, name)]
    if as_json:
        emit({"sets": sets})
        return
    for one in sets:
        say(f"{one['dataset']}: {one['prompts']:,} prompts about {one['concern']}, {one['words']:.0f} words on average")
        for cells in one["cells"]:
            say(f"  {cells['prompts']:>6,}  {cells['of']}")
        for shown in one["shown"]:
            say(f"  {shown['id']}: {shown['text'][:SHOWN]}{'…' if len(shown['text']) > SHOWN else ''}")


def _sets(source: str, name: str | None) -> Iterable[_Set]:
    own = {dataset: concern for concern, dataset in ID.items()}
    if source in own:
        return [_Set(id=source, concern=own[source], licence=None, prompts=partial(shipped, own[source]))]
    folder = Path(source)
    if (folder / NOTE_FILE).is_file():
        note = read_imported(folder)
        return [_Set(id=note.dataset, concern=note.concern, licence=note.licence, prompts=partial(prompts_of, folder))]
    if not folder.exists():
        raise typer.BadParameter(
            f"{source!a} is no folder, and none of the project's own sets: {', '.join(sorted(own))}",
            param_hint="FOLDER|NAME",
        )
    given = read_given(folder, name)
    return [
        _Set(
            id=asked.dataset_id,
            concern=asked.concern,
            licence=asked.licence,
            prompts=lambda asked=asked: read_prompts(given.lines_of(asked)),  # type: ignore[misc]
        )
        for asked in given.evaluation.asked
    ]


def _document(one: _Set, show: int) -> dict[str, Any]:
    counted: Counter[str] = Counter()
    words = 0
    shown: list[dict[str, str]] = []
    for prompt in one.prompts():
        counted[" ".join(f"{key}={prompt.meta.get(key)}" for key in _facets(one.concern))] += 1
        words += len(prompt.text.split())
        if len(shown) < show:
            shown.append({"id": prompt.id, "text": prompt.text})
    number = counted.total()
    return {
        "dataset": one.id,
        "concern": one.concern,
        "licence": one.licence,
        "prompts": number,
        "words": words / number if number else 0.0,
        "cells": [{"of": of, "prompts": count} for of, count in sorted(counted.items()) if of],
        "shown": shown,
    }


def _facets(concern: str) -> tuple[str, ...]:
    """What is balanced, but for single templates of questions."""
    return tuple(key for key in CELLS.get(concern, ()) if key != "question_index")
