"""Everything the front remembers: documents by kind and key, each write on disk before it is answered.

The journal is one JSON line a transaction: the writes of one call are there together or not at all, so a kill leaves no
execution without the token that would find it again. A line goes to the operating system before the caller gets its
answer, so a killed process loses nothing; a machine that loses power may lose the last moments. A start rewrites the
journal to what is still alive.
"""

import contextlib
import fcntl
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Document = dict[str, Any]
Write = tuple[str, str, Document | None]  # kind, key, and the document, None where it is forgotten
JOURNAL = "sagemaker.jsonl"


class Store:
    """Documents in memory, journalled. Hold a `transaction` over a read that decides a write."""

    def __init__(self, directory: Path) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._writes: list[Write] = []
        self._afterwards: list[Callable[[], None]] = []
        self._kinds: dict[str, dict[str, Document]] = {}
        directory.mkdir(parents=True, exist_ok=True)
        self._owned = _owned(directory)
        path = directory / JOURNAL
        try:
            if path.exists():
                self._replay(path)
            self._journal = _rewritten(path, self._lines())
        except BaseException:  # a store that did not open must not keep its folder locked; raised again
            self._owned.close()
            raise

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all others out, and journal the writes of the block as one line when it ends, however it ends.

        One inside another is part of it.
        """
        with self._lock:
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self._commit()

    def afterwards(self, action: Callable[[], None]) -> None:
        """Do *action* once what the running transaction wrote is on disk; at once when there is none."""
        with self.transaction():
            self._afterwards.append(action)

    def get(self, kind: str, key: str) -> Document | None:
        """The document, or None. It is shared: replace it by `put`, never change it in place."""
        with self._lock:
            return self._kinds.get(kind, {}).get(key)

    def put(self, kind: str, key: str, document: Document) -> None:
        """Write *document*."""
        with self.transaction():
            self._writes.append((kind, key, document))
            self._kinds.setdefault(kind, {})[key] = document

    def change(self, kind: str, key: str, **fields: Any) -> Document:
        """Set some fields of a document that is there, and return the new one."""
        with self.transaction():
            document = {**self._kinds[kind][key], **fields}
            self.put(kind, key, document)
            return document

    def delete(self, kind: str, key: str) -> None:
        """Forget a document; nothing happens when there is none."""
        with self.transaction():
            if self._kinds.get(kind, {}).pop(key, None) is not None:
                self._writes.append((kind, key, None))

    def all(self, kind: str, prefix: str = "") -> list[Document]:
        """The documents of a kind whose key starts with *prefix*, in the order of their first writing."""
        with self._lock:
            return [document for key, document in self._kinds.get(kind, {}).items() if key.startswith(prefix)]

    def close(self) -> None:
        """Close the journal; nothing may be written after that."""
        with self._lock:
            self._journal.close()
            self._owned.close()

    def _commit(self) -> None:
        writes, self._writes = self._writes, []
        actions, self._afterwards = self._afterwards, []
        if writes:
            self._journal.write(_line(writes).encode())  # unbuffered: with the operating system when this returns
        for action in actions:
            action()

    def _lines(self) -> Iterator[str]:
        for kind, documents in self._kinds.items():
            for key, document in documents.items():
                yield _line([(kind, key, document)])

    def _replay(self, path: Path) -> None:
        lines = path.read_bytes().split(b"\n")
        for number, line in enumerate(lines, start=1):
            if not line:
                continue
            try:
                writes: list[Write] = json.loads(line)
            except ValueError as error:
                if number == len(lines):
                    return  # a kill cut the last line short: its call was never answered
                raise SystemExit(f"{path}: line {number} is not JSON ({error}); remove the state directory") from error
            for kind, key, document in writes:
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


def _line(writes: list[Write]) -> str:
    return json.dumps(writes, separators=(",", ":")) + "\n"


def _rewritten(path: Path, lines: Iterator[str]) -> Any:
    fresh = path.with_suffix(".new")
    fresh.write_text("".join(lines))
    fresh.replace(path)
    return path.open("ab", buffering=0)
