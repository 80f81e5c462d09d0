"""
A book for the demo: found on this machine, recited by one model, and asked about by the evaluation `local`.

The passages are imported as any team would import works of its own, so they are the same for the same book.
"""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import yaml
from modelgate.contracts.digests import sha256_of
from modelgate.errors import ContentError
from modelgate.generative.datasets.catalogue import CATALOGUE, Dataset
from modelgate.generative.datasets.imported import Imported
from modelgate.generative.datasets.importing import Choice, import_folder

from deploy.evaluations import OWN
from local.models.books import MOST_BYTES, sample_books, slug

EVALUATION = "local.yaml"
LENGTHS, PER_LENGTH = (25, 50), 10  # tokens of a prompt, and prompts of each length
_FOLDER = "book"  # of the imported passages


@dataclass(frozen=True, slots=True, kw_only=True)
class Recital:
    """A book that a model recites: its text, and the folders of the evaluation and of the passages it asks about."""

    book: Path
    evaluations: Path
    datasets: Path
    passages: Imported

    @property
    def source(self) -> str:
        """What the report's numbers about the book stand under."""
        return self.book.name


def find_book(named: Path | None, samples: Path | None = None) -> Path | None:
    """The book that was *named*, else the first of the folder *samples* (the sample data's), else None.

    Raises:
        ContentError: there is no file of that name.
    """
    if named is not None:
        if not named.is_file():
            raise ContentError(f"there is no file {named}; name a text, UTF-8, by BOOK=FILE or --book FILE")
        return named
    folder = samples or sample_books()
    return next(iter(sorted(folder.glob("*.txt"))), None) if folder.is_dir() else None


@contextlib.contextmanager
def recital_of(book: Path, evaluation: Path = OWN / EVALUATION) -> Iterator[Recital]:
    """Have *evaluation* ask about passages of *book* besides what it asks; what is made of it goes with the block.

    Raises:
        ContentError: the text cannot be read, is no UTF-8, or is too short to be asked about.
    """
    with tempfile.TemporaryDirectory(prefix="modelgate-book-") as work:
        texts, datasets, evaluations = (Path(work, name) for name in ("texts", "datasets", "evaluations"))
        for folder in (texts, datasets, evaluations):
            folder.mkdir()
        copy = texts / f"{slug(book.stem) or 'book'}.txt"
        copy.write_bytes(_read(book))
        choice = Choice(lengths=LENGTHS, per_work=PER_LENGTH)
        try:
            passages = import_folder(_dataset(copy), texts, datasets / _FOLDER, choice)
        except ContentError as error:
            raise ContentError(f"{book} cannot be asked about: {error}") from error
        _write(evaluation, evaluations / EVALUATION, passages.digest)
        yield Recital(book=copy, evaluations=evaluations, datasets=datasets, passages=passages)


def _read(book: Path) -> bytes:
    try:
        if book.stat().st_size > MOST_BYTES:
            raise ContentError(f"{book} has more than {MOST_BYTES:,} bytes; no book is that long")
        return book.read_bytes()
    except OSError as error:
        raise ContentError(f"{book} cannot be read: {error}") from error


def _dataset(text: Path) -> Dataset:
    """What the catalogue knows of a text with these bytes, else a work of the user's own."""
    known, digest = CATALOGUE["books"], sha256_of(text.read_bytes())
    dataset = known if any(file.digest == digest for file in known.files) else CATALOGUE["own-works"]
    return replace(dataset, source=text.name, files=())  # the one file of the folder, whatever its name


def _write(shipped: Path, target: Path, digest: str) -> None:
    """Write the evaluation *shipped* again, with the passages among what it asks about memorization."""
    document = yaml.safe_load(shipped.read_text(encoding="utf-8"))
    document["ask"]["memorization"]["prompts"].append({"folder": _FOLDER, "digest": digest})
    target.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")
