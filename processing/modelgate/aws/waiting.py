"""Waiting records: which packages miss an artifact, found again by the artifact's address when it arrives."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from modelgate.aws.faults import error_code, infrastructure
from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.uris import S3Uri

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

KEEP_SECONDS = 90 * 86_400  # evidence that comes later than this needs a new registration


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A package whose judgement of *change* misses the artifact at *uri*.

    *note* tells the record from a later one of the same package.
    """

    uri: S3Uri
    arn: ModelPackageArn
    change: str
    note: str


@dataclass(frozen=True, slots=True)
class WaitingList:
    """The waiting records in one table."""

    dynamodb: "DynamoDBClient"
    table: str

    def add(self, arn: ModelPackageArn, change: str, missing: tuple[S3Uri, ...], *, now: float) -> None:
        """Note that *arn* misses these artifacts.

        Raises:
            InfrastructureError: the table did not answer.
        """
        for uri in missing:
            with infrastructure(f"noting that {arn} waits for {uri}"):
                self.dynamodb.put_item(
                    TableName=self.table,
                    Item={
                        **_key(uri, arn),
                        "change": {"S": change},
                        "note": {"S": uuid.uuid4().hex},
                        "expires_at": {"N": str(int(now) + KEEP_SECONDS)},
                    },
                )

    def for_artifact(self, uri: S3Uri) -> Iterator[Waiting]:
        """Every package that waits for the artifact at *uri*.

        Raises:
            InfrastructureError: the table did not answer.
        """
        with infrastructure(f"looking for packages that wait for {uri}"):
            pages = self.dynamodb.get_paginator("query").paginate(
                TableName=self.table,
                KeyConditionExpression="pk = :artifact",
                ExpressionAttributeValues={":artifact": {"S": _artifact(uri)}},
                ConsistentRead=True,  # a record written just before the arrival must be seen
            )
            for page in pages:
                for item in page["Items"]:
                    yield Waiting(
                        uri=uri,
                        arn=ModelPackageArn.parse(item["sk"]["S"]),
                        change=item["change"]["S"],
                        note=item["note"]["S"],
                    )

    def remove(self, waiting: Waiting) -> None:
        """Remove the record, unless the package began to wait anew meanwhile.

        Raises:
            InfrastructureError: the table did not answer.
        """
        with infrastructure(f"removing the waiting record of {waiting.arn}"):
            try:
                self.dynamodb.delete_item(
                    TableName=self.table,
                    Key=_key(waiting.uri, waiting.arn),
                    ConditionExpression="note = :note",
                    ExpressionAttributeValues={":note": {"S": waiting.note}},
                )
            except ClientError as error:
                if error_code(error) != "ConditionalCheckFailedException":
                    raise


def _artifact(uri: S3Uri) -> str:
    return f"waiting#{uri}"


def _key(uri: S3Uri, arn: ModelPackageArn) -> dict[str, Any]:
    return {"pk": {"S": _artifact(uri)}, "sk": {"S": str(arn)}}
