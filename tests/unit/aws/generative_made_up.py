"""Settings, paces and machines of no particular evaluation."""

from typing import Any

import boto3
from botocore.config import Config
from modelgate.generative.evaluation import Machine, Pace, Settings

SETTINGS = Settings(temperature=0.5, max_tokens=20, completions=1, logprobs=False, top_p=0.9)
PACE = Pace(concurrency=2, calls_per_second=10, timeout_seconds=30, attempts=3, answer_bytes=1000)
MACHINE = Machine(
    instance_type="ml.g5.xlarge", instance_count=1, maximum_seconds=3600, price_per_hour=2.0, maximum_cost=2.0
)


def client(service: str) -> Any:
    """A client that never reaches a service: botocore's Stubber answers for it."""
    return boto3.client(
        service,
        "eu-west-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        config=Config(retries={"total_max_attempts": 1}),
    )
