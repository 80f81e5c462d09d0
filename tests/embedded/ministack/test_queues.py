"""Queues in front of functions: nothing lost or doubled, partial batches, redrive, bounded concurrency, delays."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from ministack_probe import Client, deploy, queue, receive

pytestmark = pytest.mark.embedded

TABLE = "queue-claims"
HANDLER = """
import json, os, time
import boto3

table = boto3.resource("dynamodb").Table("queue-claims")

def handler(event, context):
    started, failed = time.time(), []
    for record in event["Records"]:
        number = json.loads(record["body"])["number"]
        if number == -1:
            failed.append({"itemIdentifier": record["messageId"]})
            continue
        table.update_item(
            Key={"pk": str(number), "sk": "seen"},
            UpdateExpression="ADD times :one SET handled = :now",
            ExpressionAttributeValues={":one": 1, ":now": str(time.time())},
        )
    time.sleep(0.05)
    table.put_item(Item={"pk": context.aws_request_id, "sk": "run", "from": str(started), "to": str(time.time())})
    return {"batchItemFailures": failed}
"""


@pytest.fixture(scope="module")
def work(client: Client) -> tuple[str, str]:
    """Map a queue with a dead-letter queue to the function, four batches at once; return both URLs."""
    client("dynamodb").create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )
    dead_url, dead_arn = queue(client("sqs"), "work-dlq")
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 2})
    url, arn = queue(client("sqs"), "work", {"VisibilityTimeout": "3", "RedrivePolicy": redrive})
    deploy(client, "worker", {"handler.py": HANDLER})
    map_queue(client, arn)
    return url, dead_url


def map_queue(client: Client, arn: str) -> None:
    client("lambda").create_event_source_mapping(
        FunctionName="worker",
        EventSourceArn=arn,
        BatchSize=10,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        ScalingConfig={"MaximumConcurrency": 4},
    )


def items(client: Client, kind: str) -> list[dict[str, Any]]:
    pages = client("dynamodb").get_paginator("scan").paginate(TableName=TABLE)
    return [item for page in pages for item in page["Items"] if item["sk"]["S"] == kind]


def seen(client: Client, numbers: range, seconds: float = 60.0) -> dict[int, int]:
    """Return how often each number was handled, once all were or the time is up."""
    deadline = time.monotonic() + seconds
    while True:
        times = {int(item["pk"]["S"]): int(item["times"]["N"]) for item in items(client, "seen")}
        found = {number: times[number] for number in numbers if number in times}
        if len(found) == len(numbers) or time.monotonic() > deadline:
            return found
        time.sleep(0.1)


def test_burst_is_handled_once_each_by_four_at_most(client: Client, work: tuple[str, str]) -> None:
    """Of 200 events, half of them through a rule, each is handled once, and never do more than four batches run."""
    events, sqs, numbers = client("events"), client("sqs"), range(200)
    # Long enough for a cold start on a busy machine: what takes longer is rightly delivered again.
    url, arn = queue(sqs, "burst", {"VisibilityTimeout": "120"})
    map_queue(client, arn)
    events.put_rule(Name="burst", EventPattern=json.dumps({"source": ["burst"]}))
    events.put_targets(Rule="burst", Targets=[{"Id": "q", "Arn": arn, "InputPath": "$.detail"}])

    def send(number: int) -> None:
        body = json.dumps({"number": number})
        if number % 2:
            sqs.send_message(QueueUrl=url, MessageBody=body)
        else:
            events.put_events(Entries=[{"Source": "burst", "DetailType": "x", "Detail": body}])

    with ThreadPoolExecutor(8) as senders:
        list(senders.map(send, numbers))

    assert dict.fromkeys(numbers, 1) == seen(client, numbers)
    assert _most_at_once(items(client, "run")) <= 4


def test_only_the_failed_message_of_a_batch_comes_back(client: Client, work: tuple[str, str]) -> None:
    """A message reported as failed is tried twice and then dead-lettered; its neighbours are handled once."""
    sqs, numbers = client("sqs"), range(300, 305)
    bodies = [json.dumps({"number": number}) for number in (-1, *numbers)]
    entries = [{"Id": str(index), "MessageBody": body} for index, body in enumerate(bodies)]
    sqs.send_message_batch(QueueUrl=work[0], Entries=entries)

    [dead] = receive(sqs, work[1], seconds=60)

    assert dead == {"number": -1}
    assert dict.fromkeys(numbers, 1) == seen(client, numbers)


def test_redriven_message_is_tried_as_a_new_one(client: Client, work: tuple[str, str]) -> None:
    """A dead letter moves back to its own queue, is received for the first time there, and is tried twice again."""
    sqs = client("sqs")
    dead_arn = sqs.get_queue_attributes(QueueUrl=work[1], AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sqs.send_message(QueueUrl=work[0], MessageBody=json.dumps({"number": -1}))
    first = _dead_letter(sqs, work[1])

    sqs.start_message_move_task(SourceArn=dead_arn)
    second = _dead_letter(sqs, work[1])

    [task] = sqs.list_message_move_tasks(SourceArn=dead_arn)["Results"]
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 1)
    assert first["MessageId"] != second["MessageId"]
    assert first["Attributes"]["ApproximateReceiveCount"] == second["Attributes"]["ApproximateReceiveCount"]


def _dead_letter(sqs: Any, url: str) -> dict[str, Any]:
    """Look at the dead letter without taking it away."""
    deadline = time.monotonic() + 60
    names = {"MessageSystemAttributeNames": ["All"], "VisibilityTimeout": 0}
    while time.monotonic() < deadline:
        if found := sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1, **names).get("Messages"):
            return dict(found[0])
    raise AssertionError("nothing was dead-lettered")


def test_delayed_message_waits(client: Client, work: tuple[str, str]) -> None:
    """A message sent with DelaySeconds is handled after one that was sent later without."""
    sqs = client("sqs")
    sqs.send_message(QueueUrl=work[0], MessageBody=json.dumps({"number": 400}), DelaySeconds=2)
    sqs.send_message(QueueUrl=work[0], MessageBody=json.dumps({"number": 401}))

    assert seen(client, range(400, 402)) == {400: 1, 401: 1}
    handled = {item["pk"]["S"]: float(item["handled"]["S"]) for item in items(client, "seen")}
    assert handled["401"] < handled["400"]


def test_function_sees_its_zip_and_boto3_only(client: Client) -> None:
    """A package of the development environment which is not in the zip is not importable; boto3 is."""
    code = (
        "import importlib.util as u, os\n"
        "def handler(event, context):\n"
        "    found = [n for n in ('boto3', 'ministack', 'modelgate', 'pydantic', 'own') if u.find_spec(n)]\n"
        "    return {'found': found, 'settings': sorted(n for n in os.environ if n in event)}\n"
    )
    deploy(client, "importer", {"handler.py": code, "own/__init__.py": ""})
    watched = ["VIRTUAL_ENV", "AWS_PROFILE", "PYTEST_CURRENT_TEST", "AWS_ENDPOINT_URL", "PATH"]

    answer = client("lambda").invoke(FunctionName="importer", Payload=json.dumps(watched))

    assert json.load(answer["Payload"]) == {"found": ["boto3", "own"], "settings": ["AWS_ENDPOINT_URL", "PATH"]}


def test_claim_has_one_winner(client: Client, work: tuple[str, str]) -> None:
    """Of twenty conditional puts of one key at once, exactly one wins; a query finds it."""
    database = client("dynamodb")

    def claim(number: int) -> bool:
        item = {"pk": {"S": "claim"}, "sk": {"S": "one"}, "by": {"N": str(number)}, "expires_at": {"N": "1"}}
        try:
            database.put_item(TableName=TABLE, Item=item, ConditionExpression="attribute_not_exists(pk)")
        except database.exceptions.ConditionalCheckFailedException:
            return False
        return True

    with ThreadPoolExecutor(8) as claimants:
        won = sum(claimants.map(claim, range(20)))
    query = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "claim"}}}

    assert won == 1
    assert database.query(TableName=TABLE, ConsistentRead=True, **query)["Count"] == 1


def _most_at_once(runs: list[dict[str, Any]]) -> int:
    changes = [(float(run["from"]["S"]), 1) for run in runs] + [(float(run["to"]["S"]), -1) for run in runs]
    running = most = 0
    for _, change in sorted(changes):
        running += change
        most = max(most, running)
    return most
