"""The image repository of one environment: its name from the values, its address and login from ECR."""

import base64
import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from deploy.image_registry import Repository
from deploy.paths import LOCAL, instance, workspace
from deploy.terraform.values import Environment
from local.instance import find

if TYPE_CHECKING:
    from mypy_boto3_ecr import ECRClient

_REPOSITORY_URL = re.compile(r"(?P<host>\d{12}\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.[a-z.]+)/(?P<name>[a-z0-9._/-]+)")


class TargetError(Exception):
    """An environment's repository cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One environment, entered with the credentials of the shell (or, locally, of the embedded AWS)."""

    environment: str
    account: str
    folder: Path
    credentials: dict[str, str]  # what boto3.Session takes; without keys it uses the shell's
    endpoint: str | None  # of the embedded AWS
    repository_name: str

    @classmethod
    def of(cls, environment: str) -> Self:
        """
        Return the target that the values of *environment* describe.

        Raises:
            DeployError: there are no values, or not the ones that are needed.
            TargetError: the embedded AWS does not run.
        """
        values = Environment.read(environment)
        account, local = values.governance_account, environment == LOCAL
        keys = {"aws_access_key_id": account, "aws_secret_access_key": "test"} if local else {}
        return cls(
            environment=environment,
            account=account,
            folder=workspace(environment),
            credentials={"region_name": values.region, **keys},
            endpoint=_embedded() if local else None,
            repository_name=f"{values.prefix}-approval",
        )

    def repository_url(self) -> str:
        """
        Return the address that ECR gives the repository, after a look at whose credentials these are.

        Raises:
            TargetError: they are another account's, or there is no such repository.
        """
        with self._refusals():
            caller = self._session().client("sts", endpoint_url=self.endpoint).get_caller_identity()["Account"]
        if caller != self.account:
            raise TargetError(
                f"these credentials are of account {caller}, but the governance account of {self.environment} is "
                f"{self.account}; use credentials of that account"
            )
        with self._refusals():
            found = self._ecr().describe_repositories(repositoryNames=[self.repository_name])
        return found["repositories"][0]["repositoryUri"]

    def digest_of(self, tag: str) -> str | None:
        """The digest that *tag* names in the repository; None when it names nothing."""
        ecr = self._ecr()
        with self._refusals(), contextlib.suppress(ecr.exceptions.ImageNotFoundException):
            found = ecr.describe_images(repositoryName=self.repository_name, imageIds=[{"imageTag": tag}])
            return next((image["imageDigest"] for image in found["imageDetails"]), None)
        return None

    def repository(self, url: str) -> Repository:
        """
        Return the door to repository *url*, with a login of this target's account.

        Another account's repository opens too, when its policy names this account.
        """
        match = _REPOSITORY_URL.fullmatch(url)
        if match is None:
            raise TargetError(f"'{url}' is not the address of an ECR repository; run `make image` again")
        endpoint = self.endpoint or f"https://{match['host']}"
        password = self._password(match["region"])
        return Repository(endpoint=endpoint, host=match["host"], name=match["name"], password=password)

    def push_reference(self, repository: Repository) -> str:
        """What `docker push` calls the repository; an engine talks plain HTTP only to a registry named localhost."""
        if self.endpoint is None:
            return repository.address
        return f"localhost:{urlsplit(self.endpoint).port}/{repository.name}"

    def _password(self, region: str) -> str:
        with self._refusals():
            token = self._ecr(region).get_authorization_token()["authorizationData"][0]["authorizationToken"]
        return base64.b64decode(token).decode().partition(":")[2]

    def _ecr(self, region: str | None = None) -> "ECRClient":
        return self._session().client("ecr", endpoint_url=self.endpoint, region_name=region)

    def _session(self) -> boto3.Session:
        return boto3.Session(**self.credentials)  # type: ignore[arg-type]

    @contextlib.contextmanager
    def _refusals(self) -> Iterator[None]:
        """Turn what AWS says into a sentence."""
        try:
            yield
        except NoCredentialsError as error:
            raise TargetError(
                f"the shell has no AWS credentials; log in to the governance account of {self.environment}, "
                f"{self.account}, and try again"
            ) from error
        except (ClientError, BotoCoreError) as error:
            absent = getattr(error, "response", {}).get("Error", {}).get("Code") == "RepositoryNotFoundException"
            advice = (
                f"; apply its bootstrap root first (`make apply ENV={self.environment} ROOT=bootstrap`)"
                if absent
                else ""
            )
            raise TargetError(
                f"the image repository '{self.repository_name}' of {self.environment} cannot be used: {error}{advice}"
            ) from error


def _embedded() -> str:
    """The endpoint of the embedded AWS: the shell's when it points at one, else the named instance's."""
    if endpoint := os.environ.get("AWS_ENDPOINT_URL"):
        return endpoint
    running = find(instance())
    if running is None:
        raise TargetError(f"the embedded AWS '{instance()}' is not running; start it with `make up`")
    return running.aws_url
