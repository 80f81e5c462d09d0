"""Clients: the region is the package's, endpoints and credentials come from the environment."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.client import CloudWatchClient
    from mypy_boto3_kms.client import KMSClient
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_sagemaker.client import SageMakerClient

_RETRYING = Config(retries={"mode": "standard", "max_attempts": 5}, connect_timeout=10, read_timeout=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clients:
    """What a step talks to."""

    s3: "S3Client"
    sagemaker: "SageMakerClient"
    cloudwatch: "CloudWatchClient"
    kms: "KMSClient"


def clients_for(region: str) -> Clients:
    """Clients that retry what is worth retrying, with backoff."""
    session = boto3.Session(region_name=region)
    return Clients(
        s3=session.client("s3", config=_RETRYING),
        sagemaker=session.client("sagemaker", config=_RETRYING),
        cloudwatch=session.client("cloudwatch", config=_RETRYING),
        kms=session.client("kms", config=_RETRYING),
    )


def comprehend_for(region: str) -> Any:
    """A client of Amazon Comprehend, for a scorer."""
    return boto3.Session(region_name=region).client("comprehend", config=_RETRYING)


def secrets_for(region: str) -> Any:
    """A client of AWS Secrets Manager, for the key of a server that is asked."""
    return boto3.Session(region_name=region).client("secretsmanager", config=_RETRYING)


def guardrails_for(region: str) -> Any:
    """A client of Amazon Bedrock's runtime, for a scorer: unlike a target's it tries again by itself."""
    return boto3.Session(region_name=region).client("bedrock-runtime", config=_RETRYING)
