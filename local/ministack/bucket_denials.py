"""
What a bucket's policy denies its own account.

Stock MiniStack asks a bucket policy only about other accounts. A Deny binds the owner too, whatever a role may do
otherwise: evidence that is written without If-None-Match is refused on AWS, so it is refused here.
"""

from typing import Any

from ministack.core import iam_evaluator, responses
from ministack.core.iam_actions import _s3_action, s3_service_context
from ministack.services import s3

_ROOT_MAY_ALWAYS = frozenset({"s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"})


def patch_bucket_denials() -> None:
    stock = s3._apply_bucket_scope

    def apply_bucket_scope(
        method: str,
        bucket: str,
        key: str,
        headers: dict[str, str],
        query: Any,
        body: bytes = b"",
        internal: bool = False,
    ) -> Any:
        owner, caller = s3._bucket_owner_account(bucket) if bucket else None, responses.get_account_id()
        if owner == caller and not internal and _is_denied(method, bucket, key, headers, query):
            return s3._error("AccessDenied", "Access Denied", 403, f"/{bucket}/{key}" if key else f"/{bucket}")
        return stock(method, bucket, key, headers, query, body, internal)

    s3._apply_bucket_scope = apply_bucket_scope


def _is_denied(method: str, bucket: str, key: str, headers: dict[str, str], query: Any) -> bool:
    policy = s3._bucket_policies.get(bucket)
    action = _s3_action(method, path := f"/{bucket}/{key}" if key else f"/{bucket}", query)
    if not policy or not action or f"s3:{action}" in _ROOT_MAY_ALWAYS:
        return False
    account = responses.get_account_id()
    given = s3_service_context(f"s3:{action}", query, path, headers) | _conditional_write(method, headers, query)
    context = iam_evaluator.EvalContext(
        principal_arn=f"arn:aws:iam::{account}:root",
        principal_type="Root",
        principal_account=account,
        action=f"s3:{action}",
        resource_arn=f"arn:aws:s3:::{path[1:]}",
        region=responses.get_region(),
        service_context={name.lower(): value for name, value in given.items()},
    )
    return bool(iam_evaluator.evaluate_resource_policy(policy, context).decision == "Deny")


def _conditional_write(method: str, headers: dict[str, str], query: Any) -> dict[str, str]:
    """Return the condition keys of conditional writes, which MiniStack does not know."""
    creates = (method == "PUT" and "partNumber" not in query) or (method == "POST" and "uploadId" in query)
    keys = {"s3:ObjectCreationOperation": str(creates).lower()}
    for name in ("if-match", "if-none-match"):
        if name in headers:
            keys[f"s3:{name}"] = headers[name]
    return keys
