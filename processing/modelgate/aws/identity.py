"""Who calls: the identity behind the credentials in use."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelgate.aws.faults import infrastructure

if TYPE_CHECKING:
    from mypy_boto3_sts.client import STSClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The caller. *user_id* is what policies call ``aws:userid``: of a role's session, the role's id and its name."""

    arn: str
    user_id: str
    account: str


def find_caller(sts: "STSClient") -> Caller:
    """Ask who calls.

    Raises:
        InfrastructureError: the service did not answer, or there are no credentials.
    """
    with infrastructure("asking whose credentials these are"):
        answer = sts.get_caller_identity()
    return Caller(arn=answer["Arn"], user_id=answer["UserId"], account=answer["Account"])
