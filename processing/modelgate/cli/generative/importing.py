"""``modelgate generative import``."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from modelgate.cli.groups import pairs
from modelgate.cli.options import AsJson
from modelgate.cli.printing import complain, emit, say
from modelgate.contracts.strict import encode
from modelgate.generative.datasets.catalogue import CATALOGUE, Dataset
from modelgate.generative.datasets.imported import Imported
from modelgate.generative.datasets.importing import Choice, import_folder, import_official

Named = Annotated[str, typer.Argument(help="A data set that `datasets` lists, such as bbq.", metavar="NAME")]
From = Annotated[Path | None, typer.Option("--from", help="Folder with its files.", exists=True, file_okay=False)]
Download = Annotated[bool, typer.Option("--download", help="Fetch its files from their official place.")]
Out = Annotated[Path, typer.Option("--out", help="Folder for the prompts.", file_okay=False)]
Files = Annotated[list[str] | None, typer.Option("--file", help="Only this file of the set; repeatable.")]
Digests = Annotated[
    list[str] | None,
    typer.Option(
        "--digest", help="The digest of a file that the catalogue has none of; repeatable.", metavar="FILE=SHA"
    ),
]
PerCell = Annotated[int | None, typer.Option("--per-cell", min=1, help="At most so many prompts of each group.")]
PerWork = Annotated[int, typer.Option("--per-work", min=1, help="Of works: so many prompts of each, and length.")]
Lengths = Annotated[list[int] | None, typer.Option("--length", help="Of works: tokens of a prompt; repeatable.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Chooses which prompts.")]
DigestsOnly = Annotated[
    bool,
    typer.Option("--references-by-digest", help="Of works that may not be stored: keep no text, only its digest."),
]


def import_(
    name: Named,
    out: Out,
    *,
    source: From = None,
    download: Download = False,
    file: Files = None,
    digest: Digests = None,
    per_cell: PerCell = None,
    per_work: PerWork = 10,
    length: Lengths = None,
    seed: Seed = 0,
    references_by_digest: DigestsOnly = False,
    as_json: AsJson = False,
) -> None:
    """
    Make prompts of a data set, from a folder or from its official place; each file must have its digest.

    The licence is told on stderr: it is yours to keep. An evaluation names the folder and the digest that are printed.
    """
    dataset = _known(name)
    if (source is None) != download:
        raise typer.BadParameter("give either --from FOLDER or --download", param_hint="--from")
    choice = Choice(
        files=tuple(file or ()),
        digests=_digests(digest),
        seed=seed,
        per_cell=per_cell,
        lengths=tuple(length or Choice().lengths),
        per_work=per_work,
        store_references=not references_by_digest,
    )
    complain(f"{dataset.id} is licensed {dataset.licence.spdx}: {dataset.licence.use}")
    imported = _imported(dataset, source, out, choice)
    if as_json:
        emit({"folder": str(out), "imported": encode(imported)})
        return
    for of, count in imported.counts.items():
        say(f"  {count:>7,}  {of}")
    say(f"{out}: {imported.prompts:,} prompts of {imported.dataset} about {imported.concern}; evaluations ask them by")
    say(f"  folder: <{out.name}, as seen from MODELGATE_DATASETS>")
    say(f"  digest: {imported.digest}")
    if not imported.complete:
        say("they name their works by digest, so the pipeline cannot score them")


def _known(name: str) -> Dataset:
    dataset = CATALOGUE.get(name.partition("@")[0])
    if dataset is None or name not in (dataset.id, dataset.id.partition("@")[0]):
        raise typer.BadParameter(f"{name!a} is none of {', '.join(sorted(CATALOGUE))}", param_hint="NAME")
    return dataset


def _imported(dataset: Dataset, source: Path | None, out: Path, choice: Choice) -> Imported:
    if source is not None:
        return import_folder(dataset, source, out, choice)
    # Imported here: an import from a folder needs no network.
    from modelgate.generative.datasets.download import https

    return import_official(dataset, out, choice, https)


def _digests(given: Sequence[str] | None) -> Mapping[str, str]:
    return pairs(given, "--digest")
