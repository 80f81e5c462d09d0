"""Whose bucket a request expects: a bucket of the same name in another account must not answer."""

from typing import TypedDict


class ExpectedOwner(TypedDict, total=False):
    """Arguments of an S3 call."""

    ExpectedBucketOwner: str


def owned_by(account: str | None) -> ExpectedOwner:
    """The arguments that make S3 refuse a bucket which *account* does not own; none when it is not known."""
    return {"ExpectedBucketOwner": account} if account else {}
