"""One MiniStack for the tests of this folder, without SageMaker."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from ministack_probe import GOVERNANCE, Client

from local.instance import REGION, Instance, start


@pytest.fixture(scope="session")
def ministack() -> Iterator[Instance]:
    with start(f"test-ministack-{os.getpid()}", sagemaker=False) as instance:
        yield instance
    shutil.rmtree(instance.folder.path)


@pytest.fixture(scope="session")
def client(ministack: Instance) -> Client:
    """Return a maker of boto3 clients: client("s3", LENDING)."""

    def make(service: str, account: str = GOVERNANCE) -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=ministack.aws_url,
            aws_access_key_id=account,
            aws_secret_access_key="test",
            region_name=REGION,
            config=Config(retries={"max_attempts": 1}),
        )

    return make
