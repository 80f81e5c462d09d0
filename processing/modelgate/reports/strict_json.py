"""Untrusted JSON, parsed or refused with one reason.

Python's own parser accepts NaN, infinities, duplicate keys, any depth and any number of digits.
Each of those has turned a bad report into an approval, so each of them is refused here.
"""

import json
import math
import re
from typing import Any

from modelgate.errors import UnreadableReportError

MAX_BYTES = 4_000_000
MAX_DEPTH = 32
MAX_DIGITS = 64

_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_BRACKET = re.compile(r"[\[{\]}]")
_BOM = b"\xef\xbb\xbf"


def loads(data: bytes) -> dict[str, Any]:
    """Parse *data* into an object whose numbers are all finite.

    Raises:
        UnreadableReportError: too large, too deep, not UTF-8, not JSON, a duplicate key, a number that is not finite
            or too long, or another top level than an object.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableReportError(f"it has {len(data)} bytes, at most {MAX_BYTES} are read")
    if data.startswith(_BOM):
        raise UnreadableReportError("it begins with a byte order mark; write plain UTF-8")
    try:
        text = data.decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        raise UnreadableReportError(f"it is not UTF-8 at byte {error.start}") from error
    _refuse_depth(text)
    try:
        value = json.loads(
            text, object_pairs_hook=_unique, parse_float=_finite, parse_int=_integer, parse_constant=_constant
        )
    except json.JSONDecodeError as error:
        raise UnreadableReportError(
            f"it is not JSON: {error.msg} at line {error.lineno} column {error.colno}"
        ) from error
    if not isinstance(value, dict):
        raise UnreadableReportError("its top level is not a JSON object")
    return value


def _refuse_depth(text: str) -> None:
    # Before parsing: the parser recurses, and RecursionError is no verdict.
    depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub('""', text)):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > MAX_DEPTH:
            raise UnreadableReportError(f"it nests deeper than {MAX_DEPTH}")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise UnreadableReportError(f"the key {key[:64]!a} appears twice in one object")
        found[key] = value
    return found


def _finite(literal: str) -> float:
    _refuse_length(literal)
    number = float(literal)
    if not math.isfinite(number):
        raise UnreadableReportError(f"the number {literal} overflows")
    return number


def _integer(literal: str) -> int:
    _refuse_length(literal)
    return int(literal)


def _constant(literal: str) -> float:
    raise UnreadableReportError(f"the bare token {literal} is not JSON")


def _refuse_length(literal: str) -> None:
    if len(literal) > MAX_DIGITS:
        raise UnreadableReportError(f"a number has {len(literal)} characters, at most {MAX_DIGITS} are read")
