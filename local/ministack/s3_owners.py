"""
Bucket owners that a request asserts.

Stock MiniStack accepts any `ExpectedBucketOwner`; the service answers AccessDenied when the bucket, or the source of a
copy, belongs to somebody else. Without this the copier's assertions would never be seen to work.
"""

from typing import Any
from urllib.parse import unquote

from ministack.services import s3


def patch_expected_owners() -> None:
    stock = s3._apply_bucket_scope

    def apply_bucket_scope(
        method: str, bucket: str, key: str, headers: dict[str, str], *rest: Any, **options: Any
    ) -> Any:
        source = unquote(headers.get("x-amz-copy-source", "")).lstrip("/").partition("/")[0]
        for name, header in ((bucket, "x-amz-expected-bucket-owner"), (source, "x-amz-source-expected-bucket-owner")):
            if _belongs_to_another(name, headers.get(header)):
                return s3._error("AccessDenied", "Access Denied", 403, f"/{bucket}/{key}" if key else f"/{bucket}")
        return stock(method, bucket, key, headers, *rest, **options)

    s3._apply_bucket_scope = apply_bucket_scope


def _belongs_to_another(bucket: str, expected: str | None) -> bool:
    owner = s3._bucket_owner_account(bucket) if bucket else None
    return expected is not None and owner is not None and owner != expected
