"""Answers and tallies in the artifact store: written once, read with their digest.

Source: Amazon S3 user guide, "Conditional writes"
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html): ``If-None-Match: *`` answers 412 where
the key is taken, and 409 while another write of it is under way, to be tried again.
"""

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from modelgate.aws.faults import error_code, infrastructure, is_absent
from modelgate.aws.owner import owned_by
from modelgate.contracts.layout import META_SHA256
from modelgate.errors import InfrastructureError
from modelgate.generative.store import STORED_BYTES

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
_TRIES = 5  # of a write that meets another one; each of them is a round trip apart


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerStore:
    """A `generative.store.Store`: the keys below *prefix* of *bucket*, encrypted with the bucket's own key.

    *owner* is the account that must own the bucket; None where that is not known.
    """

    s3: "S3Client"
    bucket: str
    prefix: str
    owner: str | None = None

    def get(self, key: str) -> bytes | None:
        """What was written under *key*; None before.

        Raises:
            InfrastructureError: S3 did not answer, or what lies there is not what `put_once` wrote.
        """
        place = self._place(key)
        with infrastructure(f"reading {place}"):
            try:
                answer = self.s3.get_object(Bucket=self.bucket, Key=self.prefix + key, **owned_by(self.owner))
            except ClientError as error:
                if is_absent(error):
                    return None
                raise
            if (size := answer["ContentLength"]) > STORED_BYTES:
                raise InfrastructureError(f"{place} has {size} bytes, at most {STORED_BYTES} are read")
            data = answer["Body"].read(STORED_BYTES + 1)
        if answer["Metadata"].get(META_SHA256) != hashlib.sha256(data).hexdigest():
            raise InfrastructureError(f"{place} is not what was written there; delete it and run the pipeline again")
        return data

    def put_once(self, key: str, data: bytes) -> bytes:
        """Write *data* unless something is there already, and return what is there now.

        Raises:
            InfrastructureError: S3 did not answer, or *data* is larger than is read back.
        """
        place = self._place(key)
        if len(data) > STORED_BYTES:
            raise InfrastructureError(
                f"{place} would have {len(data)} bytes, at most {STORED_BYTES}; ask smaller parts"
            )
        for _ in range(_TRIES):
            if self._written(key, data, place):
                return data
            if (there := self.get(key)) is not None:
                return there
        raise InfrastructureError(f"{place} was being written by another {_TRIES} times; run the pipeline again")

    def _written(self, key: str, data: bytes, place: str) -> bool:
        digest = hashlib.sha256(data)
        with infrastructure(f"writing {place}"):
            try:
                self.s3.put_object(
                    Bucket=self.bucket,
                    Key=self.prefix + key,
                    Body=data,
                    IfNoneMatch="*",
                    ChecksumSHA256=base64.b64encode(digest.digest()).decode("ascii"),
                    Metadata={META_SHA256: digest.hexdigest()},
                    **owned_by(self.owner),
                )
            except ClientError as error:
                if error_code(error) in _TAKEN:
                    return False
                raise
        return True

    def _place(self, key: str) -> str:
        return f"s3://{self.bucket}/{self.prefix}{key}"
