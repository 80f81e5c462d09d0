"""What a copier between accounts can rely on: exact versions, checksums, asserted owners, write-once keys."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from ministack_probe import GOVERNANCE, INSURANCE, LENDING, Client

pytestmark = pytest.mark.embedded

SOURCE, STORE = "copies-lending", "copies-artifacts"
PART = 5 * 1024 * 1024
BODY = b"model weights" * (PART // 13 + 1000)
REGION = {"LocationConstraint": "eu-west-1"}


@pytest.fixture(scope="module")
def version(client: Client) -> str:
    """Put an object into the product bucket, let governance read it, overwrite it; return the first version."""
    product, store = client("s3", LENDING), client("s3")
    for s3, bucket in ((product, SOURCE), (store, STORE)):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=REGION)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    principal = {"AWS": f"arn:aws:iam::{GOVERNANCE}:root"}
    allow = {"Effect": "Allow", "Principal": principal, "Action": ["s3:GetObject", "s3:GetObjectVersion"]}
    policy = {"Version": "2012-10-17", "Statement": [{**allow, "Resource": f"arn:aws:s3:::{SOURCE}/*"}]}
    product.put_bucket_policy(Bucket=SOURCE, Policy=json.dumps(policy))
    first = product.put_object(Bucket=SOURCE, Key="model", Body=BODY)["VersionId"]
    product.put_object(Bucket=SOURCE, Key="model", Body=b"later")
    return str(first)


def source(version: str) -> dict[str, str]:
    return {"Bucket": SOURCE, "Key": "model", "VersionId": version}


def test_copy_of_an_old_version_shows_its_sha256(client: Client, version: str) -> None:
    """CopyObject with SHA256 copies the named version and returns the digest of its bytes, as HEAD then does."""
    s3, digest = client("s3"), base64.b64encode(hashlib.sha256(BODY).digest()).decode()

    copied = s3.copy_object(Bucket=STORE, Key="one", CopySource=source(version), ChecksumAlgorithm="SHA256")
    head = s3.head_object(Bucket=STORE, Key="one", ChecksumMode="ENABLED")

    assert digest == copied["CopyObjectResult"]["ChecksumSHA256"] == head["ChecksumSHA256"]
    assert copied["VersionId"] == head["VersionId"]
    assert head["ContentLength"] == len(BODY)


def test_multipart_copy_has_a_composite_checksum(client: Client, version: str) -> None:
    """Every copied part returns its SHA256, and the whole the SHA256 of those, with the number of parts behind it."""
    s3, chunks = client("s3"), [BODY[:PART], BODY[PART:]]
    digests = [hashlib.sha256(chunk).digest() for chunk in chunks]
    composite = base64.b64encode(hashlib.sha256(b"".join(digests)).digest()).decode() + "-2"

    parts, whole = _multipart_copy(s3, version)
    head = s3.head_object(Bucket=STORE, Key="parts", ChecksumMode="ENABLED")
    named = s3.head_object(Bucket=STORE, Key="parts", ChecksumMode="ENABLED", VersionId=whole["VersionId"])

    assert [base64.b64encode(digest).decode() for digest in digests] == [part["ChecksumSHA256"] for part in parts]
    assert (composite, "COMPOSITE") == (whole["ChecksumSHA256"], whole["ChecksumType"])
    assert (composite, "COMPOSITE") == (head["ChecksumSHA256"], head["ChecksumType"])
    assert (composite, "COMPOSITE") == (named["ChecksumSHA256"], named["ChecksumType"])


def _multipart_copy(s3: Any, version: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    target = {"Bucket": STORE, "Key": "parts"}
    target["UploadId"] = s3.create_multipart_upload(**target, ChecksumAlgorithm="SHA256")["UploadId"]
    parts = []
    for number, span in enumerate((f"bytes=0-{PART - 1}", f"bytes={PART}-{len(BODY) - 1}"), start=1):
        copied = s3.upload_part_copy(**target, PartNumber=number, CopySource=source(version), CopySourceRange=span)
        result = copied["CopyPartResult"]
        parts.append({"PartNumber": number, "ETag": result["ETag"], "ChecksumSHA256": result["ChecksumSHA256"]})
    return parts, s3.complete_multipart_upload(**target, MultipartUpload={"Parts": parts})


def test_part_with_another_checksum_is_refused(client: Client, version: str) -> None:
    """Completing with a part checksum that is not the part's fails with InvalidPart."""
    s3, target = client("s3"), {"Bucket": STORE, "Key": "wrong"}
    target["UploadId"] = s3.create_multipart_upload(**target, ChecksumAlgorithm="SHA256")["UploadId"]
    part = s3.upload_part_copy(**target, PartNumber=1, CopySource=source(version))["CopyPartResult"]
    wrong = {"PartNumber": 1, "ETag": part["ETag"], "ChecksumSHA256": base64.b64encode(bytes(32)).decode()}

    with pytest.raises(ClientError, match="InvalidPart"):
        s3.complete_multipart_upload(**target, MultipartUpload={"Parts": [wrong]})


@pytest.mark.parametrize("owners", [{"ExpectedBucketOwner": LENDING}, {"ExpectedSourceBucketOwner": INSURANCE}])
def test_copy_asserting_a_wrong_owner_is_denied(client: Client, version: str, owners: dict[str, str]) -> None:
    """A wrong owner of the target or of the source is AccessDenied, and nothing is written."""
    s3 = client("s3")

    with pytest.raises(ClientError, match="AccessDenied"):
        s3.copy_object(Bucket=STORE, Key="denied", CopySource=source(version), **owners)
    with pytest.raises(ClientError, match="404"):
        s3.head_object(Bucket=STORE, Key="denied")


def test_right_owners_pass_and_reads_assert_too(client: Client, version: str) -> None:
    """Right owners change nothing; a wrong one is refused for GET, HEAD and a copied part as well."""
    s3 = client("s3")
    s3.copy_object(
        Bucket=STORE,
        Key="owned",
        CopySource=source(version),
        ExpectedBucketOwner=GOVERNANCE,
        ExpectedSourceBucketOwner=LENDING,
    )
    upload = s3.create_multipart_upload(Bucket=STORE, Key="p")["UploadId"]
    part = {"Bucket": STORE, "Key": "p", "UploadId": upload, "PartNumber": 1, "CopySource": source(version)}

    assert s3.head_object(Bucket=STORE, Key="owned", ExpectedBucketOwner=GOVERNANCE)["ContentLength"] == len(BODY)
    with pytest.raises(ClientError, match="403"):
        s3.head_object(Bucket=STORE, Key="owned", ExpectedBucketOwner=LENDING)
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.get_object(Bucket=STORE, Key="owned", ExpectedBucketOwner=LENDING)
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.upload_part_copy(**part, ExpectedSourceBucketOwner=INSURANCE)


def test_source_of_another_account_needs_its_bucket_policy(client: Client, version: str) -> None:
    """An account the product's bucket policy does not name cannot copy from it."""
    s3 = client("s3", INSURANCE)
    s3.create_bucket(Bucket="copies-insurance", CreateBucketConfiguration=REGION)

    with pytest.raises(ClientError, match="AccessDenied"):
        s3.copy_object(Bucket="copies-insurance", Key="stolen", CopySource=source(version))


def test_locked_evidence_is_written_once(client: Client) -> None:
    """In a bucket with a default retention a key is written once, is locked, and its version cannot be deleted."""
    s3 = client("s3")
    s3.create_bucket(Bucket="evidence", CreateBucketConfiguration=REGION, ObjectLockEnabledForBucket=True)
    retention = {"Mode": "GOVERNANCE", "Years": 1}
    lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}}
    s3.put_object_lock_configuration(Bucket="evidence", ObjectLockConfiguration=lock)

    first = s3.put_object(Bucket="evidence", Key="decision.json", Body=b"1", IfNoneMatch="*")
    head = s3.head_object(Bucket="evidence", Key="decision.json")

    assert head["ObjectLockMode"] == "GOVERNANCE"
    assert head["ObjectLockRetainUntilDate"] > datetime.now(UTC) + timedelta(days=360)
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.put_object(Bucket="evidence", Key="decision.json", Body=b"2", IfNoneMatch="*")
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket="evidence", Key="decision.json", VersionId=first["VersionId"])


def test_default_key_of_a_bucket_is_used_and_named(client: Client) -> None:
    """An object in a bucket with a KMS default says which key it is encrypted with."""
    s3, key = client("s3"), client("kms").create_key()["KeyMetadata"]["Arn"]
    s3.create_bucket(Bucket="encrypted", CreateBucketConfiguration=REGION)
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}
    s3.put_bucket_encryption(Bucket="encrypted", ServerSideEncryptionConfiguration={"Rules": [rule]})
    s3.put_object(Bucket="encrypted", Key="report", Body=b"{}")

    head = s3.head_object(Bucket="encrypted", Key="report")

    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", key)
