"""A run of the approval pipeline that ended without a decision."""

from dataclasses import dataclass

from modelgate.contracts.arns import ExecutionArn, ModelPackageArn


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfinishedExecution:
    """It failed or was stopped. *status* and *reason* are the service's words, *started_at* is ISO 8601, UTC.

    *package* is what its parameters name; None where they name no package of a group, so that nothing waits for it.
    """

    arn: ExecutionArn
    package: ModelPackageArn | None
    status: str
    reason: str
    started_at: str
