"""Two short notes of the evidence store: that an approval took effect, and that a bundle has judged a group."""

import json
from dataclasses import dataclass
from typing import Any

from modelgate.contracts.strict import T, canonical, decode, encode
from modelgate.errors import ContentError

APPROVAL_SCHEMA = "modelgate/approval-note/v1"
BUNDLE_SCHEMA = "modelgate/bundle-note/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalNote:
    """An approval that took effect: the evidence record lies at *record_key* and has the SHA-256 *record_digest*."""

    decision_id: str
    record_key: str
    record_digest: str

    def to_json(self) -> bytes:
        """The object in the evidence store."""
        return canonical({"schema": APPROVAL_SCHEMA, **encode(self)})

    @classmethod
    def from_json(cls, data: bytes) -> "ApprovalNote":
        """Read a note.

        Raises:
            ContentError: it is not one of the schema this code reads.
        """
        return _read(cls, APPROVAL_SCHEMA, data)


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleNote:
    """A policy bundle has judged a group: its *version*, and the one *digest* that this version stands for."""

    version: int
    digest: str

    def to_json(self) -> bytes:
        """The object in the evidence store."""
        return canonical({"schema": BUNDLE_SCHEMA, **encode(self)})

    @classmethod
    def from_json(cls, data: bytes) -> "BundleNote":
        """Read a note.

        Raises:
            ContentError: it is not one of the schema this code reads.
        """
        return _read(cls, BUNDLE_SCHEMA, data)


def _read(kind: type[T], schema: str, data: bytes) -> T:
    try:
        document: Any = json.loads(data)
        found = document.pop("schema")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ContentError(f"the note cannot be read: {error!r}") from error
    if found != schema:
        raise ContentError(f"the note has schema {found!a}, this code reads {schema!r}")
    return decode(kind, document)
