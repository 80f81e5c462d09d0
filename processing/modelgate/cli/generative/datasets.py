"""``modelgate generative datasets``."""

from typing import Any

from rich.table import Table

from modelgate.cli.options import AsJson
from modelgate.cli.printing import cell, console, emit, say
from modelgate.generative.datasets.catalogue import CATALOGUE, OWN_LICENCE, Dataset
from modelgate.generative.datasets.shipped import ID


def datasets(*, as_json: AsJson = False) -> None:
    """
    List the data sets: the project's own, which an evaluation names, and those that `import` makes prompts of.

    Nothing that others wrote is part of modelgate; the licence is what you agree to when you import a set.
    """
    own = [
        {"id": name, "concern": concern, "licence": OWN_LICENCE, "title": "written by this project", "home": None}
        for concern, name in ID.items()
    ]
    known = [_document(one) for one in CATALOGUE.values()]
    if as_json:
        emit({"own": own, "importable": known})
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("data set", "about", "licence", "what it is"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "data set")
    for one in (*own, *known):
        table.add_row(*(cell(one[key]) for key in ("id", "concern", "licence", "title")))
    console().print(table)
    say("what a licence asks, whom to name and where a set is published: --json")


def _document(dataset: Dataset) -> dict[str, Any]:
    return {
        "name": dataset.id.partition("@")[0],
        "id": dataset.id,
        "concern": dataset.concern,
        "licence": dataset.licence.spdx,
        "use": dataset.licence.use,
        "attribution": dataset.attribution,
        "title": dataset.title,
        "home": dataset.home,
        "files": [{"name": file.name, "digest": file.digest, "address": file.address} for file in dataset.files],
    }
