"""Connections as the team's registration role."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from examples.loan_approval.errors import ExampleError
from examples.loan_approval.team import Team


@dataclass(frozen=True, slots=True, kw_only=True)
class Clients:
    """What registration talks to; boto3 clients."""

    s3: Any
    sagemaker: Any


def connect(team: Team, environment: Mapping[str, str], *, assume_role: bool = True) -> Clients:
    """Connect as the team's registration role, from the keys and addresses in *environment*.

    Where *environment* names no keys, boto3 looks in its usual places. With ``assume_role=False`` the caller's own
    identity registers; nothing falls back to that by itself.

    Raises:
        ExampleError: there is no way to connect, or the role cannot be assumed.
    """
    with sentences(f"connecting to AWS for account {team.account}"):
        session = boto3.Session(
            aws_access_key_id=environment.get("AWS_ACCESS_KEY_ID"),
            aws_secret_access_key=environment.get("AWS_SECRET_ACCESS_KEY"),
            aws_session_token=environment.get("AWS_SESSION_TOKEN"),
            region_name=team.region,
        )
        if assume_role:
            session = _as_registration_role(session, team, environment)
        return Clients(
            s3=session.client("s3", endpoint_url=_endpoint(environment, "S3")),
            sagemaker=session.client("sagemaker", endpoint_url=_endpoint(environment, "SAGEMAKER")),
        )


@contextmanager
def sentences(doing: str) -> Iterator[None]:
    """Turn an answer of AWS that stops us into one sentence: what we were *doing*, and what came back.

    Raises:
        ExampleError: AWS refused, or could not be reached.
    """
    try:
        yield
    except ClientError as error:
        refusal = error.response.get("Error", {})
        code, message = refusal.get("Code", "unknown"), refusal.get("Message", "")
        raise ExampleError(f"{doing} was refused: {code}: {message}") from error
    except BotoCoreError as error:
        raise ExampleError(f"{doing} failed: {error}; check region, credentials and AWS_ENDPOINT_URL") from error


def _as_registration_role(session: boto3.Session, team: Team, environment: Mapping[str, str]) -> boto3.Session:
    sts = session.client("sts", endpoint_url=_endpoint(environment, "STS"))
    with sentences(f"assuming {team.registration_role}"):
        keys = sts.assume_role(RoleArn=team.registration_role, RoleSessionName=f"register-{team.product}")[
            "Credentials"
        ]
    return boto3.Session(
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        region_name=team.region,
    )


def _endpoint(environment: Mapping[str, str], service: str) -> str | None:
    return environment.get(f"AWS_ENDPOINT_URL_{service}") or environment.get("AWS_ENDPOINT_URL")
