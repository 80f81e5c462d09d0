"""The one reader of JSON: whatever comes from outside or from a store is an object within limits, or one refusal.

Python's own parser accepts NaN, infinities, duplicate keys, any depth and any number of digits.
Each of those has turned a bad report into an approval, so each of them is refused here.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from modelgate.errors import UnreadableJsonError

MAX_DIGITS = 64

_STRING = re.compile(r'"[^"]*"?')
_MARKS: Mapping[int, int] = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1, ord(","): 0}
_OTHERS = bytes(set(range(256)) - _MARKS.keys())
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a document is read.

    *size* is in bytes, *depth* in brackets inside each other. *values* bounds how many things the document holds: an
    empty object takes two bytes in a file and sixty in memory.
    """

    size: int
    depth: int = 32
    values: int = 1_000_000


def read_object(data: bytes | str, limits: Limits) -> dict[str, Any]:
    """Parse *data* into an object whose numbers are all finite, in time and memory that its size bounds.

    Raises:
        UnreadableJsonError: too large, too deep, not UTF-8, not JSON, a duplicate key, a number that is not finite
            or too long, or another top level than an object. It is the only error.
    """
    text = _text(data, limits)
    _refuse_shape(text, limits)
    try:
        value = json.loads(
            text, object_pairs_hook=_unique, parse_float=_finite, parse_int=_integer, parse_constant=_constant
        )
    except json.JSONDecodeError as error:
        raise UnreadableJsonError(f"it is not JSON: {error.msg} at line {error.lineno} column {error.colno}") from error
    if not isinstance(value, dict):
        raise UnreadableJsonError("its top level is not a JSON object")
    return value


def _text(data: bytes | str, limits: Limits) -> str:
    try:
        if len(data) > limits.size:  # of a text as well: it has at least as many bytes as characters
            raise UnreadableJsonError(f"it has {len(data)} bytes, at most {limits.size} are read")
        text = data.decode("utf-8", errors="strict") if isinstance(data, bytes) else data
        if isinstance(data, str) and (size := len(data.encode("utf-8", errors="strict"))) > limits.size:
            raise UnreadableJsonError(f"it has {size} bytes, at most {limits.size} are read")
    except UnicodeError as error:
        place = error.start if isinstance(error, UnicodeDecodeError | UnicodeEncodeError) else 0
        raise UnreadableJsonError(f"it is not UTF-8 at byte {place}") from error
    if text.startswith(_BOM):
        raise UnreadableJsonError("it begins with a byte order mark; write plain UTF-8")
    return text


def _refuse_shape(text: str, limits: Limits) -> None:
    # Before parsing: the parser recurses, and neither RecursionError nor a full memory is a verdict.
    opening = text.count("[") + text.count("{")
    if opening <= limits.depth and opening + text.count(",") <= limits.values:  # even if none of them were in a string
        return
    # Escaped quotes go first: one expression for both keeps a place to return to for every backslash.
    unescaped = text.replace("\\\\", "").replace('\\"', "")
    marks = _STRING.sub("", unescaped).encode("utf-8").translate(None, _OTHERS)
    if max(accumulate(map(_MARKS.__getitem__, marks)), default=0) > limits.depth:
        raise UnreadableJsonError(f"it nests deeper than {limits.depth}")
    if sum(map(marks.count, (b",", b"[", b"{"))) > limits.values:  # a value follows a comma or an opening bracket
        raise UnreadableJsonError(f"it holds more than {limits.values} values")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise UnreadableJsonError(f"the key {twice[:64]!a} appears twice in one object")
    return found


def _finite(literal: str) -> float:
    _refuse_length(literal)
    number = float(literal)
    if not math.isfinite(number):
        raise UnreadableJsonError(f"the number {literal} overflows")
    return number


def _integer(literal: str) -> int:
    _refuse_length(literal)
    return int(literal)


def _constant(literal: str) -> float:
    raise UnreadableJsonError(f"the bare token {literal} is not JSON")


def _refuse_length(literal: str) -> None:
    if len(literal) > MAX_DIGITS:
        raise UnreadableJsonError(f"a number has {len(literal)} characters, at most {MAX_DIGITS} are read")
