"""Prompts and the answers to them, as JSON Lines: one canonical line each, whatever a model wrote.

Lines are ASCII: line separators, control characters and lone surrogates (which stand for bytes that were not UTF-8)
are escaped, so that no answer can end a line, break its encoding or forge another record.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeVar

from modelgate.contracts.strict import canonical, decode, encode
from modelgate.contracts.strict_json import Limits, read_object
from modelgate.errors import ContentError, UnreadableRecordError

LINE_LIMITS = Limits(size=64 * 2**20, depth=16)

T = TypeVar("T", "Prompt", "Answered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One question to a model.

    *id* is stable and unique within its data set (data set, version, position), never the text. *concern* names the
    evaluator that asks. *meta* is what scoring needs to know beside the text, as JSON data: it is never sent.
    """

    id: str
    concern: str
    text: str
    meta: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """One answer of a model.

    *finish_reason* is the target's own word for why the text ended. *token_logprobs* are natural logarithms, one per
    token, finite and at most 0 up to rounding; None where the target returns none. *output_tokens* is what the target
    says it wrote.
    """

    text: str
    finish_reason: str
    token_logprobs: tuple[float, ...] | None = None
    output_tokens: int | None = None

    def __post_init__(self) -> None:
        if self.token_logprobs is not None and not all(map(math.isfinite, self.token_logprobs)):
            raise ValueError("a log probability is not finite; leave them all out (None) where the target gives none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A prompt with every completion that arrived; *failed* counts the calls that ended without one.

    *failures* says why, one sentence of ours for each. *input_tokens* is what the target read for all completions.
    """

    prompt: Prompt
    completions: tuple[Completion, ...]
    failed: int
    failures: tuple[str, ...] | None = None
    input_tokens: int | None = None

    def __post_init__(self) -> None:
        if self.failed < 0:
            raise ValueError(f"{self.failed} calls cannot have failed")


def line_of(record: Prompt | Answered) -> bytes:
    """*record* as one line, its newline included; equal records give equal bytes."""
    return canonical(encode(record))


def lines_of(file: BinaryIO) -> Iterator[bytes]:
    """The lines of *file*, none of them longer in memory than is read of one.

    Raises:
        UnreadableRecordError: a line is longer; the message gives its number, from 1.
    """
    number = 0
    while line := file.readline(LINE_LIMITS.size + 1):
        number += 1
        if len(line) > LINE_LIMITS.size:
            raise UnreadableRecordError(f"line {number} has more than {LINE_LIMITS.size} bytes; no record is that long")
        yield line


def read_prompts(lines: Iterable[bytes]) -> Iterator[Prompt]:
    """Read one prompt per line, as a stream.

    Raises:
        UnreadableRecordError: a line is not a prompt; the message gives its number, from 1.
    """
    return _read(Prompt, lines)


def read_answers(lines: Iterable[bytes]) -> Iterator[Answered]:
    """Read one answered prompt per line, as a stream.

    Raises:
        UnreadableRecordError: a line is not an answered prompt; the message gives its number, from 1.
    """
    return _read(Answered, lines)


def _read(kind: type[T], lines: Iterable[bytes]) -> Iterator[T]:
    for number, line in enumerate(lines, start=1):
        try:
            yield decode(kind, read_object(line, LINE_LIMITS))
        except ContentError as error:
            raise UnreadableRecordError(f"line {number} is no {kind.__name__.lower()} record: {error}") from error
