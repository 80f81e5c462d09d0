"""Attempts: how often the audit has asked for a run of the pipeline over one package.

They are counted here and not by executions or claims, because a request that never became an execution was an attempt
too. They lie in the table of claims, beside what each attempt led to.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from modelgate.audit.remedy import Attempt, Remedy
from modelgate.aws.faults import error_code, infrastructure

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

KEEP_SECONDS = 90 * 86_400  # as long as a claim: an attempt of the same name must find both or neither


@dataclass(frozen=True, slots=True)
class Attempts:
    """The attempts in one table."""

    dynamodb: "DynamoDBClient"
    table: str

    def last(self, remedy: Remedy) -> Attempt | None:
        """The last attempt at *remedy*; None before the first.

        Raises:
            InfrastructureError: the table did not answer.
        """
        with infrastructure(f"counting the attempts at {remedy.arn}"):
            answer = self.dynamodb.get_item(TableName=self.table, Key=_key(remedy), ConsistentRead=True)
        item = answer.get("Item")
        if item is None:
            return None
        return Attempt(number=int(item["attempt"]["N"]), asked_at=float(item["asked_at"]["N"]))

    def note(self, remedy: Remedy, attempt: Attempt) -> None:
        """Note that *attempt* was made. Where another audit has noted it already, or a later one, that stays.

        Raises:
            InfrastructureError: the table did not answer; the same attempt is then made again, which a claim answers.
        """
        with infrastructure(f"noting an attempt at {remedy.arn}"):
            try:
                self.dynamodb.put_item(
                    TableName=self.table,
                    Item={
                        **_key(remedy),
                        "attempt": {"N": str(attempt.number)},
                        "asked_at": {"N": str(attempt.asked_at)},
                        "expires_at": {"N": str(int(attempt.asked_at) + KEEP_SECONDS)},
                    },
                    ConditionExpression="attribute_not_exists(pk) OR attempt < :attempt",
                    ExpressionAttributeValues={":attempt": {"N": str(attempt.number)}},
                )
            except ClientError as error:
                if error_code(error) != "ConditionalCheckFailedException":
                    raise


def _key(remedy: Remedy) -> dict[str, Any]:
    return {"pk": {"S": f"attempt#{remedy.arn}"}, "sk": {"S": f"{remedy.kind} {remedy.since}"}}
