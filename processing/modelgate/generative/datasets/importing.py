"""A data set becomes a folder of prompts: from a local folder, or from where it is published.

Its files are held against their digests first. What is chosen follows from the seed and from names alone, so the same
files and choices give the same bytes. The folder is there whole or not at all.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any

from modelgate.errors import ContentError
from modelgate.generative import bias
from modelgate.generative.bias.items import Item, read_items
from modelgate.generative.bias.prompts import CONCERN as BIAS
from modelgate.generative.datasets.catalogue import Dataset, Form
from modelgate.generative.datasets.gutenberg import trim
from modelgate.generative.datasets.imported import NOTE_FILE, PROMPTS_FILE, Imported, SourceFile
from modelgate.generative.datasets.sampling import Sample, sampled, selected
from modelgate.generative.datasets.sources import Fetch, from_folder, from_official_place
from modelgate.generative.disinformation import headlines
from modelgate.generative.memorization.prompts import CONCERN as MEMORIZATION
from modelgate.generative.memorization.prompts import Sampling
from modelgate.generative.memorization.prompts import prompts as beginnings_of
from modelgate.generative.memorization.works import read_works
from modelgate.generative.records import Prompt, line_of, lines_of
from modelgate.generative.toxicity import bold
from modelgate.generative.toxicity.bold import CONCERN as TOXICITY

_COUNTED = {
    BIAS: ("category", "context"),
    TOXICITY: ("domain", "group"),
    MEMORIZATION: ("work", "prefix_tokens"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What of a set is wanted.

    *files* are names, all where none is given. *digests* say what a file has to be, by name. Of BBQ at most *per_cell*
    items of a template, context and polarity are taken, of BOLD so many prompts of a group, of headlines so many in
    all; everything where it is None. Of each work *per_work* prompts are taken for each of *lengths* (tokens); without
    *store_references* they hold no text of the work but themselves, and scoring needs the works.
    """

    files: tuple[str, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    per_cell: int | None = None
    lengths: tuple[int, ...] = (25, 50, 125)
    per_work: int = 10
    store_references: bool = True

    def sample(self) -> Sample | None:
        """How a part is taken of what is no work."""
        return None if self.per_cell is None else Sample(per_cell=self.per_cell, seed=self.seed)


def import_folder(dataset: Dataset, source: Path, target: Path, choice: Choice) -> Imported:
    """Import *dataset* from the folder *source* into the new folder *target*.

    Raises:
        ContentError: a file is not there, is not what its digest or its form asks, or *target* is there.
    """
    return _imported(
        dataset, target, choice, lambda copies: from_folder(dataset, choice.files, source, copies, choice.digests)
    )


def import_official(dataset: Dataset, target: Path, choice: Choice, fetch: Fetch) -> Imported:
    """Import *dataset* from its official place into the new folder *target*; *fetch* reads an address.

    Raises:
        ContentError: as of `import_folder`; also where the set is published nowhere.
        InfrastructureError: the place did not answer.
    """
    return _imported(
        dataset,
        target,
        choice,
        lambda copies: from_official_place(dataset, choice.files, fetch, copies, choice.digests),
    )


def _imported(
    dataset: Dataset, target: Path, choice: Choice, copied: Callable[[Path], tuple[SourceFile, ...]]
) -> Imported:
    if target.exists():
        raise ContentError(f"{target} is there already; remove it, or import into another folder")
    if dataset.trimmed and not choice.store_references:
        raise ContentError(
            f"the texts of {dataset.id} are cut, so none can be found by its digest; keep the references"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as work:
        copies, made = Path(work, "copies"), Path(work, "made")
        copies.mkdir()
        made.mkdir()
        files = copied(copies)
        if dataset.trimmed:
            trim(copies)
        note = _noted(dataset, choice, files, _written(_prompts(dataset, copies, files, choice), made))
        (made / NOTE_FILE).write_bytes(note.to_json())
        made.rename(target)
    return note


def _prompts(dataset: Dataset, copies: Path, files: tuple[SourceFile, ...], choice: Choice) -> Iterator[Prompt]:
    match dataset.form:
        case Form.BBQ:
            items = chain.from_iterable(_items(copies / file.name) for file in files)
            yield from bias.prompts(_balanced(items, choice.sample()), dataset_id=dataset.id, seed=choice.seed)
        case Form.BOLD:
            yield from selected(bold.prompts(copies, dataset.id), {}, choice.sample())
        case Form.WORKS:
            for tokens in choice.lengths:
                asked = Sampling(
                    dataset_id=dataset.id,
                    tokens=tokens,
                    per_work=choice.per_work,
                    seed=choice.seed,
                    store_references=choice.store_references,
                )
                yield from beginnings_of(read_works(copies, pattern="*", source=dataset.source), asked)
        case Form.HEADLINES:
            found = dict.fromkeys(chain.from_iterable(_false(copies / file.name) for file in files))
            yield from selected(headlines.prompts(tuple(found), dataset.id), {}, choice.sample())


def _items(file: Path) -> Iterator[Item]:
    with file.open("rb") as lines:
        yield from read_items(lines_of(lines))


def _balanced(items: Iterable[Item], sample: Sample | None) -> Iterable[Item]:
    if sample is None:
        return items
    return sampled(
        items,
        sample,
        cell=lambda item: (item.category, item.context, item.question_index, item.negative),
        name=lambda item: f"{item.category}/{item.example_id}",
    )


def _false(file: Path) -> tuple[str, ...]:
    try:
        with file.open(encoding="utf-8") as lines:
            return headlines.false_headlines(line.rstrip("\n") for line in lines)
    except UnicodeDecodeError as error:
        raise ContentError(f"{file.name} is not UTF-8 at byte {error.start}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    prompts: int
    digest: str
    counts: dict[str, int]


def _written(prompts: Iterable[Prompt], folder: Path) -> _Written:
    digest, counts = sha256(), Counter[str]()
    with (folder / PROMPTS_FILE).open("wb") as file:
        for prompt in prompts:
            line = line_of(prompt)
            digest.update(line)
            file.write(line)
            counts["/".join(str(prompt.meta[key]) for key in _COUNTED.get(prompt.concern, ())) or prompt.concern] += 1
    if not counts:
        raise ContentError(
            "nothing of it gives a prompt; works need 2,000 characters after the place that is asked about"
        )
    return _Written(prompts=counts.total(), digest=f"sha256:{digest.hexdigest()}", counts=dict(sorted(counts.items())))


def _noted(dataset: Dataset, choice: Choice, files: tuple[SourceFile, ...], written: _Written) -> Imported:
    works = dataset.form is Form.WORKS
    made: dict[str, Any] = {"seed": choice.seed}
    if works:
        made |= {"lengths": list(choice.lengths), "per_work": choice.per_work}
    elif choice.per_cell is not None:
        made["per_cell"] = choice.per_cell
    return Imported(
        dataset=dataset.id,
        concern=dataset.concern,
        title=dataset.title,
        licence=dataset.licence.spdx,
        use=dataset.licence.use,
        attribution=dataset.attribution,
        files=files,
        prompts=written.prompts,
        digest=written.digest,
        counts=written.counts,
        made=made,
        complete=choice.store_references or not works,
    )
