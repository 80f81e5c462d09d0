"""S3 locations as the registry writes them, read strictly."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from modelgate.errors import InvalidUriError

MAX_KEY_BYTES = 1024  # S3 user guide, "Naming Amazon S3 objects"

_BUCKET = re.compile(r"(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_REGION = r"[a-z]{2}(?:-[a-z0-9]+)+-[0-9]"
_VIRTUAL_HOST = re.compile(
    rf"https://(?P<bucket>[^/]+?)\.s3(?:[.-]{_REGION})?\.amazonaws\.com(?:\.cn)?/(?P<key>.+)", re.DOTALL
)
_PATH_STYLE = re.compile(
    rf"https://s3(?:[.-]{_REGION})?\.amazonaws\.com(?:\.cn)?/(?P<bucket>[^/]+)/(?P<key>.+)", re.DOTALL
)
_S3 = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<key>.+)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Uri:
    """One object: *bucket*, and *key* in plain text (not URL-encoded)."""

    bucket: str
    key: str

    @classmethod
    def parse(cls, text: object) -> "S3Uri":
        """Parse ``s3://bucket/key`` or an ``https`` address of an object.

        Raises:
            InvalidUriError: another scheme, an access point, no key, or a key that `check_key` refuses.
        """
        if not isinstance(text, str):
            raise InvalidUriError(f"{ascii(text)[:200]} is not a text; give an s3://bucket/key address")
        if match := _S3.fullmatch(text):
            return cls.of(match["bucket"], match["key"])
        if match := _VIRTUAL_HOST.fullmatch(text) or _PATH_STYLE.fullmatch(text):
            if "?" in match["key"] or "#" in match["key"]:
                raise InvalidUriError(f"{ascii(text)[:200]} has a query or fragment; give an s3://bucket/key address")
            return cls.of(match["bucket"], unquote(match["key"]))
        raise InvalidUriError(f"{ascii(text)[:200]} is not an S3 object; give an s3://bucket/key address")

    @classmethod
    def of(cls, bucket: str, key: str) -> "S3Uri":
        """Build from parts, checking both."""
        if _BUCKET.fullmatch(bucket) is None:
            raise InvalidUriError(f"{ascii(bucket)[:200]} is not a bucket name")
        check_key(key)
        return cls(bucket=bucket, key=key)

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


def check_key(key: str) -> None:
    """Refuse keys that read differently from how they look.

    Policies compare keys as text, so ``team-a/../team-b/x`` would pass a prefix rule for team-a.

    Raises:
        InvalidUriError: empty, over 1,024 bytes, control characters, or a segment that is empty, ``.`` or ``..``.
    """
    shown = ascii(key)[:200]
    if not key or len(key.encode("utf-8", "surrogatepass")) > MAX_KEY_BYTES:
        raise InvalidUriError(f"key {shown} must have 1 to {MAX_KEY_BYTES} bytes; shorten or name it")
    if any(ord(c) < 32 or 127 <= ord(c) < 160 or 0xD800 <= ord(c) < 0xE000 for c in key):
        raise InvalidUriError(f"key {shown} holds a control character; rename the object")
    for segment in key.split("/"):
        if segment in ("", ".", "..") or unquote(segment) in (".", ".."):
            raise InvalidUriError(f"key {shown} holds the segment {segment!a}; rename the object")
