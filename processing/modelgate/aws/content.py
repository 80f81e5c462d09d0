"""What an object holds: digested as a stream, on the part boundaries of its copy."""

import hashlib
from dataclasses import dataclass
from typing import Protocol

from modelgate.errors import InfrastructureError

MIB = 1024 * 1024
CHUNK = MIB  # what is held in memory at once
SMALLEST_PART = 64 * MIB  # what is larger is copied in parts side by side
MAX_PARTS = 10_000  # S3 user guide, multipart upload limits


class Body(Protocol):
    """A stream of bytes, as S3 answers with."""

    def read(self, amt: int, /) -> bytes:
        """Read at most *amt* bytes; none at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a source holds: size, ETag, and SHA-256 of the whole and of each part of *part_size* bytes."""

    size: int
    etag: str
    part_size: int
    sha256: bytes
    parts: tuple[bytes, ...]


def digest_stream(body: Body, *, size: int, etag: str) -> Content:
    """Digest *size* bytes of *body*, read in chunks, on the part boundaries that the copy will use."""
    whole, parts, done = hashlib.sha256(), [], 0
    step = part_size(size)
    while done < size:
        part, end = hashlib.sha256(), min(done + step, size)
        while done < end:
            chunk = body.read(min(CHUNK, end - done))
            if not chunk:
                raise InfrastructureError(f"the source ended after {done} of {size} bytes; it is read again")
            whole.update(chunk)
            part.update(chunk)
            done += len(chunk)
        parts.append(part.digest())
    return Content(size=size, etag=etag, part_size=step, sha256=whole.digest(), parts=tuple(parts))


def part_size(size: int) -> int:
    """Bytes in each part of an object of *size*: 64 MiB, or as many more whole MiB as 10,000 parts need."""
    return max(SMALLEST_PART, -(-size // (MAX_PARTS * MIB)) * MIB)
