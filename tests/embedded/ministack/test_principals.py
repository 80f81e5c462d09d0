"""Bucket policies narrowed to one role, and functions that call as their role."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from ministack_probe import GOVERNANCE, LENDING, Client, deploy

from local.instance import REGION, Instance

pytestmark = pytest.mark.embedded

BUCKET = "principals-lending"
ROLE = f"arn:aws:iam::{GOVERNANCE}:role/gate/copier"
HANDLER = """
import boto3

def handler(event, context):
    found = boto3.client("s3").get_object(Bucket=event["bucket"], Key="report")["Body"].read().decode()
    return {"found": found, "arn": boto3.client("sts").get_caller_identity()["Arn"]}
"""


@pytest.fixture(scope="module")
def bucket(client: Client) -> str:
    """Make a product bucket which only the copier's role of governance may read, over TLS."""
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    for name, path in (("copier", "/gate/"), ("other", "/")):
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        client("iam").create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=document)
    resources = [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"]
    copier = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{GOVERNANCE}:root"},
        "Action": ["s3:GetObject", "s3:GetObjectVersion"],
        "Resource": resources,
        "Condition": {"ArnEquals": {"aws:PrincipalArn": ROLE}},
    }
    tls: dict[str, Any] = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": resources}
    tls["Condition"] = {"Bool": {"aws:SecureTransport": "false"}}
    s3 = client("s3", LENDING)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [copier, tls]}))
    s3.put_object(Bucket=BUCKET, Key="report", Body=b"{}")
    return BUCKET


def as_role(client: Client, ministack: Instance, arn: str) -> Any:
    keys = client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    return boto3.client(
        "s3",
        endpoint_url=ministack.aws_url,
        region_name=REGION,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


def test_only_the_named_role_reads(client: Client, ministack: Instance, bucket: str) -> None:
    """The role of the condition reads; another role of its account and the account's root are denied."""
    named = as_role(client, ministack, ROLE).get_object(Bucket=bucket, Key="report")["Body"].read()

    assert named == b"{}"
    for refused in (as_role(client, ministack, f"arn:aws:iam::{GOVERNANCE}:role/other"), client("s3")):
        with pytest.raises(ClientError, match="AccessDenied"):
            refused.get_object(Bucket=bucket, Key="report")


def test_copy_needs_the_named_role(client: Client, ministack: Instance, bucket: str) -> None:
    """The source of a copy is judged by the role that copies."""
    client("s3").create_bucket(Bucket="principals", CreateBucketConfiguration={"LocationConstraint": REGION})
    copy = {"Bucket": "principals", "Key": "report", "CopySource": {"Bucket": bucket, "Key": "report"}}

    as_role(client, ministack, ROLE).copy_object(**copy)

    with pytest.raises(ClientError, match="AccessDenied"):
        client("s3").copy_object(**copy)


def test_function_calls_as_its_role(client: Client, bucket: str) -> None:
    """A function reads what its role may read, and STS names a session of that role."""
    deploy(client, "copier", {"handler.py": HANDLER}, role=ROLE)

    answer = json.load(
        client("lambda").invoke(FunctionName="copier", Payload=json.dumps({"bucket": bucket}))["Payload"]
    )

    assert answer == {"found": "{}", "arn": f"arn:aws:sts::{GOVERNANCE}:assumed-role/copier/copier"}


def test_denial_binds_the_own_account(client: Client, bucket: str) -> None:
    """A policy that asks for If-None-Match refuses the owner's unconditional PUT; parts pass, completing does not."""
    s3 = client("s3")
    s3.create_bucket(Bucket="write-once", CreateBucketConfiguration={"LocationConstraint": REGION})
    condition = {"Null": {"s3:if-none-match": "true"}, "Bool": {"s3:ObjectCreationOperation": "true"}}
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::write-once/*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{**deny, "Condition": condition}]})
    s3.put_bucket_policy(Bucket="write-once", Policy=policy)

    s3.put_object(Bucket="write-once", Key="decision", Body=b"1", IfNoneMatch="*")
    target = {"Bucket": "write-once", "Key": "parts"}
    target["UploadId"] = s3.create_multipart_upload(**target)["UploadId"]
    part = {"PartNumber": 1, "ETag": s3.upload_part(**target, PartNumber=1, Body=b"1")["ETag"]}

    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_object(Bucket="write-once", Key="decision", Body=b"2")
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.complete_multipart_upload(**target, MultipartUpload={"Parts": [part]})
    s3.complete_multipart_upload(**target, MultipartUpload={"Parts": [part]}, IfNoneMatch="*")
    assert s3.get_object(Bucket="write-once", Key="decision")["Body"].read() == b"1"
