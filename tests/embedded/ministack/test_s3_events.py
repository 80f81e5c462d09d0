"""Object Created events on their way from a product account to a queue of governance."""

import json
from typing import Any

import pytest
from ministack_probe import GOVERNANCE, INSURANCE, LENDING, Client, queue, receive

pytestmark = pytest.mark.embedded

BUCKET = "events-lending"
BUS = f"arn:aws:events:eu-west-1:{GOVERNANCE}:event-bus/artifacts"
FORWARDER = f"arn:aws:iam::{LENDING}:role/forwarder"


@pytest.fixture(scope="module")
def route(client: Client) -> str:
    """Forward the bucket's events to a bus of governance and on to a queue; return the queue's URL."""
    sqs, events = client("sqs"), client("events")
    url, arn = queue(sqs, "events-artifacts")
    events.create_event_bus(Name="artifacts")
    allow = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{LENDING}:root"}, "Action": "events:PutEvents"}
    policy = {"Version": "2012-10-17", "Statement": [{"Sid": "Lending", "Resource": BUS, **allow}]}
    events.put_permission(EventBusName="artifacts", Policy=json.dumps(policy))
    pattern = {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": {"bucket": {"name": [BUCKET]}}}
    events.put_rule(Name="copy", EventBusName="artifacts", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="copy", EventBusName="artifacts", Targets=[{"Id": "queue", "Arn": arn}])

    s3, product = client("s3", LENDING), client("events", LENDING)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_notification_configuration(Bucket=BUCKET, NotificationConfiguration={"EventBridgeConfiguration": {}})
    product.put_rule(Name="forward", EventPattern=json.dumps(pattern))
    product.put_targets(Rule="forward", Targets=[{"Id": "governance", "Arn": BUS, "RoleArn": FORWARDER}])
    return url


def test_put_names_the_version(client: Client, route: str) -> None:
    """The event of a PUT carries version, size, ETag, sequencer, reason, and the account it came from."""
    put = client("s3", LENDING).put_object(Bucket=BUCKET, Key="reports/bias späť 1.json", Body=b"{}")

    [event] = receive(client("sqs"), route)

    stored = event["detail"]["object"]
    assert put["VersionId"] == stored["version-id"]
    assert ("reports/bias späť 1.json", 2, put["ETag"].strip('"')) == (stored["key"], stored["size"], stored["etag"])
    assert event["detail"]["reason"] == "PutObject"
    assert event["account"] == LENDING
    assert stored["sequencer"]


def test_copy_and_multipart_have_their_own_reasons(client: Client, route: str) -> None:
    """A copy says CopyObject and a multipart upload CompleteMultipartUpload, each with its version."""
    s3 = client("s3", LENDING)
    s3.put_object(Bucket=BUCKET, Key="model", Body=b"weights")
    copy = s3.copy_object(Bucket=BUCKET, Key="copied", CopySource={"Bucket": BUCKET, "Key": "model"})
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="parts")["UploadId"]
    part = s3.upload_part(Bucket=BUCKET, Key="parts", UploadId=upload, PartNumber=1, Body=b"x")["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": part}]}
    whole = s3.complete_multipart_upload(Bucket=BUCKET, Key="parts", UploadId=upload, MultipartUpload=parts)

    found = {event["detail"]["object"]["key"]: event["detail"] for event in receive(client("sqs"), route, count=3)}

    assert ("CopyObject", copy["VersionId"]) == _reason_and_version(found["copied"])
    assert ("CompleteMultipartUpload", whole["VersionId"]) == _reason_and_version(found["parts"])


def test_sequencers_grow(client: Client, route: str) -> None:
    """Of two writes of one key, the later event has the greater sequencer."""
    for body in (b"1", b"2"):
        client("s3", LENDING).put_object(Bucket=BUCKET, Key="twice", Body=body)

    events = receive(client("sqs"), route, count=2)

    by_etag = {event["detail"]["object"]["etag"]: event["detail"]["object"]["sequencer"] for event in events}
    assert by_etag["c4ca4238a0b923820dcc509a6f75849b"] < by_etag["c81e728d9d4c2f636f067f89cc14862c"]


def test_bus_policy_is_read_back_and_keeps_others_out(client: Client, route: str) -> None:
    """The policy reads back as put, and an account outside it is denied."""
    policy = json.loads(client("events").describe_event_bus(Name="artifacts")["Policy"])
    entry = {"Source": "intruder", "DetailType": "x", "Detail": "{}", "EventBusName": BUS}

    [answer] = client("events", INSURANCE).put_events(Entries=[entry])["Entries"]

    assert policy["Statement"][0]["Sid"] == "Lending"
    assert answer["ErrorCode"] == "AccessDeniedException"


def test_aws_sources_are_refused(client: Client, route: str) -> None:
    """Nobody may publish events in the name of AWS, on the own bus or another's."""
    entry = {"Source": "aws.sagemaker", "DetailType": "x", "Detail": "{}"}

    own = client("events").put_events(Entries=[entry])["Entries"][0]
    foreign = client("events", LENDING).put_events(Entries=[{**entry, "EventBusName": BUS}])["Entries"][0]

    assert "NotAuthorizedForSourceException" == own["ErrorCode"] == foreign["ErrorCode"]


def _reason_and_version(detail: dict[str, Any]) -> tuple[str, str]:
    return detail["reason"], detail["object"]["version-id"]
