"""`python -m deploy.terraform plan|apply|destroy ENV`: what the make targets call."""

import argparse
import sys
from collections.abc import Sequence

from deploy.paths import LOCAL
from deploy.progress import Progress
from deploy.terraform.errors import DeployError
from deploy.terraform.order import apply, apply_root, destroy, plan


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    given = _parser().parse_args(arguments)
    if not given.environment:
        sys.stderr.write(f"error: say which environment: make {given.command} ENV=local\n")
        return 2
    try:
        _run(given, Progress())
    except DeployError as error:
        for line in str(error).splitlines():
            sys.stderr.write(f"error: {line}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write(
            "error: interrupted; Terraform keeps what it has done in its state, run the same command again\n"
        )
        return 130
    return 0


def _run(given: argparse.Namespace, progress: Progress) -> None:
    asks = None if given.yes or given.environment == LOCAL else _confirm
    if given.command == "plan":
        for name, text in plan(given.environment, given.root, say=progress.say).items():
            sys.stdout.write(f"# {name}\n{text}\n")
    elif given.command == "apply" and given.root:
        apply_root(given.environment, given.root, say=progress.say, confirm=asks)
    elif given.command == "apply":
        apply(given.environment, say=progress.say, confirm=asks)
    else:
        for sentence in destroy(given.environment, given.root, say=progress.say, confirm=asks):
            sys.stdout.write(f"kept: {sentence}\n")


def _confirm(text: str) -> bool:
    if not sys.stdin.isatty():
        raise DeployError("there is nobody to ask; say YES=1 (--yes) to go on without being asked")
    sys.stdout.write(f"{text}\n")
    return input("Go on? Only 'yes' does: ").strip() == "yes"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.terraform", description=__doc__)
    parser.add_argument("command", choices=("plan", "apply", "destroy"))
    parser.add_argument("environment", nargs="?", default="", help="a folder of terraform/environments")
    parser.add_argument(
        "--root", help="bootstrap, governance, product, organization, or one target such as product/lending"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")
    return parser


if __name__ == "__main__":
    sys.exit(main())
