"""The evidence store: every key is written once, by whoever comes first."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from modelgate.aws.faults import error_code, infrastructure
from modelgate.aws.owner import owned_by

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

# 409: another conditional write to the key is under way; the loser reads what the winner wrote.
_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})


def write_once(s3: "S3Client", *, bucket: str, key: str, body: bytes, owner: str) -> bytes:
    """Write *body* to *key* unless something is there already; return what is there now.

    Raises:
        InfrastructureError: S3 did not answer.
    """
    with infrastructure(f"writing s3://{bucket}/{key}"):
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
            return s3.get_object(Bucket=bucket, Key=key, **owned_by(owner))["Body"].read()
    return body
