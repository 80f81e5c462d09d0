"""
Checksums of copies.

Stock MiniStack computes none for a part that is copied, so HEAD after a multipart copy shows none either; CopyObject
ignores the header that names its algorithm; HEAD of an older version forgets that a checksum is composite. CRC64NVME,
which the service adds to every object that names no algorithm, stays missing: pure Python takes minutes for a model.
"""

from collections.abc import Callable
from typing import Any

from ministack.services import s3

Response = tuple[int, dict[str, str], bytes]


def patch_checksums_of_copies() -> None:
    s3._upload_part_copy = _with_part_checksum(s3._upload_part_copy)
    s3._copy_object = _with_object_checksum(s3._copy_object)
    s3._object_response_headers = _with_checksum_type(s3._object_response_headers)


def _with_part_checksum(stock: Callable[..., Response]) -> Callable[..., Response]:
    def upload_part_copy(bucket: str, key: str, query: dict[str, Any], headers: dict[str, str]) -> Response:
        response = stock(bucket, key, query, headers)
        upload = s3._multipart_uploads.get(s3._qp(query, "uploadId"))
        algorithm = upload and upload.get("checksum_algorithm")
        if response[0] != 200 or not algorithm:
            return response
        part = upload["parts"][int(s3._qp(query, "partNumber", "1"))]
        part["checksums"] = {algorithm: s3._compute_s3_checksum(algorithm, part["body"])}
        return _showing(response, part["checksums"])

    return upload_part_copy


def _with_object_checksum(stock: Callable[..., Response]) -> Callable[..., Response]:
    def copy_object(bucket: str, key: str, headers: dict[str, str]) -> Response:
        algorithm = headers.get("x-amz-checksum-algorithm")
        if not algorithm:
            return stock(bucket, key, headers)
        response = stock(bucket, key, {**headers, "x-amz-sdk-checksum-algorithm": algorithm})
        if response[0] != 200:
            return response
        name = algorithm.upper().replace("_", "")
        return _showing(response, {name: s3._buckets[bucket]["objects"][key]["checksums"][name]})

    return copy_object


def _with_checksum_type(stock: Callable[..., dict[str, str]]) -> Callable[..., dict[str, str]]:
    def object_response_headers(obj: dict[str, Any], *rest: Any, **options: Any) -> dict[str, str]:
        headers = stock(obj, *rest, **options)
        checksums = (obj.get("checksums") or {}).values()
        if "x-amz-checksum-type" in headers and any("-" in value for value in checksums):
            headers["x-amz-checksum-type"] = "COMPOSITE"  # base64 has no hyphen: it is the "-<parts>" of a composite
        return headers

    return object_response_headers


def _showing(response: Response, checksums: dict[str, str]) -> Response:
    status, headers, body = response
    shown = "".join(f"<Checksum{algorithm}>{value}</Checksum{algorithm}>" for algorithm, value in checksums.items())
    before, end, root = body.rpartition(b"</")  # the base64 of a checksum needs no escaping
    return status, headers, before + shown.encode() + end + root
