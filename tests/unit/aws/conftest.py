"""One mocked governance account with a versioned artifact store and evidence store."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from modelgate.aws.objects import Bucket
from moto import mock_aws

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

STORE, EVIDENCE = "gate-artifacts", "gate-evidence"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator["S3Client"]:
    """A client whose artifact store keeps every version."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "222222222222")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=STORE)
        client.put_bucket_versioning(Bucket=STORE, VersioningConfiguration={"Status": "Enabled"})
        yield client


@pytest.fixture
def evidence(s3: "S3Client") -> Bucket:
    """The evidence store."""
    s3.create_bucket(Bucket=EVIDENCE)
    s3.put_bucket_versioning(Bucket=EVIDENCE, VersioningConfiguration={"Status": "Enabled"})
    return Bucket(s3=s3, name=EVIDENCE, owner=None)
