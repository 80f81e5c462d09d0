"""Pages of a list, in the asked order."""

import base64
from typing import Any

from local.sagemaker.errors import invalid
from local.sagemaker.operations import Request
from local.sagemaker.store import Document


def page(
    documents: list[Document], request: Request, *, key: str, sort_by: dict[str, str], order: str, size: int
) -> tuple[list[Document], dict[str, str]]:
    """
    One page of *documents*, and the NextToken to add to the answer when there are more.

    *key* is the field that identifies a document, *sort_by* maps SortBy values to fields (the first is the default),
    *order* and *size* are the service's defaults.
    """
    field = sort_by[request.get("SortBy") or next(iter(sort_by))]
    backwards = (request.get("SortOrder") or order) == "Descending"
    # By the key as well: two documents of one millisecond must not change places between pages.
    ordered = sorted(documents, key=lambda d: (d[field], d[key]), reverse=backwards)
    start = _position(ordered, request.get("NextToken"), key)
    end = start + (request.get("MaxResults") or size)
    token = {"NextToken": _token(ordered[end - 1][key])} if end < len(ordered) else {}
    return ordered[start:end], token


def created_between(documents: list[Document], after: Any, before: Any) -> list[Document]:
    """Those created in an open time interval; either end may be None."""
    return [
        d
        for d in documents
        if (after is None or d["CreationTime"] > after) and (before is None or d["CreationTime"] < before)
    ]


def _token(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode()


def _position(ordered: list[Document], token: str | None, key: str) -> int:
    if not token:
        return 0
    for position, document in enumerate(ordered):
        if _token(document[key]) == token:
            return position + 1
    raise invalid("The pagination token is invalid.")
