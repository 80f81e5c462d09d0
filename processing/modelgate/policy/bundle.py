"""Build a policy bundle: ``python -m modelgate.policy.bundle policies/ -o build/policy-bundle.json``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from modelgate.contracts.digests import sha256_of
from modelgate.errors import PolicyError
from modelgate.policy.load import load_folder
from modelgate.policy.model import Bundle


def build(folder: Path) -> bytes:
    """The bundle of *folder*: the same policies give the same bytes, wherever and whenever.

    Raises:
        PolicyError: a policy is wrong.
    """
    return load_folder(folder).to_json()


def main(argv: Sequence[str] | None = None) -> int:
    """Write the bundle and print its digest; on any fault write nothing."""
    parser = argparse.ArgumentParser(prog="modelgate.policy.bundle", description="Build a policy bundle.")
    parser.add_argument("folder", type=Path, help="folder with bundle.yaml and the policies")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the bundle file to write")
    arguments = parser.parse_args(argv)
    try:
        data = build(arguments.folder)
        arguments.output.parent.mkdir(parents=True, exist_ok=True)
        arguments.output.write_bytes(data)
    except (PolicyError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    bundle = Bundle.from_json(data)
    names = ", ".join(f"{policy.name} v{policy.version}" for policy in bundle.policies)
    sys.stdout.write(f"{sha256_of(data)}  bundle v{bundle.version}: {names}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
