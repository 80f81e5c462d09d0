"""The evidence store: every key is written once, by whoever comes first."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from modelgate.aws.faults import error_code, infrastructure, is_absent
from modelgate.aws.owner import owned_by
from modelgate.errors import InfrastructureError

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

# 409: another conditional write to the key is under way. Nothing may be there yet, so the loser tries again.
_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
_PAUSES = (0.1, 0.2, 0.4, 0.8, 1.6)  # seconds; after a change of policy, every run writes the same document at once


def write_once(
    s3: "S3Client", *, bucket: str, key: str, body: bytes, owner: str, pause: Callable[[float], None] = time.sleep
) -> bytes:
    """Write *body* to *key* unless something is there already; return what is there now.

    Raises:
        InfrastructureError: S3 did not answer, or others were writing the key all the time.
    """
    with infrastructure(f"writing s3://{bucket}/{key}"):
        for seconds in _PAUSES:
            try:
                s3.put_object(
                    Bucket=bucket,
                    Key=key,
                    Body=body,
                    ContentType="application/json",
                    IfNoneMatch="*",
                    **owned_by(owner),
                )
            except ClientError as error:
                if error_code(error) not in _TAKEN:
                    raise
            else:
                return body
            found = _read(s3, bucket, key, owner)
            if found is not None:
                return found
            pause(seconds)
    raise InfrastructureError(f"s3://{bucket}/{key} is being written by others all the time; the step may be run again")


def _read(s3: "S3Client", bucket: str, key: str, owner: str) -> bytes | None:
    try:
        return s3.get_object(Bucket=bucket, Key=key, **owned_by(owner))["Body"].read()
    except ClientError as error:
        if is_absent(error):
            return None
        raise
