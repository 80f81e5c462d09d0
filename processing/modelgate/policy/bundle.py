"""Build a policy bundle: ``python -m modelgate.policy.bundle policies/ -o build/policy-bundle.json``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from modelgate.contracts.digests import sha256_of
from modelgate.errors import PolicyError
from modelgate.policy.growth import growth_faults
from modelgate.policy.load import load_folder
from modelgate.policy.model import MAX_BUNDLE_BYTES, Bundle


def build(folder: Path, *, after: Bundle | None = None) -> bytes:
    """The bundle of *folder*: the same policies give the same bytes, wherever and whenever.

    Raises:
        PolicyError: a policy is wrong, or a version has not grown since the bundle *after* which this one comes.
    """
    bundle = load_folder(folder)
    faults = growth_faults(after, bundle) if after is not None else []
    if faults:
        raise PolicyError("\n".join(f"{folder}: {fault}" for fault in faults))
    return bundle.to_json()


def read_bundle(path: Path) -> Bundle:
    """Read a bundle file.

    Raises:
        PolicyError: it cannot be read, or is no bundle of the schema this code reads.
    """
    try:
        with path.open("rb") as file:
            return Bundle.from_json(file.read(MAX_BUNDLE_BYTES + 1))
    except OSError as error:
        raise PolicyError(f"{path}: cannot be read ({error})") from error
    except PolicyError as error:
        raise PolicyError(f"{path}: {error}") from error


def main(argv: Sequence[str] | None = None) -> int:
    """Write the bundle and print its digest; on any fault write nothing."""
    parser = argparse.ArgumentParser(prog="modelgate.policy.bundle", description="Build a policy bundle.")
    parser.add_argument("folder", type=Path, help="folder with bundle.yaml and the policies")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the bundle file to write")
    parser.add_argument("--after", type=Path, help="the bundle in force now: refuse versions that have not grown")
    arguments = parser.parse_args(argv)
    try:
        data = build(arguments.folder, after=read_bundle(arguments.after) if arguments.after else None)
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
