"""SHA-256 digests, written as SageMaker writes them: ``sha256:`` and 64 hexadecimal digits."""

import hashlib
import re

_DIGEST = re.compile(r"[Ss][Hh][Aa]256:[0-9a-fA-F]{64}", re.ASCII)  # SageMaker API reference, ContentDigest


def sha256_of(data: bytes) -> str:
    """The digest of *data*, lower case."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def is_digest(text: object) -> bool:
    """Whether *text* is a digest; in either case."""
    return isinstance(text, str) and _DIGEST.fullmatch(text) is not None


def same_digest(one: str, other: str) -> bool:
    """Whether two digests name the same bytes, whatever their case."""
    return one.lower() == other.lower()
