"""The books and kernel files that lie beside the repository, where they do."""

import os
from pathlib import Path

import pytest
from modelgate.generative.memorization.works import Work, read_works

_BESIDE_THE_REPOSITORY = Path(__file__).parents[4] / "shared" / "data"
DATA = Path(os.environ.get("MODELGATE_SHARED_DATA", _BESIDE_THE_REPOSITORY))

needs_works = pytest.mark.skipif(
    not (DATA / "books").is_dir(), reason="no books and kernel files; set MODELGATE_SHARED_DATA to the folder of both"
)


def works() -> list[Work]:
    """Two novels and thirteen files of C."""
    books = read_works(DATA / "books", pattern="*_*.txt", source="book")
    return [*books, *read_works(DATA / "linux", pattern="*.c", source="code")]
