"""One world for each test, on a mocked S3."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from tests.unit.steps.generative_world import GenerativeWorld
from tests.unit.steps.world import GOVERNANCE, World

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


@pytest.fixture(scope="session")
def mocked_s3() -> "S3Client":
    """A client for the mocked S3; made once, because making it takes longer than most tests."""
    return boto3.client("s3", region_name="us-east-1", aws_access_key_id=GOVERNANCE, aws_secret_access_key="test")


@pytest.fixture
def world(mocked_s3: "S3Client", monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A governance account ready to judge."""
    monkeypatch.delenv("MODELGATE_RUNTIME", raising=False)
    with mock_aws():
        yield World(s3=mocked_s3)


@pytest.fixture
def writing(mocked_s3: "S3Client", monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[GenerativeWorld]:
    """A governance account ready to evaluate models that write text."""
    monkeypatch.delenv("MODELGATE_RUNTIME", raising=False)
    with mock_aws():
        yield GenerativeWorld(s3=mocked_s3, folder=tmp_path)
