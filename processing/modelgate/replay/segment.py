"""Packed decisions: one JSON file of many records, reduced to what judging needs, in columns.

Decisions of the same shape (group, reports, keys of facts) share a *frame*; their numbers are its columns.

    {"schema": "modelgate/decision-segment/v1", "frames": [
      {"context": {...}, "keys": [[artifact, section, metric, facet, facet value, label, feature], …],
       "about": {"decision_id": [...], "version": [...], …},        one entry a decision
       "arrived": [[...], …],                                       one list an artifact, one time a decision
       "numbers": ["base64 of 64-bit floats, little-endian", …],    one text a key, one number a decision
       "others": {"0": {"2": "+"}},                       what is no number: by key and decision
       "certain": {"0": {"n": […], "deviation": […], "interval": […]}}}]}
"""

import sys
from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from modelgate.checks.slots import Key
from modelgate.contracts.facts import Value
from modelgate.contracts.results import Verdict
from modelgate.contracts.strict import canonical, decode, encode
from modelgate.contracts.strict_json import Limits, read_object
from modelgate.errors import ContentError
from modelgate.evidence.record import Outcome
from modelgate.replay.frame import About, Certain, Context, Frame, PackedDeviation, packed_value, value_of

SCHEMA = "modelgate/decision-segment/v1"
MAX_SEGMENT_BYTES = 256_000_000

_LIMITS = Limits(size=MAX_SEGMENT_BYTES, values=50_000_000)


def to_json(frames: Sequence[Frame]) -> bytes:
    """The segment as a file."""
    return canonical({"schema": SCHEMA, "frames": [_encoded(frame) for frame in frames]})


def from_json(data: bytes) -> list[Frame]:
    """Read a segment.

    Raises:
        ContentError: it is none of the schema this code reads, or does not hold together.
    """
    try:
        document = read_object(data, _LIMITS)
        if document["schema"] != SCHEMA:
            raise ContentError(f"the segment has schema {document['schema']!a:.200}, this code reads {SCHEMA!r}")
        return [_decoded(frame) for frame in document["frames"]]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise ContentError(f"the segment cannot be read ({error!r}); pack the decisions again") from error


_OUTCOMES = {outcome.value: outcome for outcome in Outcome}
_VERDICTS = {verdict.value: verdict for verdict in Verdict}


def _encoded(frame: Frame) -> dict[str, Any]:
    others: dict[str, dict[str, Any]] = {}
    for (at, row), value in frame.others.items():
        others.setdefault(str(at), {})[str(row)] = packed_value(value)
    return {
        "context": encode(frame.context),
        "keys": [list(key) for key in frame.keys],
        "about": {name: [encode(getattr(one, name)) for one in frame.about] for name in About._fields},
        "arrived": frame.arrived,
        "numbers": [_written(column) for column in frame.columns],
        "others": others,
        "certain": {str(at): _certain(certain) for at, certain in frame.certain.items()},
    }


def _certain(certain: Certain) -> dict[str, Any]:
    return {"n": certain.n, "deviation": certain.deviation, "interval": certain.interval}


def _decoded(data: dict[str, Any]) -> Frame:
    keys = tuple(Key(*key) for key in data["keys"])
    about = list(_abouts(data["about"]))
    columns = [_read(column) for column in data["numbers"]]
    lengths = {len(column) for column in (*columns, *data["arrived"])}
    if len(columns) != len(keys) or not lengths <= {len(about)}:
        raise ContentError("a frame's columns do not fit its keys and decisions; pack the decisions again")
    frame = Frame(
        context=decode(Context, data["context"]), keys=keys, about=about, arrived=data["arrived"], columns=columns
    )
    known: dict[str, Value] = {}
    for at, rows in data["others"].items():
        for row, value in rows.items():
            frame.others[int(at), int(row)] = known.setdefault(value, value_of(value))
    for at, lists in data["certain"].items():
        certain = Certain(lists["n"], list(map(_interned, lists["deviation"])), lists["interval"])
        if {len(certain.n), len(certain.deviation), len(certain.interval)} != {len(about)}:
            raise ContentError("what is known of a column does not fit its decisions; pack the decisions again")
        frame.certain[int(at)] = certain
    return frame


def _written(column: "array[float]") -> str:
    return b64encode(column.tobytes() if sys.byteorder == "little" else _swapped(column).tobytes()).decode()


def _read(text: str) -> "array[float]":
    column = array("d", b64decode(text, validate=True))
    return column if sys.byteorder == "little" else _swapped(column)


def _swapped(column: "array[float]") -> "array[float]":
    other = array("d", column)
    other.byteswap()
    return other


def _interned(deviation: PackedDeviation) -> PackedDeviation:
    return sys.intern(deviation) if isinstance(deviation, str) else deviation


def _abouts(columns: Mapping[str, Sequence[Any]]) -> Iterable[About]:
    rows = zip(*(columns[name] for name in About._fields), strict=True)
    for decision, version, outcome, verdict, *rest in rows:
        yield About._make((decision, version, _OUTCOMES[outcome], _VERDICTS[verdict], *rest))
