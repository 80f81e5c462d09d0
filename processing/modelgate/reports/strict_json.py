"""The bytes of a report, read strictly and within the limits of reports."""

from typing import Any

from modelgate.contracts.strict_json import Limits, read_object
from modelgate.errors import UnreadableJsonError, UnreadableReportError

MAX_BYTES = 4_000_000
MAX_DEPTH = 32

_LIMITS = Limits(size=MAX_BYTES, depth=MAX_DEPTH)


def loads(data: bytes) -> dict[str, Any]:
    """Parse *data* into an object whose numbers are all finite.

    Raises:
        UnreadableReportError: for whatever `modelgate.contracts.strict_json` refuses; the message says why and where.
    """
    try:
        return read_object(data, _LIMITS)
    except UnreadableJsonError as error:
        raise UnreadableReportError(str(error)) from error
