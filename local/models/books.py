"""Which texts a reciting model can be had of: named files, those of the sample data, and the project's own works."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from modelgate.generative.datasets import shipped

from local.models.chat import RefusedError
from local.models.ngram import NgramModel
from local.state import ROOT

PREFIX = "ngram-"
OWN = "modelgate-works"  # the project's own texts: there without any download, and known to no other model
MOST_BYTES = 20_000_000


def sample_books() -> Path:
    """The folder of books in the sample data beside the checkout; it need not be there."""
    return Path(os.environ.get("MODELGATE_SHARED_DATA", ROOT.parent / "shared" / "data")) / "books"


class Books:
    """The texts by the name of their model, ``ngram-alice-in-wonderland`` for ``alice_in_wonderland.txt``."""

    def __init__(self, named: Iterable[Path], folder: Path) -> None:
        """Take the files *named* and every ``.txt`` of *folder*; a name given twice means the file that was named."""
        found = sorted(folder.glob("*.txt")) if folder.is_dir() else []
        self._paths = {slug(path.stem): path for path in [*found, *named]}

    @property
    def names(self) -> list[str]:
        """The models that can be had."""
        return [f"{PREFIX}{slug}" for slug in sorted({OWN, *self._paths})]

    def train(self, name: str) -> NgramModel:
        """
        Read the text of *name* and train on it; takes seconds for a long book.

        Raises:
            RefusedError: there is no such text, or it is not UTF-8.
        """
        slug = name.removeprefix(PREFIX)
        if slug in self._paths:
            return NgramModel(_read(self._paths[slug]))
        if slug == OWN:
            return NgramModel("\n\n".join(work.text for work in shipped.works()))
        raise RefusedError(
            404, f"there is no book for {name!r}; there is {', '.join(self.names)}; name another with BOOK"
        )


def slug(stem: str) -> str:
    """*stem* of a file as part of a model's name."""
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise RefusedError(404, f"{path.name} has more than {MOST_BYTES} bytes; no book is that long")
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise RefusedError(404, f"{path.name} cannot be read as UTF-8 text: {error}") from error
