"""python -m local up | down | status"""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from local.instance import Instance, find, start
from local.state import Folder, InstanceError

GOVERNANCE = "222222222222"


def main() -> int:
    args = _parse_args()
    command: Callable[[argparse.Namespace], int] = args.command
    try:
        return command(args)
    except InstanceError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 130


def up(args: argparse.Namespace) -> int:
    options = {
        "port": args.port,
        "sagemaker_port": args.sagemaker_port,
        "sagemaker": not args.without_sagemaker,
        "book": args.book,
    }
    instance = start(args.name, detached=True, **options)
    _show(instance, as_json=args.json)
    return 0


def down(args: argparse.Namespace) -> int:
    instance = find(args.name)
    if instance is not None:
        instance.stop()
        outcome = "stopped"
    else:
        folder = Folder.of(args.name)
        if folder.is_running():
            raise InstanceError(f"instance '{args.name}' is still starting or ending; try again in a moment")
        if folder.path.exists():
            folder.clear(keep_logs=True)
        outcome = "not running"
    _say({"name": args.name, "state": outcome}, f"embedded AWS '{args.name}': {outcome}", as_json=args.json)
    return 0


def status(args: argparse.Namespace) -> int:
    """Exit with 3, as service managers do, when the instance does not run."""
    instance = find(args.name)
    if instance is None:
        _say({"name": args.name, "state": "stopped"}, f"embedded AWS '{args.name}': stopped", as_json=args.json)
        return 3
    _show(instance, as_json=args.json)
    return 0


def _show(instance: Instance, *, as_json: bool) -> None:
    settings = instance.settings(GOVERNANCE)
    exports = "\n".join(f"  export {name}={value}" for name, value in settings.items())
    state: dict[str, object] = {
        "name": instance.name,
        "state": "running",
        "aws_url": instance.aws_url,
        "sagemaker_url": instance.sagemaker_url,
        "models_url": instance.models_url,
        "folder": str(instance.folder.path),
        "environment": settings,
    }
    text = (
        f"embedded AWS '{instance.name}': running; logs in {instance.folder.path}\n\n"
        "Point the AWS CLI and boto3 at it (the access key is the account: 222222222222 governance,\n"
        "333333333333 lending, 444444444444 insurance):\n\n"
        f"  unset AWS_PROFILE AWS_SESSION_TOKEN\n{exports}\n\n"
        f"  aws sagemaker list-model-package-groups\n\nEnd it: make down NAME={instance.name}"
    )
    _say(state, text, as_json=as_json)


def _say(state: dict[str, object], text: str, *, as_json: bool) -> None:
    print(json.dumps(state, indent=2) if as_json else text)  # noqa: T201


def _parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local", description="The embedded AWS on loopback.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command, text in ((up, "start an instance that stays"), (down, "end it"), (status, "show it")):
        sub = commands.add_parser(command.__name__, help=text)
        sub.set_defaults(command=command)
        sub.add_argument("--name", default="default", help="several instances run side by side (default: default)")
        sub.add_argument("--json", action="store_true", help="answer in JSON")
        if command is up:
            sub.add_argument("--port", type=int, help="port of the AWS gateway (default: a free one)")
            sub.add_argument("--sagemaker-port", type=int, help="port of SageMaker (default: a free one)")
            sub.add_argument("--book", type=Path, help="a text, UTF-8, that the model server recites")
            sub.add_argument(
                "--without-sagemaker", action="store_true", help="start MiniStack only, no language models either"
            )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
