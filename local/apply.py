"""python -m local.apply: apply the whole platform to an instance, started if it does not run, as `make up` does."""

import argparse
import sys
from collections.abc import Sequence

from deploy.progress import Progress
from deploy.terraform.binary import find_terraform
from local.instance import find, start
from local.platform import REFUSALS, Runtime, apply_everything, attach


def main(arguments: Sequence[str] | None = None) -> int:
    """Apply every root; refusals are sentences on stderr and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m local.apply", description="Apply the platform to an instance.")
    parser.add_argument("--name", default="default", help="the instance (default %(default)s)")
    name = parser.parse_args(arguments).name
    progress = Progress()
    try:
        find_terraform()  # before anything is started that would then stay half done
        if find(name) is None:
            start(name, detached=True)
        attach(name)
        # Containers would need an engine that outlives this command: an instance that stays runs steps as processes.
        apply_everything(name, runtime=Runtime.PROCESS, progress=progress)
    except REFUSALS as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write(f"stopped; the instance still runs, `make down NAME={name}` ends it\n")
        return 130
    progress.say(f"the platform is applied to '{name}'; `make down NAME={name}` ends it")
    return 0


if __name__ == "__main__":
    sys.exit(main())
