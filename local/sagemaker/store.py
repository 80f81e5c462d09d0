"""Everything the front remembers: documents by kind and key, each write on disk before it is answered.

The journal is one JSON line a write. A line goes to the operating system before the caller gets its answer, so a
killed process loses nothing; a machine that loses power may lose the last moments. A start rewrites the journal to
what is still alive.
"""

import fcntl
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Document = dict[str, Any]
JOURNAL = "sagemaker.jsonl"


class Store:
    """Documents in memory, journalled. Hold `lock` over a read that decides a write."""

    def __init__(self, directory: Path) -> None:
        self.lock = threading.RLock()
        self._kinds: dict[str, dict[str, Document]] = {}
        directory.mkdir(parents=True, exist_ok=True)
        self._owned = _owned(directory)
        path = directory / JOURNAL
        try:
            if path.exists():
                self._replay(path)
            self._journal = _rewritten(path, self._lines())
        except BaseException:
            self._owned.close()
            raise

    def get(self, kind: str, key: str) -> Document | None:
        """The document, or None. It is shared: replace it by `put`, never change it in place."""
        with self.lock:
            return self._kinds.get(kind, {}).get(key)

    def put(self, kind: str, key: str, document: Document) -> None:
        """Write *document*, on disk first."""
        with self.lock:
            self._append(_line(kind, key, document))
            self._kinds.setdefault(kind, {})[key] = document

    def change(self, kind: str, key: str, **fields: Any) -> Document:
        """Set some fields of a document that is there, and return the new one."""
        with self.lock:
            document = {**self._kinds[kind][key], **fields}
            self.put(kind, key, document)
            return document

    def delete(self, kind: str, key: str) -> None:
        """Forget a document; nothing happens when there is none."""
        with self.lock:
            if self._kinds.get(kind, {}).pop(key, None) is not None:
                self._append(_line(kind, key, None))

    def all(self, kind: str, prefix: str = "") -> list[Document]:
        """The documents of a kind whose key starts with *prefix*, in the order of their first writing."""
        with self.lock:
            return [document for key, document in self._kinds.get(kind, {}).items() if key.startswith(prefix)]

    def close(self) -> None:
        """Close the journal; nothing may be written after that."""
        with self.lock:
            self._journal.close()
            self._owned.close()

    def _append(self, line: str) -> None:
        self._journal.write(line.encode())  # unbuffered: the line is with the operating system when this returns

    def _lines(self) -> Iterator[str]:
        for kind, documents in self._kinds.items():
            for key, document in documents.items():
                yield _line(kind, key, document)

    def _replay(self, path: Path) -> None:
        lines = path.read_bytes().split(b"\n")
        for number, line in enumerate(lines, start=1):
            if not line:
                continue
            try:
                kind, key, document = json.loads(line)
            except ValueError as error:
                if number == len(lines):
                    return  # a kill cut the last line short: its call was never answered
                raise SystemExit(f"{path}: line {number} is not JSON ({error}); remove the state directory") from error
            if document is None:
                self._kinds.get(kind, {}).pop(key, None)
            else:
                self._kinds.setdefault(kind, {})[key] = document


def _owned(directory: Path) -> Any:
    """A lock that ends with this process: a second server would rewrite the journal under the first one's hands."""
    lock = (directory / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise SystemExit(f"{directory} is in use by another embedded SageMaker; give another --state-dir") from error
    return lock


def _line(kind: str, key: str, document: Document | None) -> str:
    return json.dumps([kind, key, document], separators=(",", ":")) + "\n"


def _rewritten(path: Path, lines: Iterator[str]) -> Any:
    fresh = path.with_suffix(".new")
    fresh.write_text("".join(lines))
    fresh.replace(path)
    return path.open("ab", buffering=0)
