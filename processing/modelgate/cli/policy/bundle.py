"""``modelgate policy bundle``."""

from pathlib import Path
from typing import Annotated

import typer

from modelgate.cli.bundles import read_bundle
from modelgate.cli.options import POLICIES, AsJson, Folder
from modelgate.cli.printing import emit, say
from modelgate.contracts.digests import sha256_of
from modelgate.errors import PolicyError
from modelgate.policy.bundle import build
from modelgate.policy.evaluations import EVALUATIONS_FOLDER, growth_faults, load_evaluations
from modelgate.policy.model import Bundle

Output = Annotated[
    Path, typer.Option("--output", "-o", help="The bundle file to write.", dir_okay=False, show_default=True)
]
After = Annotated[
    Path | None,
    typer.Option("--after", help="The bundle in force now: versions that have not grown are refused.", exists=True),
]


def bundle(
    folder: Folder = POLICIES,
    *,
    output: Output = Path("build/policy-bundle.json"),
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """
    Build the bundle of a folder: what Terraform stores and the pipeline pins by digest.

    The same policies give the same bytes. On any fault nothing is written, and it leaves with 1. After a folder,
    versions of evaluations beside the policies have to grow as well.
    """
    if after is not None and after.is_dir():
        _require_grown(after, folder)
    data = build(folder, after=None if after is None else read_bundle(after))
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(data)
    built, digest = Bundle.from_json(data), sha256_of(data)
    if as_json:
        policies = {policy.name: policy.version for policy in built.policies}
        emit({"bundle": str(output), "digest": digest, "bundle_version": built.version, "policies": policies})
    else:
        names = ", ".join(f"{policy.name} v{policy.version}" for policy in built.policies)
        say(f"{output}: {digest}, bundle v{built.version}: {names}")


def _require_grown(before: Path, folder: Path) -> None:
    old, new = (load_evaluations(each / EVALUATIONS_FOLDER) for each in (before, folder))
    if faults := growth_faults(old, new):
        raise PolicyError("\n".join(f"{folder}: {fault}" for fault in faults))
