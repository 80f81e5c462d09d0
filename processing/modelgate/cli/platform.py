"""The platform as a command reaches it: stores and queue by name, as given or as Terraform names them."""

from dataclasses import dataclass

import typer

from modelgate.aws.objects import Bucket
from modelgate.aws.queue import find_queue
from modelgate.aws.session import Session
from modelgate.contracts.arns import ModelPackageArn


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """What is known of it; *account* must own what is read, wherever that is known."""

    region: str | None
    account: str | None
    prefix: str | None = None
    evidence_store: str | None = None
    artifact_store: str | None = None
    queue_url: str | None = None

    @property
    def session(self) -> Session:
        """AWS in the platform's region."""
        return Session(region=self.region)

    def evidence(self) -> Bucket:
        """The evidence store.

        Raises:
            typer.BadParameter: nothing says where it is.
        """
        name = self.evidence_store or self._named("evidence", "--evidence-store")
        return Bucket(s3=self.session.s3(), name=name, owner=self.account)

    def artifacts(self) -> Bucket:
        """The artifact store.

        Raises:
            typer.BadParameter: nothing says where it is.
        """
        name = self.artifact_store or self._named("artifacts", "--artifact-store")
        return Bucket(s3=self.session.s3(), name=name, owner=self.account)

    def start_queue(self) -> str:
        """URL of the queue that starts approvals.

        Raises:
            typer.BadParameter: nothing says which it is.
            InfrastructureError: there is no queue of that name, or the service did not answer.
        """
        if self.queue_url is not None:
            return self.queue_url
        if self.prefix is None:
            raise typer.BadParameter(_UNKNOWN, param_hint="--start-queue-url or --prefix")
        return find_queue(self.session.sqs(), f"{self.prefix}-start-approval")

    def _named(self, what: str, option: str) -> str:
        """As terraform/modules/names builds it."""
        if self.prefix is None:
            raise typer.BadParameter(_UNKNOWN, param_hint=f"{option} or --prefix")
        if self.account is None:
            raise typer.BadParameter("stores are named after the account that owns them", param_hint=_ACCOUNT)
        return f"{self.prefix}-{what}-{self.account}"


_ACCOUNT = "--governance-account"
_UNKNOWN = "nothing says where the platform is; give the option, or set MODELGATE_PREFIX"


def platform_of(arn: ModelPackageArn, **known: str | None) -> Platform:
    """The platform that *arn* belongs to."""
    return Platform(region=arn.region, account=arn.account, **known)
