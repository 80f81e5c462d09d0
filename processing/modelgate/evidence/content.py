"""The content of an object, read in pieces: its digest and size always, its bytes as far as they are wanted."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """*data* is None where there were more bytes than were wanted."""

    digest: str
    size: int
    data: bytes | None


def read_content(chunks: Iterable[bytes], *, most: int, seen: Callable[[int], None]) -> Content:
    """Read all of *chunks*, holding no more than *most* bytes at once; *seen* hears of each piece's bytes."""
    whole, kept, size = hashlib.sha256(), bytearray(), 0
    for chunk in chunks:
        whole.update(chunk)
        size += len(chunk)
        if size <= most:
            kept += chunk
        else:
            kept.clear()
        seen(len(chunk))
    return Content(digest=f"sha256:{whole.hexdigest()}", size=size, data=bytes(kept) if size <= most else None)
