"""Options that several commands have, said once."""

from pathlib import Path
from typing import Annotated

import typer

from modelgate.contracts.arns import ModelPackageArn
from modelgate.contracts.gate import ProblemType, RiskTier
from modelgate.errors import InvalidArnError

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout, and nothing else there.")]
Folder = Annotated[
    Path,
    typer.Argument(
        help="Folder with bundle.yaml and the policies.",
        exists=True,
        file_okay=False,
        metavar="FOLDER",
        show_default=True,
    ),
]
PoliciesArgument = Annotated[
    Path, typer.Argument(help="Folder of policies, or a bundle file.", exists=True, metavar="POLICIES")
]
POLICIES = Path("policies")

GroupName = Annotated[str | None, typer.Option("--group", help="Model package group.", metavar="NAME")]
Tags = Annotated[list[str] | None, typer.Option("--tag", help="A tag of the group; repeatable.", metavar="KEY=VALUE")]
Metadata = Annotated[
    list[str] | None,
    typer.Option("--metadata", help="An entry of the package's metadata; repeatable.", metavar="KEY=VALUE"),
]
Team = Annotated[str | None, typer.Option("--team", help="The group's team, which waivers are granted to.")]
Account = Annotated[str | None, typer.Option("--account", help="The team's account.", metavar="DIGITS")]
Tier = Annotated[RiskTier | None, typer.Option("--risk-tier", help="The group's risk tier.")]
Problem = Annotated[ProblemType | None, typer.Option("--problem-type", help="What models of the group do.")]


def arn_of(text: str) -> ModelPackageArn:
    """Read the ARN of a package.

    Raises:
        typer.BadParameter: it is none.
    """
    try:
        return ModelPackageArn.parse(text)
    except InvalidArnError as error:
        raise typer.BadParameter(str(error)) from error


PackageArn = Annotated[
    ModelPackageArn, typer.Argument(parser=arn_of, help="ARN of the package version.", metavar="ARN")
]
