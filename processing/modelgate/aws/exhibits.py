"""The objects of a decision as they lie in the two stores, read by version."""

from collections.abc import Iterator
from dataclasses import dataclass

from botocore.exceptions import ClientError

from modelgate.aws.content import CHUNK, Body
from modelgate.aws.faults import infrastructure, is_absent
from modelgate.aws.objects import Bucket
from modelgate.aws.owner import owned_by
from modelgate.errors import ContentError
from modelgate.evidence.exhibits import Exhibit


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredExhibits:
    """The stores of one gate. Whatever a record says, nothing is read elsewhere."""

    evidence: Bucket
    artifacts: Bucket
    complete: bool = True

    def chunks(self, exhibit: Exhibit) -> Iterator[bytes] | None:
        """The content of *exhibit*, streamed; None when that version is not there.

        Raises:
            ContentError: its bucket is neither of the stores.
            InfrastructureError: S3 did not answer; also while the content is read.
        """
        bucket = self._bucket(exhibit)
        chosen = {"VersionId": exhibit.version_id} if exhibit.version_id else {}
        with infrastructure(f"reading {exhibit.place}"):
            try:
                answer = bucket.s3.get_object(Bucket=bucket.name, Key=exhibit.key, **chosen, **owned_by(bucket.owner))  # type: ignore[arg-type]
            except ClientError as error:
                # What an attacker calls a version may not even look like one.
                if is_absent(error) or error.response.get("Error", {}).get("Code") == "InvalidArgument":
                    return None
                raise
        return _pieces(answer["Body"], exhibit.place)

    def _bucket(self, exhibit: Exhibit) -> Bucket:
        if exhibit.bucket in (None, self.evidence.name):
            return self.evidence
        if exhibit.bucket == self.artifacts.name:
            return self.artifacts
        raise ContentError(f"{exhibit.place} lies in neither store of this gate; is it the platform of the record?")


def _pieces(body: Body, place: str) -> Iterator[bytes]:
    with infrastructure(f"reading {place}"):
        while piece := body.read(CHUNK):
            yield piece
