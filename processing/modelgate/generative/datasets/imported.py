"""A folder of prompts that an importer wrote: the prompts, and a note of their origin and of what their licence asks.

prompts.jsonl   one `records.Prompt` a line
dataset.json    {"schema": "modelgate/dataset/v1", "dataset": "bbq@2022", "licence": "CC-BY-4.0", …}
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelgate.contracts.strict import canonical, decode, encode
from modelgate.contracts.strict_json import Limits, read_object
from modelgate.errors import ContentError
from modelgate.generative.records import Prompt, lines_of, read_prompts

SCHEMA = "modelgate/dataset/v1"
PROMPTS_FILE, NOTE_FILE = "prompts.jsonl", "dataset.json"

_LIMITS = Limits(size=10_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file that the prompts were made of; *digest* is what it had, *address* where it came from over the network."""

    name: str
    digest: str
    size: int
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What is known of the prompts in a folder.

    *digest* is that of ``prompts.jsonl``. *licence* is an SPDX expression and *use* says what it asks. *counts* are
    prompts by what they are balanced over, *made* says how they were chosen. *complete* tells whether they can be
    scored without the works they are made of.
    """

    dataset: str
    concern: str
    title: str
    licence: str
    use: str
    attribution: str
    files: tuple[SourceFile, ...]
    prompts: int
    digest: str
    counts: Mapping[str, int]
    made: Mapping[str, Any]
    complete: bool

    def to_json(self) -> bytes:
        """Equal notes give equal bytes."""
        return canonical({"schema": SCHEMA, **encode(self)})


def read_imported(folder: Path) -> Imported:
    """Read the note of *folder*; the prompts are not looked at.

    Raises:
        ContentError: it cannot be read, or is no such note.
    """
    path = folder / NOTE_FILE
    try:
        with path.open("rb") as file:
            document = read_object(file.read(_LIMITS.size + 1), _LIMITS)
        if (schema := document.pop("schema", None)) != SCHEMA:
            raise ContentError(f"it has schema {schema!a:.200}, this code reads {SCHEMA!r}")
        return decode(Imported, document)
    except (OSError, ContentError) as error:
        raise ContentError(f"{path} cannot be read ({error}); import the data set again") from error


def prompts_of(folder: Path) -> Iterator[Prompt]:
    """The prompts of *folder*, as a stream.

    Raises:
        UnreadableRecordError: a line is no prompt.
        OSError: the file cannot be read.
    """
    with (folder / PROMPTS_FILE).open("rb") as file:
        yield from read_prompts(lines_of(file))
