"""The product team's command line: ``python -m examples.loan_approval --help``."""

import argparse
import os
import sys
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from examples.loan_approval.errors import ExampleError

say = partial(print, flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 when it did its work, 1 with one sentence on standard error when not."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (ExampleError, OSError) as error:
        print(f"loan_approval: {error}", file=sys.stderr)  # noqa: T201 - the command's own output
        return 1
    return 0


def _train(options: argparse.Namespace) -> None:
    say("loading scikit-learn, shap and smclarify (a few seconds)")
    from examples.loan_approval.evidence import package_files
    from examples.loan_approval.models import VARIANTS, variant_named
    from examples.loan_approval.summary import summary

    names = options.variant or list(VARIANTS)
    variants = [variant_named(name) for name in names]
    evaluated_at = datetime.now(UTC)
    for number, variant in enumerate(variants, start=1):
        started = time.perf_counter()
        files = package_files(variant.name, evaluated_at=evaluated_at)
        files.write(options.out / variant.name)
        seconds = time.perf_counter() - started
        say(f"[{number}/{len(variants)}] {variant.name:8} {summary(files)}  ({seconds:.1f} s): {variant.story}")
    say(f"models and reports are in {options.out}, one folder for each variant")


def _register(options: argparse.Namespace) -> None:
    from examples.loan_approval.clients import connect
    from examples.loan_approval.files import PackageFiles
    from examples.loan_approval.register import register
    from examples.loan_approval.team import Team

    team = Team(
        prefix=options.prefix,
        product=options.product,
        account=options.account,
        governance_account=options.governance_account,
        region=options.region,
    )
    files = PackageFiles.read(options.files)
    who = "the caller's own identity" if options.without_role else team.registration_role
    say(f"registering {options.files} in {options.group} as {who}")
    clients = connect(team, os.environ, assume_role=not options.without_role)
    name = options.files.resolve().name
    say(register(clients, team, group=options.group, name=name, story=f"variant {name}", files=files))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m examples.loan_approval", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    train = commands.add_parser("train", help="train models and write their reports")
    train.add_argument("--out", type=Path, required=True, help="folder to write to, one folder in it a variant")
    train.add_argument("--variant", action="append", help="good, weak, biased …; default: all; repeatable")
    train.set_defaults(run=_train)

    register = commands.add_parser("register", help="upload one folder and register it as a pending model package")
    register.add_argument("--files", type=Path, required=True, help="a folder that train wrote")
    register.add_argument("--group", required=True, help="model package group, for example loan-approval")
    register.add_argument("--prefix", required=True, help="the platform's name prefix, for example modelgate-local")
    register.add_argument("--product", required=True, help="the product's name, for example lending")
    register.add_argument("--account", required=True, help="the product account, twelve digits")
    register.add_argument("--governance-account", required=True, help="the governance account, twelve digits")
    register.add_argument("--region", default="eu-west-1", help="default: %(default)s")
    register.add_argument("--without-role", action="store_true", help="do not assume the registration role")
    register.set_defaults(run=_register)
    return parser


if __name__ == "__main__":
    sys.exit(main())
