"""The account guard of the deployment: whose credentials are these?"""

from typing import Any, Self

import boto3
import pytest

from deploy.terraform import account
from deploy.terraform.errors import DeployError
from deploy.terraform.values import Environment


class OtherAccount:
    """A session of somebody whom every role trusts, but whose roles all lie in account 999999999999."""

    def __init__(self, **_: Any) -> None:
        self.assumed: list[str] = []

    def client(self, *_: Any, **__: Any) -> Self:
        return self

    def assume_role(self, *, RoleArn: str, RoleSessionName: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self.assumed.append(RoleArn)
        return {"Credentials": {"AccessKeyId": "a", "SecretAccessKey": "s", "SessionToken": "t"}}

    def get_caller_identity(self) -> dict[str, str]:
        return {"Account": "999999999999"}


def test_credentials_of_another_account_are_refused_by_both_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before a plan, so that nothing of the other account is read."""
    monkeypatch.setattr(boto3, "Session", OtherAccount)
    environment = Environment.read("dev")
    (target,) = environment.targets("product/lending")

    with pytest.raises(
        DeployError,
        match=f"product/lending belongs to account {target.account}, but the credentials are those of 999999999999",
    ):
        account.enter(environment, target)
