"""A role of an account, made for one test, and a session of it."""

import contextlib
import json
from typing import Any

import boto3

from local.platform import Platform


def make_role(platform: Platform, name: str, *, account: str, path: str = "/") -> str:
    """Make a role that governance's account may assume, unless there is one; return its ARN."""
    iam = platform.client("iam", account=account)
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{platform.governance_account}:root"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=json.dumps(trust))
    return f"arn:aws:iam::{account}:role{path}{name}"


def s3_as(platform: Platform, role_arn: str) -> Any:
    """An S3 client with a session of *role_arn*."""
    keys = platform.client("sts").assume_role(RoleArn=role_arn, RoleSessionName="tests")["Credentials"]
    return boto3.client(
        "s3",
        endpoint_url=platform.instance.aws_url,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        region_name=platform.region,
    )
