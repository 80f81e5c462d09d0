"""A model package group as a command is told about it, where no gate document says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import typer

from modelgate.contracts.gate import Group, ProblemType, RiskTier

NO_ACCOUNT = "000000000000"
NO_TEAM = "(not given)"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupOptions:
    """The options that describe a group; the fields are named as the options are."""

    tag: Sequence[str] | None
    team: str | None
    account: str | None
    risk_tier: RiskTier | None
    problem_type: ProblemType | None

    def group(self, name: str) -> Group:
        """The group *name*.

        Raises:
            typer.BadParameter: a tag is not KEY=VALUE, or the account is none.
        """
        account = self.account
        if account is not None and not (len(account) == 12 and account.isascii() and account.isdigit()):
            raise typer.BadParameter(f"{account!r} is no account; an account has 12 digits", param_hint="--account")
        return Group(
            name=name,
            team=self.team or NO_TEAM,
            account=account or NO_ACCOUNT,
            tags=pairs(self.tag, "--tag"),
            risk_tier=self.risk_tier,
            problem_type=self.problem_type,
        )

    def refuse(self, why: str) -> None:
        """Refuse every option: something else says what the group is.

        Raises:
            typer.BadParameter: one was given.
        """
        for field in fields(self):
            if getattr(self, field.name):
                raise typer.BadParameter(why, param_hint=f"--{field.name.replace('_', '-')}")


def pairs(given: Sequence[str] | None, option: str) -> Mapping[str, str]:
    """``KEY=VALUE`` texts as a mapping.

    Raises:
        typer.BadParameter: one is none, or a key is given twice.
    """
    found: dict[str, str] = {}
    for text in given or ():
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise typer.BadParameter(f"{text!r} is not KEY=VALUE", param_hint=option)
        if key in found:
            raise typer.BadParameter(f"the key {key!r} is given twice", param_hint=option)
        found[key] = value
    return found
