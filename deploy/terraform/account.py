"""The AWS account that a target is applied in: its credentials, the guard, and the bucket of its state."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from deploy.paths import LOCAL, instance
from deploy.terraform.errors import DeployError
from deploy.terraform.values import Environment, Target
from local.instance import find

_CONFIG = Config(connect_timeout=10, read_timeout=30, retries={"max_attempts": 3})


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An entered account: *variables* are Terraform's whole environment, *session* does what Terraform cannot."""

    id: str
    endpoint: str | None
    sagemaker_endpoint: str | None
    session: boto3.Session
    variables: Mapping[str, str]


def enter(environment: Environment, target: Target) -> Account:
    """
    Enter *target*'s account with the shell's credentials or, locally, those of the embedded AWS.

    Raises:
        DeployError: there are no credentials, they are another account's, or the embedded AWS does not run.
    """
    account = _embedded(environment, target) if environment.name == LOCAL else _real(environment, target)
    try:
        found = account.session.client("sts", endpoint_url=account.endpoint, config=_CONFIG).get_caller_identity()
    except NoCredentialsError as error:
        raise _not_logged_in(environment) from error
    except (BotoCoreError, ClientError) as error:
        raise DeployError(f"{target.name}: the credentials cannot be used: {error}; log in and try again") from error
    if found["Account"] != target.account:
        raise DeployError(
            f"{target.name} belongs to account {target.account}, but the credentials are those of {found['Account']}; "
            f"log in there, or set deploy_role in terraform/environments/{environment.name}"
        )
    return account


def ensure_state_bucket(environment: Environment, target: Target, account: Account) -> None:
    """
    Make the bare state bucket if there is none: the bootstrap root's own state goes into it, and then owns it.

    Raises:
        DeployError: it belongs to somebody else, or cannot be made.
    """
    if state_bucket_exists(environment, target, account):
        return
    bucket = environment.state_bucket(target)
    s3 = account.session.client("s3", endpoint_url=account.endpoint, config=_CONFIG)
    try:
        if environment.region == "us-east-1":  # the one region that S3 does not let be named
            s3.create_bucket(Bucket=bucket)
        else:
            where = {"LocationConstraint": environment.region}
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=where)  # type: ignore[arg-type]
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    except (BotoCoreError, ClientError) as error:
        raise DeployError(f"{target.name}: state bucket {bucket} cannot be made: {error}") from error


def state_bucket_exists(environment: Environment, target: Target, account: Account) -> bool:
    """
    Whether *target*'s account has its state bucket.

    Raises:
        DeployError: the name is taken by another account, or the answer cannot be had.
    """
    bucket = environment.state_bucket(target)
    try:
        account.session.client("s3", endpoint_url=account.endpoint, config=_CONFIG).head_bucket(
            Bucket=bucket, ExpectedBucketOwner=target.account
        )
    except ClientError as error:
        if error.response["Error"]["Code"] in ("404", "NoSuchBucket"):
            return False
        raise DeployError(
            f"{target.name}: state bucket {bucket} exists but cannot be used ({error}); "
            f"another account may own the name, then change `prefix`"
        ) from error
    except BotoCoreError as error:
        raise DeployError(f"{target.name}: state bucket {bucket} cannot be looked up: {error}") from error
    return True


def _embedded(environment: Environment, target: Target) -> Account:
    running = find(instance())
    if running is None:
        raise DeployError(f"the embedded AWS '{instance()}' is not running; start it with `make up`")
    keys = running.settings(target.account)
    return Account(
        id=target.account,
        endpoint=running.aws_url,
        sagemaker_endpoint=running.sagemaker_url,
        session=boto3.Session(
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
            region_name=environment.region,
        ),
        variables=running.environment(target.account),
    )


def _real(environment: Environment, target: Target) -> Account:
    session = boto3.Session(region_name=environment.region)
    if environment.deploy_role is not None:
        session = _assume(environment, target, session)
    return Account(
        id=target.account, endpoint=None, sagemaker_endpoint=None, session=session, variables=dict(os.environ)
    )


def _assume(environment: Environment, target: Target, session: boto3.Session) -> boto3.Session:
    role = f"arn:{environment.partition}:iam::{target.account}:role/{environment.deploy_role}"
    try:
        answer = session.client("sts", config=_CONFIG).assume_role(RoleArn=role, RoleSessionName="modelgate-deploy")
    except NoCredentialsError as error:
        raise _not_logged_in(environment) from error
    except (BotoCoreError, ClientError) as error:
        raise DeployError(
            f"{target.name}: role {role} cannot be assumed: {error}; log in as somebody whom it trusts"
        ) from error
    keys = answer["Credentials"]
    return boto3.Session(
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        region_name=environment.region,
    )


def _not_logged_in(environment: Environment) -> DeployError:
    return DeployError(
        f"environment {environment.name} needs AWS credentials and the shell has none; log in to AWS and try again"
    )
