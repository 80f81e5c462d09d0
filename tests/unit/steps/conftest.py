"""One world for each test, on a mocked S3."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from tests.unit.steps.world import World


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A governance account ready to judge."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "MODELGATE_RUNTIME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "222222222222")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        yield World(s3=boto3.client("s3", region_name="us-east-1"))
