"""The other services that jobs lean on, at MiniStack: S3 for inputs and outputs, STS for the roles."""

import base64
import functools
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import boto3
from botocore.config import Config

from local.sagemaker.callers import Caller, caller_of

CONFIG = Config(
    retries={"total_max_attempts": 3, "mode": "standard"},
    connect_timeout=5,
    read_timeout=60,
    s3={"addressing_style": "path"},
)


MAKING = threading.Lock()  # boto3 sessions are not safe to share while a client is made


@functools.cache
def _session() -> boto3.Session:
    """One for the process: a session reads the large service models once."""
    return boto3.Session()


class Objects(Protocol):
    """S3 as one account sees it."""

    def keys(self, bucket: str, prefix: str) -> Iterator[str]:
        """Every key below a prefix, over all pages."""

    def read(self, bucket: str, key: str) -> bytes:
        """One object."""

    def download(self, bucket: str, key: str, target: Path) -> None:
        """One object into a file, at constant memory."""

    def upload(self, source: Path, bucket: str, key: str, kms_key: str | None) -> None:
        """One file into an object."""


class Storage(Protocol):
    """What jobs and callers need of the embedded AWS."""

    def objects(self, account: str, region: str) -> Objects:
        """S3 with the rights of an account."""

    def step_credentials(self, role_arn: str, session: str, account: str, region: str) -> dict[str, str]:
        """The environment variables with which a step acts as its role."""


@dataclass(frozen=True, slots=True)
class S3Objects:
    """S3 through one client."""

    client: Any

    def keys(self, bucket: str, prefix: str) -> Iterator[str]:
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for entry in page.get("Contents", []):
                yield entry["Key"]

    def read(self, bucket: str, key: str) -> bytes:
        content: bytes = self.client.get_object(Bucket=bucket, Key=key)["Body"].read()
        return content

    def download(self, bucket: str, key: str, target: Path) -> None:
        with target.open("wb") as file:
            shutil.copyfileobj(self.client.get_object(Bucket=bucket, Key=key)["Body"], file)

    def upload(self, source: Path, bucket: str, key: str, kms_key: str | None) -> None:
        encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key} if kms_key else {}
        self.client.upload_file(str(source), bucket, key, ExtraArgs=encryption)


class EmbeddedAws:
    """Clients of MiniStack, one for each account and service (the access key is the account)."""

    def __init__(self, aws_url: str) -> None:
        self._url = aws_url
        self._session = _session()
        self._clients: dict[tuple[str, str, str], Any] = {}

    def warm_up(self) -> None:
        """Read the service models that the first calls need."""
        for service in ("sts", "s3", "iam"):
            self._made(service, "000000000000", "us-east-1", None)

    def objects(self, account: str, region: str) -> Objects:
        return S3Objects(self._client("s3", account, region))

    def step_credentials(self, role_arn: str, session: str, account: str, region: str) -> dict[str, str]:
        sts = self._client("sts", account, region)
        given = sts.assume_role(RoleArn=role_arn, RoleSessionName=session[:64])["Credentials"]
        return {
            "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
            "AWS_SESSION_TOKEN": given["SessionToken"],
        }

    def registry_login(self, account: str, region: str) -> tuple[str, str]:
        """User and password of an account's ECR."""
        token = self._client("ecr", account, region).get_authorization_token()["authorizationData"][0]
        user, _, password = base64.b64decode(token["authorizationToken"]).decode().partition(":")
        return user, password

    def identity(self, access_key: str, token: str | None) -> Caller:
        # Signed with a made-up secret: MiniStack checks signatures only when it evaluates IAM.
        answer = self._made("sts", access_key, "us-east-1", token).get_caller_identity()
        kind, _, rest = answer["Arn"].split(":", 5)[5].partition("/")
        if kind != "assumed-role":
            return caller_of(answer, None)
        iam = self._client("iam", answer["Account"], "us-east-1")
        return caller_of(answer, iam.get_role(RoleName=rest.split("/", 1)[0])["Role"]["Arn"])

    def _client(self, service: str, account: str, region: str) -> Any:
        key = (service, account, region)
        if key not in self._clients:
            self._clients[key] = self._made(service, account, region, None)
        return self._clients[key]

    def _made(self, service: str, access_key: str, region: str, token: str | None) -> Any:
        with MAKING:
            return self._session.client(
                service,  # type: ignore[call-overload]
                endpoint_url=self._url,
                region_name=region,
                aws_access_key_id=access_key,
                aws_secret_access_key="unchecked",  # noqa: S106 - moto checks none
                aws_session_token=token,
                config=CONFIG,
            )
