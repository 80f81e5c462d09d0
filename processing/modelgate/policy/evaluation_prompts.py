"""The prompts of an evaluation file: gathered, chosen, and written under their digest."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from modelgate.errors import ContentError
from modelgate.generative.datasets.catalogue import OWN_LICENCE
from modelgate.generative.datasets.imported import PROMPTS_FILE, prompts_of, read_imported
from modelgate.generative.datasets.sampling import selected
from modelgate.generative.datasets.shipped import shipped
from modelgate.generative.evaluation import Asked
from modelgate.generative.records import Prompt, line_of
from modelgate.policy.evaluation_files import EvaluationFile, PromptsFile
from modelgate.policy.load import Located
from modelgate.policy.yaml_file import Path_

_SHORT = 12  # digits of a digest that tell sets of prompts apart to a person


class NotImportedError(ContentError):
    """The folder of prompts is not on this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where imported prompts lie, None where nobody said, and where the prompts of evaluations go."""

    datasets: Path | None
    target: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class _Set:
    """Prompts of one place: *whole* tells that none is left out, so that the *name* says all."""

    name: str
    licence: str
    prompts: Iterable[Prompt]
    whole: bool


def ask(located: Located[EvaluationFile], concern: str, places: Places) -> Asked:
    """
    Write the prompts that a file asks about *concern*, as ``<hex of their digest>.jsonl``.

    Raises:
        NotImportedError: a folder that it names is not there.
        ContentError: what is there cannot be used; the message names the place in the file.
    """
    file = dict(located.model.ask.by_concern())[concern]
    path: Path_ = ("ask", concern, "prompts")
    sets = [_set(located, (*path, index), concern, one, places) for index, one in enumerate(file.prompts)]
    try:
        count, digest = _written(_checked(sets, concern), places.target)
    except (ContentError, OSError) as error:
        raise ContentError(f"{located.file.place(path)}: {error}") from error
    if not count:
        raise ContentError(f"{located.file.place(path)}: no prompt is left; ask for more of them")
    names = ",".join(dict.fromkeys(one.name for one in sets))
    exact = len(sets) == 1 and sets[0].whole
    return Asked(
        concern=concern,
        dataset_id=names if exact else f"{names}+{digest.removeprefix('sha256:')[:_SHORT]}",
        licence="; ".join(dict.fromkeys(one.licence for one in sets)),
        prompts=count,
        prompts_digest=digest,
        part_size=file.part_size,
        settings=file.settings.to_settings(),
    )


def _set(located: Located[EvaluationFile], path: Path_, concern: str, file: PromptsFile, places: Places) -> _Set:
    sample = file.sample.to_sample() if file.sample else None
    if file.dataset is not None:
        name, licence, prompts = file.dataset, OWN_LICENCE, shipped(concern)
    else:
        name, licence, prompts = _imported(located, (*path, "folder"), concern, file, places)
    whole = file.dataset is not None and not file.only and sample is None
    return _Set(name=name, licence=licence, prompts=selected(prompts, file.only or {}, sample), whole=whole)


def _imported(
    located: Located[EvaluationFile], path: Path_, concern: str, file: PromptsFile, places: Places
) -> tuple[str, str, Iterator[Prompt]]:
    place, name = located.file.place(path), located.model.evaluation
    folder = places.datasets / str(file.folder) if places.datasets else None
    if folder is None or not folder.is_dir():
        found = f"there is no {file.folder} below {places.datasets}" if folder else "MODELGATE_DATASETS names no folder"
        raise NotImportedError(f"evaluation {name!r} is left out: {found}; import the data set to have it")
    note = read_imported(folder)
    if note.concern != concern:
        raise ContentError(f"{place}: {file.folder} holds prompts about {note.concern}, not {concern}")
    if not note.complete:
        raise ContentError(
            f"{place}: the prompts of {file.folder} name their works by digest only, and the pipeline has no works to "
            "score with; import them with their references"
        )
    with (folder / PROMPTS_FILE).open("rb") as prompts:
        found = f"sha256:{hashlib.file_digest(prompts, 'sha256').hexdigest()}"
    if found != file.digest:
        raise ContentError(
            f"{place}: {file.folder} has the digest {found}, and {file.digest} is asked; import it again"
        )
    return note.dataset, f"{note.licence}, {note.attribution}" if note.attribution else note.licence, prompts_of(folder)


def _checked(sets: Iterable[_Set], concern: str) -> Iterator[Prompt]:
    seen: set[str] = set()
    for one in sets:
        for prompt in one.prompts:
            if prompt.concern != concern:
                raise ContentError(f"prompt {prompt.id[:100]!a} is about {prompt.concern[:40]!a}, not {concern}")
            if prompt.id in seen:
                raise ContentError(f"prompt {prompt.id[:100]!a} is there twice; name each prompt once")
            seen.add(prompt.id)
            yield prompt


def _written(prompts: Iterable[Prompt], folder: Path) -> tuple[int, str]:
    digest, count = hashlib.sha256(), 0
    path = folder / "being-written"
    with path.open("wb") as file:
        for prompt in prompts:
            line = line_of(prompt)
            digest.update(line)
            file.write(line)
            count += 1
    path.replace(folder / f"{digest.hexdigest()}.jsonl")
    return count, f"sha256:{digest.hexdigest()}"
