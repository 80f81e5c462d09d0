"""A product team's place in AWS: its account and bucket, its role, and the governance account that owns the groups."""

import re
from dataclasses import dataclass

from examples.loan_approval.errors import ExampleError


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Names follow the platform's convention: one prefix, then what it is, then the account."""

    prefix: str
    product: str
    account: str
    governance_account: str
    region: str

    def __post_init__(self) -> None:
        """Refuse accounts that are none, before anything is sent there.

        Raises:
            ExampleError: an account is not twelve digits.
        """
        for account in (self.account, self.governance_account):
            if re.fullmatch(r"[0-9]{12}", account) is None:
                raise ExampleError(f"{account!r} is not an AWS account; an account has twelve digits")

    @property
    def bucket(self) -> str:
        """The team's own bucket; the platform forwards its events."""
        return f"{self.prefix}-{self.product}-{self.account}"

    @property
    def registration_role(self) -> str:
        """The only role that may register, and only as pending."""
        return f"arn:aws:iam::{self.account}:role/{self.prefix}-registration"

    @property
    def serving_image(self) -> str:
        """The team's own image, in which its models are served."""
        return f"{self.account}.dkr.ecr.{self.region}.amazonaws.com/{self.product}-serving:1"

    def group_arn(self, group: str) -> str:
        """The group in the governance account; across accounts the registry wants the ARN, not the name."""
        return f"arn:aws:sagemaker:{self.region}:{self.governance_account}:model-package-group/{group}"
