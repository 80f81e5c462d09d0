"""Clients that ask a model once: `generative.attempts` counts attempts and waits between them, so botocore does not."""

from typing import Any

import boto3
from botocore.config import Config

from modelgate.generative.evaluation import Pace

_CONNECT_SECONDS = 10.0


def bedrock_runtime(region: str, pace: Pace) -> Any:
    """A client of Amazon Bedrock's runtime for `BedrockTarget`."""
    return boto3.Session(region_name=region).client("bedrock-runtime", config=config(pace))


def sagemaker_runtime(region: str, pace: Pace) -> Any:
    """A client of SageMaker's runtime for `EndpointTarget`."""
    return boto3.Session(region_name=region).client("sagemaker-runtime", config=config(pace))


def config(pace: Pace) -> Config:
    """One attempt, given up after *pace*'s timeout, with a connection for each call at a time."""
    return Config(
        retries={"total_max_attempts": 1},
        connect_timeout=min(_CONNECT_SECONDS, pace.timeout_seconds),
        read_timeout=pace.timeout_seconds,
        max_pool_connections=pace.concurrency,
    )
