"""One embedded SageMaker for each test, in this process, with a fake MiniStack behind it."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from local.sagemaker.interpreter.runtimes import Mode
from local.sagemaker.server import Settings, serving
from tests.unit.local_sagemaker.fake_aws import FakeAws

GOVERNANCE, LENDING, INSURANCE = "222222222222", "333333333333", "444444444444"
REGION = "eu-west-1"
Client = Callable[..., Any]
SESSION = boto3.Session()


@pytest.fixture
def aws() -> Iterator[FakeAws]:
    fake = FakeAws()
    yield fake
    fake.close()


@pytest.fixture
def sagemaker(aws: FakeAws, tmp_path: Path) -> Iterator[Client]:
    """Clients of the embedded SageMaker, by access key; what botocore would refuse by itself is sent."""
    settings = Settings(port=0, aws_url=aws.url, state_dir=tmp_path / "state", runtime=Mode.PROCESS)
    with serving(settings) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield lambda access_key=GOVERNANCE: client(server.port, access_key)
        server.shutdown()
        thread.join()


def client(port: int, access_key: str) -> Any:
    return SESSION.client(
        "sagemaker",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name=REGION,
        aws_access_key_id=access_key,
        aws_secret_access_key="test",
        config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
    )


def finished(sagemaker: Any, execution_arn: str) -> dict[str, Any]:
    """The description of an execution once it has ended."""
    for _ in range(400):
        description: dict[str, Any] = sagemaker.describe_pipeline_execution(PipelineExecutionArn=execution_arn)
        if description["PipelineExecutionStatus"] not in ("Executing", "Stopping"):
            return description
        time.sleep(0.05)
    raise AssertionError(f"{execution_arn} does not end")
