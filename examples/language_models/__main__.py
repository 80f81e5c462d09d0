"""The product team's command line: ``python -m examples.language_models --help``."""

import argparse
import os
import sys
from collections.abc import Sequence

from examples.language_models.package import LanguageModel
from examples.language_models.register import register
from examples.loan_approval.clients import connect
from examples.loan_approval.errors import ExampleError
from examples.loan_approval.team import Team


def main(arguments: Sequence[str] | None = None) -> int:
    """Register one model; 0 and the package's ARN, or 1 with one sentence on standard error."""
    given = _parser().parse_args(arguments)
    model = LanguageModel(name=given.name, model_id=given.model_id, story=given.story)
    try:
        team = Team(
            prefix=given.prefix,
            product=given.product,
            account=given.account,
            governance_account=given.governance_account,
            region=given.region,
        )
        clients = connect(team, os.environ, assume_role=not given.without_role)
        arn = register(clients, team, group=given.group, model=model, attempt=given.attempt)
    except ExampleError as error:
        sys.stderr.write(f"language_models: {error}\n")
        return 1
    sys.stdout.write(f"{arn}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m examples.language_models", description=__doc__)
    parser.add_argument("--name", required=True, help="what the team calls the model")
    parser.add_argument("--model-id", required=True, help="the model as Bedrock names it")
    parser.add_argument("--story", default="a language model", help="the package's description")
    parser.add_argument("--attempt", default="", help="another word registers the same model again")
    parser.add_argument("--group", required=True, help="model package group, for example language-assistant")
    parser.add_argument("--prefix", required=True, help="the platform's name prefix, for example modelgate-local")
    parser.add_argument("--product", required=True, help="the product's name, for example lending")
    parser.add_argument("--account", required=True, help="the product account, twelve digits")
    parser.add_argument("--governance-account", required=True, help="the governance account, twelve digits")
    parser.add_argument("--region", default="eu-west-1", help="default: %(default)s")
    parser.add_argument("--without-role", action="store_true", help="do not assume the registration role")
    return parser


if __name__ == "__main__":
    sys.exit(main())
