"""A run of the approval pipeline that ended without a decision."""

from dataclasses import dataclass

from modelgate.audit.finding import Finding, Kind
from modelgate.contracts.arns import ExecutionArn, ModelPackageArn


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfinishedExecution:
    """It failed or was stopped. *status* and *reason* are the service's words, *started_at* is ISO 8601, UTC.

    *package* is what its parameters name; None where they name no package of a group.
    """

    arn: ExecutionArn
    package: ModelPackageArn | None
    status: str
    reason: str
    started_at: str


def stray_finding(execution: UnfinishedExecution) -> Finding:
    """What is to be said of an execution about no package: the trigger starts none like that."""
    return Finding(
        kind=Kind.EXECUTION_FAILED,
        sentence=(
            f"the execution {execution.arn} is {execution.status} and was about no package under the gate; unless its "
            "group has just left the gate, find out who started it, the trigger starts none like this"
        ),
    )
