"""Claims: which execution answers which change of a package, decided once by a conditional write.

A claim is "starting" under a short lease until its execution is known, then "started" for good. Whoever finds the
lease expired (the owner crashed in between) takes the claim over and starts with the same token: the service then
answers with the same execution.
"""

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from modelgate.aws.faults import error_code, infrastructure
from modelgate.contracts.arns import ModelPackageArn

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

LEASE_SECONDS = 120  # longer than any start takes, shorter than anyone waits for a verdict
KEEP_SECONDS = 90 * 86_400  # far beyond the 14 days that a queue keeps a message for a late redrive


class ClaimState(Enum):
    """What a claim attempt found."""

    WON = "won"
    STARTED = "started"
    STARTING = "starting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The answer to a claim: *lease_until* (epoch seconds) of whoever holds it, *execution_arn* once started."""

    state: ClaimState
    lease_until: int
    execution_arn: str | None = None


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims in one table."""

    dynamodb: "DynamoDBClient"
    table: str

    def claim(self, arn: ModelPackageArn, change: str, *, now: float) -> Claim:
        """Claim the start for *change* of *arn*, unless it is started or being started.

        Raises:
            InfrastructureError: the table did not answer.
        """
        lease_until = int(now) + LEASE_SECONDS
        with infrastructure(f"claiming {arn}"):
            try:
                self.dynamodb.put_item(
                    TableName=self.table,
                    Item={
                        **_key(arn, change),
                        "state": {"S": "starting"},
                        "lease_until": {"N": str(lease_until)},
                        "expires_at": {"N": str(int(now) + KEEP_SECONDS)},
                    },
                    ConditionExpression="attribute_not_exists(pk) OR (#state = :starting AND lease_until < :now)",
                    ExpressionAttributeNames={"#state": "state"},
                    ExpressionAttributeValues={":starting": {"S": "starting"}, ":now": {"N": str(int(now))}},
                )
            except ClientError as error:
                if error_code(error) != "ConditionalCheckFailedException":
                    raise
                return self._held(arn, change)
        return Claim(state=ClaimState.WON, lease_until=lease_until)

    def started(self, arn: ModelPackageArn, change: str, execution_arn: str) -> None:
        """Record the execution; from now on every duplicate ends here.

        Raises:
            InfrastructureError: the table did not answer; a later holder of the lease records the same execution.
        """
        with infrastructure(f"recording the execution of {arn}"):
            self.dynamodb.update_item(
                TableName=self.table,
                Key=_key(arn, change),
                UpdateExpression="SET #state = :started, execution_arn = :execution",
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues={":started": {"S": "started"}, ":execution": {"S": execution_arn}},
            )

    def release(self, arn: ModelPackageArn, change: str, claim: Claim) -> None:
        """Give up a claim that started nothing, so that the next attempt need not wait for its lease.

        Raises:
            InfrastructureError: the table did not answer; the lease then runs out by itself.
        """
        with infrastructure(f"releasing the claim of {arn}"):
            try:
                self.dynamodb.delete_item(
                    TableName=self.table,
                    Key=_key(arn, change),
                    ConditionExpression="#state = :starting AND lease_until = :lease",
                    ExpressionAttributeNames={"#state": "state"},
                    ExpressionAttributeValues={
                        ":starting": {"S": "starting"},
                        ":lease": {"N": str(claim.lease_until)},
                    },
                )
            except ClientError as error:
                if error_code(error) != "ConditionalCheckFailedException":
                    raise

    def _held(self, arn: ModelPackageArn, change: str) -> Claim:
        answer = self.dynamodb.get_item(TableName=self.table, Key=_key(arn, change), ConsistentRead=True)
        item = answer.get("Item")
        if item is None:  # released between the two calls: free again at once
            return Claim(state=ClaimState.STARTING, lease_until=0)
        return Claim(
            state=ClaimState(item["state"]["S"]),
            lease_until=int(item["lease_until"]["N"]),
            execution_arn=item["execution_arn"]["S"] if "execution_arn" in item else None,
        )


def _key(arn: ModelPackageArn, change: str) -> dict[str, Any]:
    return {"pk": {"S": f"claim#{arn}"}, "sk": {"S": change}}
