"""What a team has uploaded to its own bucket, looked at without reading it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from modelgate.aws.faults import infrastructure, is_absent
from modelgate.aws.owner import owned_by
from modelgate.contracts.uris import S3Uri

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An object that is there; *size* in bytes. *version_id* is None in a bucket without versions."""

    uri: S3Uri
    size: int
    version_id: str | None


def find_upload(s3: "S3Client", uri: S3Uri, *, owner: str | None) -> Upload | None:
    """Look for the newest object at *uri*; None when there is none.

    Raises:
        InfrastructureError: S3 did not answer, or the caller may not look (which S3 also says of what is not there,
            to whoever may not list the bucket).
    """
    with infrastructure(f"looking for {uri}"):
        try:
            head = s3.head_object(Bucket=uri.bucket, Key=uri.key, **owned_by(owner))
        except ClientError as error:
            if is_absent(error):
                return None
            raise
    return Upload(uri=uri, size=head["ContentLength"], version_id=head.get("VersionId"))
