"""AWS for a person at a command line: clients of one region, made when they are asked for."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from modelgate.aws.faults import infrastructure

if TYPE_CHECKING:
    from mypy_boto3_kms.client import KMSClient
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_sagemaker.client import SageMakerClient
    from mypy_boto3_sqs.client import SQSClient
    from mypy_boto3_sts.client import STSClient

# Somebody waits in front of a terminal: trouble is told after seconds, not minutes.
_CONFIG = Config(retries={"mode": "standard", "max_attempts": 3}, connect_timeout=5, read_timeout=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Clients in *region*; None leaves it to AWS's own configuration.

    Every method raises an InfrastructureError where there is no region or profile to connect with.
    """

    region: str | None

    def s3(self) -> "S3Client":
        """A client of S3."""
        with infrastructure("connecting to S3"):
            return _configured(self.region).client("s3", config=_CONFIG)

    def sagemaker(self) -> "SageMakerClient":
        """A client of SageMaker."""
        with infrastructure("connecting to SageMaker"):
            return _configured(self.region).client("sagemaker", config=_CONFIG)

    def sqs(self) -> "SQSClient":
        """A client of SQS."""
        with infrastructure("connecting to SQS"):
            return _configured(self.region).client("sqs", config=_CONFIG)

    def kms(self) -> "KMSClient":
        """A client of KMS."""
        with infrastructure("connecting to KMS"):
            return _configured(self.region).client("kms", config=_CONFIG)

    def sts(self) -> "STSClient":
        """A client of STS."""
        with infrastructure("connecting to STS"):
            return _configured(self.region).client("sts", config=_CONFIG)


@lru_cache(maxsize=4)
def _configured(region: str | None) -> boto3.Session:
    """One for all clients: each session would read botocore's descriptions of the services again."""
    return boto3.Session(region_name=region)
