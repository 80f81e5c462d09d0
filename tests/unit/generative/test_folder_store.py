"""A folder keeps what was written first, whole."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from modelgate.errors import InfrastructureError
from modelgate.generative.folder_store import FolderStore


def test_what_was_written_is_read(tmp_path: Path) -> None:
    """Nothing is there before."""
    store = FolderStore(tmp_path)

    assert store.get("answers/a.jsonl") is None
    assert store.put_once("answers/a.jsonl", b"first") == b"first"
    assert store.get("answers/a.jsonl") == b"first"


def test_the_first_writer_wins(tmp_path: Path) -> None:
    """The second one learns what is there."""
    FolderStore(tmp_path).put_once("a", b"first")

    assert FolderStore(tmp_path).put_once("a", b"second") == b"first"
    assert FolderStore(tmp_path).get("a") == b"first"


def test_writers_at_the_same_time_agree(tmp_path: Path) -> None:
    """All of them are told the same bytes, and none of them leaves anything else behind."""
    store = FolderStore(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        told = set(pool.map(lambda number: store.put_once("a", bytes([number]) * 100_000), range(32)))

    assert told == {store.get("a")}
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize(
    "key", ["", "..", "../a", "a/../b", "a/..", "/a", "a/", "a//b", ".a", "a/.b", "a\\b", "a b", "a\n", "é", "a\0", "~"]
)
def test_no_key_leads_elsewhere(tmp_path: Path, key: str) -> None:
    """Neither out of the folder nor onto a file that is being written."""
    store = FolderStore(tmp_path / "inner")

    with pytest.raises(ValueError, match="is no key of a store"):
        store.get(key)
    with pytest.raises(ValueError, match="is no key of a store"):
        store.put_once(key, b"")


def test_trouble_of_the_disk_is_neither_nothing_nor_an_answer(tmp_path: Path) -> None:
    """Here a folder lies where a file should be, and a file where a folder should be."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    store = FolderStore(tmp_path)

    with pytest.raises(InfrastructureError, match="cannot be read"):
        store.get("folder")
    with pytest.raises(InfrastructureError, match="cannot be written"):
        store.put_once("file/a", b"")
