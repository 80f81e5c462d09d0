"""What moto leaves out: the checksums that S3 reports of copied parts and of the finished copy."""

import base64
import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


class ReportingChecksums:
    """A client that reports checksums as S3 does; *lie* names the one that is wrong: ``part``, ``whole`` or none."""

    def __init__(self, s3: "S3Client", lie: str = "") -> None:
        self.s3, self.lie = s3, lie
        self.parts: dict[str, dict[int, bytes]] = defaultdict(dict)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.s3, name)

    def upload_part_copy(self, **request: Any) -> dict[str, Any]:
        answer: Any = self.s3.upload_part_copy(**request)
        asked = {"Range": request["CopySourceRange"]} if "CopySourceRange" in request else {}
        digest = hashlib.sha256(self.s3.get_object(**request["CopySource"], **asked)["Body"].read()).digest()
        self.parts[request["UploadId"]][request["PartNumber"]] = digest
        answer["CopyPartResult"]["ChecksumSHA256"] = self._told("part", digest)
        return answer  # type: ignore[no-any-return]

    def complete_multipart_upload(self, **request: Any) -> dict[str, Any]:
        parts = self.parts[request["UploadId"]]
        sent = {part["PartNumber"]: part["ChecksumSHA256"] for part in request["MultipartUpload"]["Parts"]}
        assert sent == {number: base64.b64encode(digest).decode() for number, digest in parts.items()}
        answer: Any = self.s3.complete_multipart_upload(**request)
        digest = hashlib.sha256(b"".join(parts[number] for number in sorted(parts))).digest()
        answer["ChecksumSHA256"] = f"{self._told('whole', digest)}-{len(parts)}"
        return answer  # type: ignore[no-any-return]

    def _told(self, call: str, digest: bytes) -> str:
        return base64.b64encode(b"wrong" if self.lie == call else digest).decode()
