"""
Copies between accounts.

Stock copies look for the source bucket in the caller's account only (NoSuchBucket), although the source's bucket policy
was already checked. Bucket names are global: look an entry up under the account that owns its bucket, whoever asks.
"""

from typing import Any

from ministack.core.responses import AccountScopedDict, get_account_id
from ministack.services import s3


class ByBucketOwner(AccountScopedDict):  # type: ignore[misc]  # MiniStack is untyped
    __slots__ = ()

    def _scoped(self, key: Any) -> tuple[str, Any]:
        bucket = key[0] if isinstance(key, tuple) else key
        return (s3._bucket_owner_account(bucket) or get_account_id(), key)


def patch_copies_between_accounts() -> None:
    for store in ("_buckets", "_bucket_versioning", "_bucket_encryption", "_object_versions", "_object_tags"):
        getattr(s3, store).__class__ = ByBucketOwner
